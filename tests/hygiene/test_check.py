"""Checks: each fault is found where it is, counted exactly, and nowhere else."""

from datetime import date

import pytest

from tests.hygiene.many import add_many
from xrm_lake.errors import UnknownName
from xrm_lake.hygiene.check import check
from xrm_lake.hygiene.issues import count_issues, issues_of, list_issues
from xrm_lake.hygiene.judge import judge, merge
from xrm_lake.hygiene.match import match
from xrm_lake.store.links import link_records
from xrm_lake.store.model import change_field
from xrm_lake.store.records import add_record, delete_record, set_record

TODAY = date(2026, 3, 2)
LATER = date(2028, 3, 2)


def found(lake, name, type=None):
    return list_issues(lake, type, check=name)["entity_id"].to_list()


def force(lake, id, column, value, table="rec_person"):
    """Put a value into a record past the door that would refuse it, as an old import may have done."""
    with lake.write("edit") as batch:
        batch.execute(f"update {table} set {column} = $value where id = $id", value=value, id=id)


def test_a_missing_required_field_is_an_error_and_a_missing_expected_one_a_warning(lake):
    id = add_record(lake, "person", {"full_name": "Ann Example"})
    force(lake, id, "full_name", None)

    check(lake, "person", as_of=TODAY)

    told = issues_of(lake, id).filter(problem="incomplete").select("severity", "field").rows()
    assert ("error", "full_name") in told
    assert ("warning", "email") in told


@pytest.mark.parametrize("empty", ["n/a", "Unknown", " - ", "TBD"])
def test_a_placeholder_counts_as_missing(lake, empty):
    id = add_record(lake, "organisation", {"name": "Acme", "industry": empty})

    check(lake, "organisation", as_of=TODAY)

    assert ("incomplete", "industry") in issues_of(lake, id).select("problem", "field").rows()


def test_a_malformed_text_is_found_and_a_well_formed_one_is_not(lake):
    good = add_record(lake, "person", {"full_name": "Ann Example", "email": "ann@example.org"})
    bad = add_record(lake, "person", {"full_name": "Bob Example"})
    force(lake, bad, "email", "bob@@example")

    check(lake, "person", as_of=TODAY)

    assert found(lake, "malformed") == [bad]
    assert good not in found(lake, "malformed")


def test_raw_text_of_a_typed_cell_is_a_malformed_value_until_it_is_mended(lake):
    id = add_record(lake, "person", {"full_name": "Ann Example"})
    force(lake, id, "extra", '{"_raw": {"birth_date": "31/02/1990"}}')

    check(lake, "person", as_of=TODAY)
    before = found(lake, "malformed")
    set_record(lake, id, {"birth_date": "1990-02-28"})
    check(lake, "person", as_of=TODAY)

    assert (before, found(lake, "malformed")) == ([id], [])


def test_a_value_that_is_not_allowed_is_found(lake):
    id = add_record(lake, "deal", {"name": "A", "stage": "Won"})
    force(lake, id, "stage", "Daydream", "rec_deal")
    change_field(lake, "deal", "source", allowed=("Web", "Fair"))

    check(lake, "deal", as_of=TODAY)

    assert found(lake, "not_allowed") == [id]


def test_a_record_without_its_required_link_is_unlinked(lake):
    firm = add_record(lake, "organisation", {"name": "Acme"})
    linked, alone = (add_record(lake, "person", {"full_name": name}) for name in ("Ann Example", "Bob Example"))
    link_records(lake, linked, "works_for", firm)

    check(lake, as_of=TODAY)

    assert found(lake, "no_works_for") == [alone]


def test_a_link_to_a_deleted_record_dangles(lake):
    firm = add_record(lake, "organisation", {"name": "Acme"})
    ann = add_record(lake, "person", {"full_name": "Ann Example"})
    link_records(lake, ann, "works_for", firm)
    delete_record(lake, firm)

    check(lake, as_of=TODAY)

    assert found(lake, "dangling_link") == [ann]


