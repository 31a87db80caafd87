"""Guards: what a person is asked about although the score is high, and what nobody needs to be asked about."""

import polars as pl
import pytest

from tests.hygiene.many import add_many, guess
from xrm_lake.hygiene.guards import GUARDED, guards_of
from xrm_lake.hygiene.judge import merge
from xrm_lake.store.links import link_records
from xrm_lake.store.model import change_field

ANN = {"full_name": "Ann Meier", "street": "Lange Gasse 3", "postal_code": "1080", "phone": "+43 1 4010010"}


def told(lake, type_name, *pairs):
    """The guards of each pair."""
    asked = pl.DataFrame(list(pairs), schema=["left_id", "right_id"], orient="row")
    found = guards_of(lake, type_name, asked)
    assert found.schema == GUARDED
    assert all(reason.endswith(".") for reason in found["reason"])
    return {pair: set(found.filter(left_id=pair[0], right_id=pair[1])["guard"]) for pair in pairs}


def of_two(lake, type_name, one, other):
    ids = add_many(lake, type_name, [one, other])
    return told(lake, type_name, tuple(ids))[tuple(ids)]


@pytest.mark.parametrize(
    ("other", "guards"),
    [
        ({"full_name": "Ann Meier"}, set()),
        ({"full_name": "A. Meier"}, set()),
        ({"full_name": "Anna Meier"}, {"household"}),
        ({"full_name": "Peter Meier"}, {"household"}),
        ({"full_name": "Peter Meier", "street": "LANGE GASSE 3 ", "phone": None}, {"household"}),
        ({"full_name": "Peter Meier", "street": "Kurze Gasse 1", "phone": "+43 1 9999999"}, set()),
        ({"full_name": "Peter Huber"}, set()),
    ],
)
def test_two_of_one_family_at_one_address_are_asked_about(lake, other, guards):
    assert of_two(lake, "person", ANN, ANN | other) == guards


@pytest.mark.parametrize(
    ("name", "born", "guards"),
    [
        ("Ann Meier", "1980-05-17", set()),
        ("Ann Meier", "1980-05-18", set()),
        ("Ann Meier", "1952-05-17", {"household"}),
        ("Ann Meier", "1981-08-17", {"household"}),
        ("Peter Meier", "1980-05-17", {"twins"}),
        ("Katharina Meier", None, {"household"}),
    ],
)
def test_a_date_of_birth_tells_generations_and_twins_apart(lake, name, born, guards):
    assert (
        of_two(lake, "person", ANN | {"birth_date": "1980-05-17"}, ANN | {"full_name": name, "birth_date": born})
        == guards
    )


@pytest.mark.parametrize(
    ("one", "other", "guards"),
    [
        ("Stefan", "Stephan", set()),
        ("Katharina", "Kathrina", set()),
        ("Martin", "Martina", {"household"}),
        ("Maria", "Mario", {"household"}),
        ("Mario", "Dario", {"household"}),
        ("Tom", "Tim", {"household"}),
    ],
)
def test_a_slip_of_the_pen_is_no_other_given_name(lake, one, other, guards):
    assert of_two(lake, "person", ANN | {"full_name": f"{one} Meier"}, ANN | {"full_name": f"{other} Meier"}) == guards


def test_a_date_with_day_and_month_swapped_is_no_other_date(lake):
    assert of_two(lake, "person", ANN | {"birth_date": "1980-05-07"}, ANN | {"birth_date": "1980-07-05"}) == set()


def test_a_generation_in_the_name_tells_father_and_son_apart(lake):
    one, other = ANN | {"full_name": "John Smith Jr."}, ANN | {"full_name": "John Smith, Senior"}

    assert of_two(lake, "person", one, other) == {"household"}
    assert of_two(lake, "person", one, one | {"full_name": "John Smith junior"}) == set()


def test_a_firm_among_people_is_asked_about(lake):
    assert of_two(lake, "person", {"full_name": "Meier GmbH"}, {"full_name": "Ann Meier"}) == {"person_firm"}
    assert of_two(lake, "person", {"full_name": "Meier GmbH"}, {"full_name": "Meier GmbH"}) == set()


@pytest.mark.parametrize(
    ("one", "other", "guards"),
    [
        ("Acme GmbH", "Acme Inc.", {"legal_form"}),
        ("Acme GmbH", "Acme", set()),
        ("Acme GmbH", "ACME G.m.b.H.", set()),
        ("Acme Limited", "Acme Ltd", set()),
    ],
)
def test_two_legal_forms_are_two_firms_until_somebody_says_otherwise(lake, one, other, guards):
    assert of_two(lake, "organisation", {"name": one}, {"name": other}) == guards


