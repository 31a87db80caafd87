"""Matching: what is proposed, what is not asked again, and what a proposal may say."""

import json

import pytest

from tests.hygiene.many import add_many, add_twins, guess, someone
from xrm_lake.errors import Misuse, UnknownName
from xrm_lake.hygiene.judge import judge, merge
from xrm_lake.hygiene.match import list_matches, match, read_records
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.store.links import link_records
from xrm_lake.store.model import add_type, retire_field
from xrm_lake.store.records import add_record, delete_record, set_record
from xrm_lake.store.undo import undo


def pairs_of(frame):
    return set(frame.select("left_id", "right_id").iter_rows())


def seen(lake, type_name, id):
    """A record as matching sees it."""
    records, meaning = read_records(lake, lake.catalog.type(type_name))
    return records.filter(id=id).to_dicts()[0], meaning


def test_twins_are_found_best_first_with_the_keys_of_their_sources(lake):
    twins, _ = add_twins(lake)

    found = match(lake, "person", at_least=0.9)

    assert pairs_of(found) == set(twins)
    assert found["score"].is_sorted(descending=True)
    assert found["left_key"].to_list() == [f"k{left}" for left in found["left_id"]]


def test_a_run_takes_the_place_of_the_former_run_of_its_type_and_leaves_other_types(lake):
    firms = add_many(lake, "organisation", [{"name": "Acme"}, {"name": "Acme Ltd"}])
    guess(lake, "organisation", {tuple(firms): 0.9})
    add_twins(lake)
    match(lake, "person")
    once = lake.query("select count(*) from match where type = 'person'").value()

    match(lake, "person")

    assert lake.query("select count(*) from match where type = 'person'").value() == once
    assert list_matches(lake, "organisation").height == 1


@pytest.mark.parametrize("verdict", ["different", "unsure"])
def test_a_pair_that_somebody_answered_is_not_asked_again(lake, verdict):
    twins, _ = add_twins(lake)

    decision = judge(lake, [twins[0]], verdict)
    after = match(lake, "person", at_least=0.9)
    undo(lake, decision)

    assert twins[0] not in pairs_of(after)
    assert twins[0] in pairs_of(list_matches(lake, "person", at_least=0.9))


def test_a_reopened_pair_is_asked_again(lake):
    left, right = add_many(lake, "person", [someone(1), someone(1)])
    guess(lake, "person", {(left, right): 0.99})
    judge(lake, [(left, right)], "different")

    judge(lake, [(left, right)], "open")

    assert pairs_of(list_matches(lake, "person")) == {(left, right)}


def test_an_answer_on_a_cluster_is_an_answer_on_all_its_members(lake):
    a, b, c, d = add_many(lake, "person", [someone(1) for _ in range(4)])
    guess(lake, "person", {(a, b): 0.99, (b, c): 0.98, (a, c): 0.97, (c, d): 0.96})
    merge(lake, [a, b])

    judge(lake, [(a, c)], "different")

    assert pairs_of(list_matches(lake, "person")) == {(c, d)}


def test_merged_pairs_and_deleted_records_are_not_asked_about(lake):
    a, b, c = add_many(lake, "person", [someone(1) for _ in range(3)])
    guess(lake, "person", {(a, b): 0.99, (b, c): 0.98})

    merge(lake, [a, b])
    delete_record(lake, c)

    assert list_matches(lake, "person").is_empty()


def test_evidence_holds_no_value_of_a_record(lake):
    add_twins(lake)

    found = match(lake, "person")

    values = {str(value).lower() for place in range(4) for value in someone(place).values()}
    for text in found["evidence"]:
        told = json.loads(text)
        assert {frozenset(item) for item in told} == {frozenset(("field", "level", "label", "weight"))}
        assert not [value for value in values if value in text.lower()]


def test_the_best_can_be_asked_for_alone(lake):
    a, b, c = add_many(lake, "person", [someone(1) for _ in range(3)])
    guess(lake, "person", {(a, b): 0.7, (b, c): 0.9, (a, c): 0.6})

    best = list_matches(lake, "person", limit=1)

    assert pairs_of(best) == {(b, c)}
    assert pairs_of(list_matches(lake, "person", at_least=0.65)) == {(a, b), (b, c)}