def test_a_person_whom_nobody_met_for_long_is_stale_and_one_who_was_met_is_not(lake):
    met, forgotten = (
        add_record(lake, "person", {"full_name": name, "created_on": "2024-01-01"})
        for name in ("Ann Example", "Bob Example")
    )
    for person, day in ((met, "2028-02-20"), (forgotten, "2025-01-01"), (forgotten, "2029-01-01")):
        call = add_record(lake, "activity", {"subject": "Call", "happened_at": f"{day} 10:00:00"})
        link_records(lake, call, "about", person)

    check(lake, "person", as_of=LATER)

    # The meeting of 2029 is a plan, not a sign of life.
    assert found(lake, "stale") == [forgotten]


def test_a_closed_deal_does_not_go_stale_and_an_open_one_does(lake):
    won, open_ = (
        add_record(lake, "deal", {"name": stage, "stage": stage, "opened_on": "2025-01-01"})
        for stage in ("Won", "Proposal")
    )

    check(lake, "deal", as_of=LATER)

    assert found(lake, "stale") == [open_]
    assert won not in found(lake, "stale")


def test_probable_duplicates_are_those_of_the_last_match_that_nobody_answered(lake):
    ids = twins(lake)
    match(lake, "person")
    check(lake, "person", as_of=TODAY)
    before = found(lake, "probable_duplicate")

    judge(lake, [(ids[0], ids[1])], "different")
    merge(lake, ids[2:4])
    check(lake, "person", as_of=TODAY)

    assert set(before) >= {ids[1], ids[3]}
    assert not {ids[1], ids[2], ids[3]} & set(found(lake, "probable_duplicate"))


def twins(lake):
    """Many people, of whom the first two pairs are the same."""
    given = ["Ann", "Bob", "Carla", "Dieter", "Eva", "Fritz", "Gina", "Hugo", "Ines", "Jan", "Kira", "Lars"]
    family = [
        "Meier",
        "Schulz",
        "Novak",
        "Rossi",
        "Dupont",
        "Berg",
        "Stone",
        "Okafor",
        "Lindgren",
        "Moreau",
        "Kaya",
        "Young",
    ]
    made = []
    for first, second in (("Ann", "Meier"), ("Bob", "Schulz")):
        made += [person(lake, first, second), person(lake, first, second)]
    made += [
        person(lake, first, second)
        for first in given
        for second in family
        if (first, second) not in {("Ann", "Meier"), ("Bob", "Schulz")}
    ]
    return made


def person(lake, given, family):
    values = {"full_name": f"{given} {family}", "given_name": given, "family_name": family}
    return add_record(
        lake, "person", values | {"email": f"{given}.{family}@example.org".lower(), "city": family[:2] + "ville"}
    )


def test_counts_are_exact_and_say_of_how_many(lake):
    for name in ("Ann Example", "Bob Example", "Carl Example"):
        add_record(lake, "person", {"full_name": name})

    result = check(lake, "person", as_of=TODAY)

    row = result.counts.filter(check_name="expected_missing", field="email").row(0, named=True)
    assert (row["found"], row["checked"]) == (3, 3)
    assert count_issues(lake, "person").filter(check_name="expected_missing", field="email")["found"].to_list() == [3]


def test_a_new_check_replaces_the_issues_of_its_type_and_leaves_the_others(lake):
    add_record(lake, "person", {"full_name": "Ann Example"})
    add_record(lake, "deal", {"name": "A", "stage": "Won"})
    check(lake, as_of=TODAY)
    deals = list_issues(lake, "deal").height

    check(lake, "person", as_of=TODAY)

    assert list_issues(lake, "deal").height == deals
    assert count_issues(lake).unique(["type", "check_name", "field"]).height == count_issues(lake).height


def test_a_type_made_at_run_time_is_checked_like_any_other(lake):
    from xrm_lake.model.entity_type import EntityType, Field
    from xrm_lake.store.model import add_type

    fields = (Field("name", "Name", "text", "required"), Field("price", "Price", "money", "expected"))
    add_type(lake, EntityType("property", "Property", "Properties", caption=("name",), fields=fields))
    add_record(lake, "property", {"name": "House"})

    result = check(lake, "property", as_of=TODAY)

    assert result.counts.filter(check_name="expected_missing")["found"].to_list() == [1]