@pytest.mark.parametrize(
    ("one", "other", "guards"),
    [
        ("ATU123", "ATU456", {"identifier"}),
        ("ATU123", "atu 123", set()),
        ("ATU123", None, set()),
        (None, None, set()),
    ],
)
def test_two_vat_numbers_are_two_firms(lake, one, other, guards):
    acme = {"name": "Acme"}

    assert of_two(lake, "organisation", acme | {"vat_id": one}, acme | {"vat_id": other}) == guards


def test_a_field_declared_unique_tells_records_apart(lake):
    change_field(lake, "person", "email", unique=True)

    guards = of_two(lake, "person", ANN | {"email": "ann@example.org"}, ANN | {"email": "ann.m@example.org"})

    assert guards == {"identifier"}


def test_a_parent_is_not_its_child(lake):
    ids = add_many(lake, "organisation", [{"name": "Acme"}, {"name": "Acme"}, {"name": "Acme"}])
    link_records(lake, ids[1], "part_of", ids[0])

    pairs = (ids[0], ids[1]), (ids[0], ids[2])

    assert told(lake, "organisation", pairs[0]) == {pairs[0]: {"linked"}}
    assert told(lake, "organisation", pairs[1]) == {pairs[1]: set()}


def test_an_office_mailbox_says_nothing_of_two_names(lake):
    info = {"email": "info@acme.example"}

    assert of_two(lake, "person", {"full_name": "Ann Meier"} | info, {"full_name": "Bob Kaya"} | info) == {"mailbox"}
    assert of_two(lake, "person", {"full_name": "Ann Meier"} | info, {"full_name": "Ann Meier"} | info) == set()
    own = {"email": "infante@acme.example"}
    assert of_two(lake, "person", {"full_name": "Ann Meier"} | own, {"full_name": "Bob Kaya"} | own) == set()


def test_a_guard_between_two_of_a_cluster_holds_back_all_of_its_pairs(lake):
    a, b, c = add_many(
        lake, "organisation", [{"name": "Acme", "vat_id": "1"}, {"name": "Acme"}, {"name": "Acme", "vat_id": "2"}]
    )
    guess(lake, "organisation", {(a, b): 0.99, (b, c): 0.99})

    assert told(lake, "organisation", (a, b), (b, c)) == {(a, b): {"identifier"}, (b, c): {"identifier"}}
    assert told(lake, "organisation", (a, b)) == {(a, b): set()}


def test_what_is_merged_counts_as_one_and_what_somebody_merged_is_not_asked_again(lake):
    a, b, c, d = add_many(
        lake, "organisation",
        [{"name": "Acme", "vat_id": "1"}, {"name": "Acme", "vat_id": "2"}, {"name": "Acme"}, {"name": "Acme", "vat_id": "3"}],
    )  # fmt: skip
    merge(lake, [a, b])

    assert told(lake, "organisation", (a, c)) == {(a, c): set()}
    assert told(lake, "organisation", (c, d)) == {(c, d): set()}
    assert told(lake, "organisation", (b, d)) == {(b, d): {"identifier"}}


def test_a_cluster_on_a_weak_bridge_is_asked_about(lake):
    a, b, c = add_many(lake, "person", [{"full_name": "Ann Meier"}] * 3)
    guess(lake, "person", {(a, b): 0.99, (b, c): 0.7})

    assert told(lake, "person", (a, b), (b, c)) == {(a, b): {"bridge"}, (b, c): {"bridge"}}
    assert told(lake, "person", (b, c)) == {(b, c): set()}


def test_a_circle_of_pairs_is_as_strong_as_the_best_way_around_it(lake):
    a, b, c = add_many(lake, "person", [{"full_name": "Ann Meier"}] * 3)
    guess(lake, "person", {(a, b): 0.99, (b, c): 0.9, (a, c): 0.6})

    assert told(lake, "person", (a, b), (b, c), (a, c)) == {(a, b): set(), (b, c): set(), (a, c): set()}


def test_seven_records_are_many(lake):
    ids = add_many(lake, "person", [{"full_name": "Ann Meier"}] * 7)
    pairs = [(ids[0], other) for other in ids[1:]]

    assert set().union(*told(lake, "person", *pairs[:5]).values()) == set()
    assert set().union(*told(lake, "person", *pairs).values()) == {"large"}


def test_no_pairs_have_no_guards_and_a_type_without_such_fields_neither(lake):
    nothing = pl.DataFrame(schema={"left_id": pl.Int64, "right_id": pl.Int64})

    assert guards_of(lake, "person", nothing).is_empty()
    assert of_two(lake, "activity", {"subject": "Call"}, {"subject": "Call"}) == set()
