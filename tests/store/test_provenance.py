"""Where a value comes from: member, batch, rule, and what it beat."""

import pytest

from tests.hygiene.many import add_many
from tests.hygiene.state import derived_state
from xrm_lake.errors import ConflictingVerdict, InvalidValue, UnknownName
from xrm_lake.hygiene.judge import judge, merge
from xrm_lake.hygiene.preview import preview_merge
from xrm_lake.store.provenance import provenance
from xrm_lake.store.read import show_record
from xrm_lake.store.records import set_record
from xrm_lake.store.trust import list_sources, trust_source


@pytest.fixture
def three(lake):
    """One person in three systems."""
    rows = [
        {"full_name": "Ann Lee", "email": "ann@example.org", "city": "Bonn", "job_title": "Clerk", "tags": ["a"]},
        {"full_name": "Ann Marie Lee", "email": "ann@example.org", "city": "Köln", "street": "Way 1", "tags": ["b"]},
        {"full_name": "Ann Lee", "email": "not an address", "email_opt_out": True},
    ]
    return [add_many(lake, "person", [row], source=source)[0] for source, row in zip("xyz", rows, strict=True)]


def told(frame, field):
    return frame.filter(field=field).row(0, named=True)


def test_a_value_names_its_member_source_batch_and_rule(lake, three):
    merge(lake, three)

    found = provenance(lake, three[0] + 1)

    name = told(found, "full_name")
    assert (name["value"], name["rule"], name["member_id"], name["source"]) == (
        "Ann Marie Lee",
        "longest",
        three[1],
        "y",
    )
    made = lake.query("select batch_id, made_at, made_by from batch where source = 'y'").rows()[0]
    assert (name["batch_id"], name["made_at"], name["made_by"]) == made
    assert [(other["member_id"], other["value"]) for other in name["others"]] == [
        (three[0], "Ann Lee"),
        (three[2], "Ann Lee"),
    ]
    assert told(found, "job_title")["rule"] == "the only value"


def test_each_rule_is_told_by_its_name(lake, three):
    merge(lake, three)
    set_record(lake, three[0] + 1, {"job_title": "Head"}, by="bob")

    found = provenance(lake, three[0] + 1)

    rules = dict(found.select("field", "rule").iter_rows())
    assert rules["email"] == "valid before invalid"
    assert rules["tags"] == "united"
    assert rules["city"] == "most complete"
    pinned = told(found, "job_title")
    assert (pinned["value"], pinned["rule"], pinned["member_id"], pinned["made_by"]) == ("Head", "pinned", None, "bob")
    assert [other["value"] for other in pinned["others"]] == ["Clerk"]


def test_the_value_that_provenance_names_is_the_one_that_the_record_has(lake, three):
    trust_source(lake, "z", 3)
    merge(lake, three)
    set_record(lake, three[2], {"phone": "+49 228 1234567"})
    golden = show_record(lake, three[0] + 1)

    for row in provenance(lake, golden.id).iter_rows(named=True):
        if row["member_id"] is not None:
            assert show_record(lake, row["member_id"]).values[row["field"]] == golden.values[row["field"]], row["field"]


def test_a_value_that_a_person_set_on_a_member_names_that_edit(lake, three):
    merge(lake, three)
    set_record(lake, three[2], {"city": "Wien"}, by="bob")

    found = told(provenance(lake, three[0] + 1), "city")

    assert (found["value"], found["rule"], found["made_by"]) == ("Wien", "set last by a person", "bob")
    assert found["batch_id"] == lake.counters.batch_id


def test_a_single_record_tells_its_own_values(lake, three):
    found = provenance(lake, three[0])

    assert set(found["rule"]) == {"own value"}
    assert set(found["member_id"]) == {three[0]}
    assert not any(len(others) for others in found["others"])


def test_the_more_trusted_source_wins_and_all_its_golden_records_follow_at_once(lake, three):
    merge(lake, three)
    before = show_record(lake, three[0] + 1).values["full_name"]

    trust_source(lake, "x", 2)
    trusted = show_record(lake, three[0] + 1).values["full_name"]
    rule = told(provenance(lake, three[0] + 1), "full_name")["rule"]
    trust_source(lake, "x", 0)

    assert (before, trusted, rule) == ("Ann Marie Lee", "Ann Lee", "more trusted source")
    assert show_record(lake, three[0] + 1).values["full_name"] == before


def test_an_invalid_value_of_a_trusted_source_yields_to_a_valid_one(lake, three):
    trust_source(lake, "z", 9)

    merge(lake, three)

    assert show_record(lake, three[0] + 1).values["email"] == "ann@example.org"


def test_sources_tell_their_trust_and_records(lake, three):
    trust_source(lake, "y", 1.5)
    merge(lake, three[:2])

    found = list_sources(lake)

    assert found.select("source", "trust", "records", "merged").rows() == [
        ("x", 0.0, 1, 1),
        ("y", 1.5, 1, 1),
        ("z", 0.0, 1, 0),
    ]


def test_trust_is_a_number_of_a_source_that_is_there(lake, three):
    with pytest.raises(UnknownName, match="source named 'w'"):
        trust_source(lake, "w", 1)
    with pytest.raises(InvalidValue, match="Nothing was changed"):
        trust_source(lake, "x", float("nan"))


def test_a_preview_is_what_the_merge_gives_and_changes_nothing(lake, three):
    before, batches = derived_state(lake), lake.counters.batch_id

    seen = preview_merge(lake, three, keep={"city": three[0]})
    after = derived_state(lake), lake.counters.batch_id
    merge(lake, three, keep={"city": three[0]})

    assert after == (before, batches)
    made = provenance(lake, three[0] + 1)
    assert seen.drop("batch_id", "made_at").equals(made.drop("batch_id", "made_at"))
    assert told(seen, "city")["rule"] == "pinned"


def test_a_preview_refuses_what_the_merge_would_refuse(lake, three):
    judge(lake, [(three[1], three[2])], "different")

    with pytest.raises(ConflictingVerdict):
        preview_merge(lake, three)
    with pytest.raises(InvalidValue):
        preview_merge(lake, three[:1])