def test_a_role_is_refused_and_its_party_named(lake):
    with pytest.raises(Misuse, match=r"lead is a role: match person instead"):
        match(lake, "lead")
    with pytest.raises(Misuse, match=r"person or organisation"):
        match(lake, "customer")


def test_a_type_without_a_telling_field_says_so_and_what_would_help(lake):
    fields = (Field("sort", "Sort", "choice"), Field("city", "City", "city"), Field("done", "Done", "boolean"))
    add_type(lake, EntityType("site", "Site", "Sites", fields=fields))

    with pytest.raises(Misuse, match=r"No field of site tells its records apart: give it a name"):
        match(lake, "site")


def test_a_type_of_plain_texts_is_matched_by_them(lake):
    add_many(lake, "product", [{"name": f"Pump {place} of steel"} for place in range(60)])
    twice = add_many(lake, "product", [{"name": "Hydraulic press with a long arm"} for _ in range(2)])

    assert tuple(twice) in pairs_of(match(lake, "product", at_least=0.0))


def test_an_unknown_type_is_refused(lake):
    with pytest.raises(UnknownName, match="person"):
        match(lake, "persn")


@pytest.mark.parametrize("few", [0, 1, 2])
def test_a_type_with_hardly_a_record_has_no_match_to_fear(lake, few):
    add_many(lake, "person", [someone(place) for place in range(few)]) if few else None

    assert match(lake, "person").is_empty()


def test_that_two_say_they_have_none_makes_them_no_more_alike(lake):
    ids = add_many(
        lake, "person", [someone(1) | {"email": "n/a", "city": "Unknown"}, someone(2) | {"family_name": "Anders"}]
    )

    hollow, _ = seen(lake, "person", ids[0])
    named, _ = seen(lake, "person", ids[1])

    assert (hollow["email"], hollow["city"]) == (None, None)
    # The Dutch for "other" is a name here.
    assert named["family_name"] == "Anders"


def test_a_whole_name_is_split_where_its_parts_are_not_given(lake):
    whole, parted = add_many(
        lake,
        "person",
        [{"full_name": "Example, Ann"}, {"full_name": "Bob Example", "given_name": "Robert", "family_name": "Example"}],
    )

    split, _ = seen(lake, "person", whole)
    given, _ = seen(lake, "person", parted)

    assert (split["given_name"], split["family_name"]) == ("Ann", "Example")
    assert given["given_name"] == "Robert"


def test_a_person_is_seen_with_the_name_of_their_organisation(lake):
    ann = add_record(lake, "person", {"full_name": "Ann Example"})
    firm = add_record(lake, "organisation", {"name": "Acme"})
    link_records(lake, ann, "works_for", firm)

    row, meaning = seen(lake, "person", ann)

    assert (row["company_"], meaning["company_"]) == ("Acme", "company_name")


def test_the_records_matched_are_those_that_came_in_not_what_was_made_of_them(lake):
    a, b = add_many(lake, "person", [someone(1), someone(1)])
    merge(lake, [a, b])
    set_record(lake, a + 1, {"city": "Cologne"})

    records, _ = read_records(lake, lake.catalog.type("person"))

    assert records["id"].to_list() == [a, b]
    assert set(records["city"]) == {"Wien"}


def test_a_retired_field_tells_nothing(lake):
    retire_field(lake, "person", "phone")

    _, meaning = read_records(lake, lake.catalog.type("person"))

    assert "phone" not in meaning
    assert "mobile" in meaning


def test_two_records_without_a_website_do_not_have_that_in_common(lake):
    one, _, third = add_many(
        lake, "organisation", [{"name": "Acme"}, {"name": "Orion"}, {"name": "Zett", "website": "https://zett.example"}]
    )

    assert seen(lake, "organisation", one)[0]["website"] is None
    assert seen(lake, "organisation", third)[0]["website"] is not None
    assert match(lake, "organisation").is_empty()