def test_an_unknown_problem_or_type_is_refused(lake):
    with pytest.raises(UnknownName, match="stale"):
        list_issues(lake, problem="stael")
    with pytest.raises(UnknownName):
        check(lake, "persn")


def test_the_day_decides_what_is_stale(lake):
    id = add_record(lake, "person", {"full_name": "Ann Example"})

    check(lake, "person", as_of=TODAY)
    early = found(lake, "stale")
    check(lake, "person", as_of=LATER)

    assert (early, found(lake, "stale")) == ([], [id])


def test_a_placeholder_in_an_optional_field_is_a_warning_of_its_own(lake):
    id = add_record(lake, "person", {"full_name": "Ann Example", "department": "n/a", "description": "n/a"})

    check(lake, "person", as_of=TODAY)

    told = issues_of(lake, id).filter(check_name="placeholder").select("problem", "severity", "field").rows()
    # A long text may say what it likes.
    assert told == [("incomplete", "warning", "department")]


def test_a_word_that_says_nothing_elsewhere_is_a_name_where_names_stand(lake):
    id = add_record(lake, "person", {"full_name": "Lars Anders", "given_name": "Lars", "family_name": "Anders"})

    check(lake, "person", as_of=TODAY)

    assert issues_of(lake, id).filter(field="family_name").is_empty()


def test_a_value_that_is_allowed_is_never_hollow(lake):
    change_field(lake, "deal", "source", allowed=("Web", "Other"))
    id = add_record(lake, "deal", {"name": "A", "stage": "Won", "source": "Other"})

    check(lake, "deal", as_of=TODAY)

    assert issues_of(lake, id).filter(field="source").is_empty()


def test_a_record_with_two_dangling_links_is_one_record_at_fault(lake):
    firm = add_record(lake, "organisation", {"name": "Acme"})
    ann = add_record(lake, "person", {"full_name": "Ann Example"})
    link_records(lake, ann, "works_for", firm)
    link_records(lake, ann, "related_to", firm)
    delete_record(lake, firm)

    counts = check(lake, as_of=TODAY).counts

    assert counts.filter(check_name="dangling_link", type="person")["found"].to_list() == [1]
    assert list_issues(lake, check="dangling_link")["detail"].to_list() == [
        "related_to, works_for leads to a record that was deleted"
    ]


def test_a_reopened_pair_is_a_probable_duplicate_again(lake):
    ids = twins(lake)
    match(lake, "person")
    judge(lake, [(ids[0], ids[1])], "different")
    judge(lake, [(ids[0], ids[1])], "open")

    check(lake, "person", as_of=TODAY)

    assert ids[1] in found(lake, "probable_duplicate")


def test_a_value_that_must_be_unique_and_is_not_is_a_fault_of_all_who_have_it(lake):
    ids = add_many(lake, "customer", [{"customer_number": number} for number in ("C1", "C1", "C3")])

    check(lake, "customer", as_of=TODAY)

    assert found(lake, "not_unique") == ids[:2]


def test_an_empty_lake_has_no_counts_and_no_issues(lake):
    result = check(lake, as_of=TODAY)

    assert (result.found, result.counts.height) == (0, 0)


def test_a_type_whose_name_or_fields_are_words_of_the_checks_is_checked(lake):
    from xrm_lake.model.entity_type import EntityType, Field
    from xrm_lake.store.model import add_type

    fields = (
        Field("name", "Name", "text", "required"),
        Field("place", "Place", "text"),
        Field("value", "Value", "text", "expected"),
    )
    for name in ("flagged", "checks", "life", "touch", "hollow", "malformed"):
        add_type(lake, EntityType(name, name, name, fields=fields, staleness_days=1))
        add_record(lake, name, {"name": "A", "place": "n/a"})

    counts = check(lake, as_of=LATER).counts

    assert counts.filter(check_name="placeholder")["found"].sum() == 6
    assert counts.filter(check_name="expected_missing")["found"].sum() == 6
    assert counts.filter(check_name="stale")["found"].sum() == 6
