"""Conflicts: a source contradicts a person, whose value stays; both are shown, and somebody answers."""

import pytest

from tests.ingest.files import counts, load, same_state, state
from xrm_lake.errors import UnknownName, UnknownRecord
from xrm_lake.store.conflicts import CONFLICTS, answer_conflicts, list_conflicts
from xrm_lake.store.links import link_records, unlink
from xrm_lake.store.read import show_record
from xrm_lake.store.records import set_record
from xrm_lake.store.search import search
from xrm_lake.store.undo import undo

PEOPLE = "id,First name,Last name,Email\np1,Ann,Lee,{}\np2,Bob,Ray,bob@example.org\n"


@pytest.fixture
def contested(lake, tmp_path):
    """A lake where a source and a person disagree about the e-mail of record 1."""
    load(lake, tmp_path, PEOPLE.format("ann@old.example"), type="person")
    set_record(lake, 1, {"email": "ann@mine.example"})
    assert load(lake, tmp_path, PEOPLE.format("ann@theirs.example"), type="person").conflicts == 1
    return lake


def email(lake):
    return show_record(lake, 1).values["email"]


def test_a_conflict_shows_both_values_and_what_the_source_said_before(contested):
    found = list_conflicts(contested, "person")

    assert found.schema == CONFLICTS
    assert found.select("record_id", "field", "mine", "theirs", "said_before", "source").rows() == [
        (1, "email", "ann@mine.example", "ann@theirs.example", "ann@old.example", "crm")
    ]
    assert list_conflicts(contested, "deal").is_empty()
    assert list_conflicts(contested, source="elsewhere").is_empty()


def test_mine_stays_until_the_source_says_something_else_again(contested, tmp_path):
    (conflict,) = list_conflicts(contested)["conflict_id"]
    answer_conflicts(contested, [conflict], "mine")

    assert email(contested) == "ann@mine.example"
    again = load(contested, tmp_path, PEOPLE.format("ann@theirs.example"), type="person")
    assert (counts(again), again.conflicts) == ((0, 0, 2, 0), 0)
    assert list_conflicts(contested).is_empty()
    load(contested, tmp_path, PEOPLE.format("ann@newest.example"), type="person")
    assert list_conflicts(contested)["theirs"].to_list() == ["ann@newest.example"]


def test_theirs_is_written_found_and_not_contested_again(contested, tmp_path):
    (conflict,) = list_conflicts(contested)["conflict_id"]
    answer_conflicts(contested, [conflict], "theirs")

    assert email(contested) == "ann@theirs.example"
    assert search(contested, "theirs.example")["id"].to_list() == [1]
    assert list_conflicts(contested).is_empty()
    again = load(contested, tmp_path, PEOPLE.format("ann@theirs.example"), type="person")
    assert (counts(again), again.conflicts) == ((0, 0, 2, 0), 0)


@pytest.mark.parametrize("answer", ["mine", "theirs"])
def test_undo_of_an_answer_opens_the_conflict_again(contested, answer):
    before, opened = state(contested), list_conflicts(contested)
    batch = answer_conflicts(contested, opened["conflict_id"].to_list(), answer)

    undo(contested, batch)

    same_state(before, state(contested))
    assert list_conflicts(contested).equals(opened)


def test_a_person_who_sets_the_value_anew_has_answered(contested):
    set_record(contested, 1, {"email": "ann@newest.example"})

    assert list_conflicts(contested).is_empty()


def test_undo_of_the_import_takes_its_conflicts_away(contested):
    undo(contested, list_conflicts(contested)["batch_id"][0])

    assert list_conflicts(contested).is_empty()


def test_a_contested_link_is_answered_like_a_value(lake, tmp_path):
    load(lake, tmp_path, "id,Name\no1,Acme\no2,Bolt\no3,Cord\n", name="firms.csv", type="organisation")
    deals = "id,Deal name,Account ID\nd1,Roof,{}\n"
    load(lake, tmp_path, deals.format("o1"), name="deals.csv", type="deal")
    deal = lake.query("select id from deal").value()
    link = lake.query("select id, type, to_id from link where ended_at is null").one()
    unlink(lake, link["id"])
    firms = dict(lake.query("select name, id from organisation").rows())
    link_records(lake, deal, link["type"], firms["Bolt"])
    assert load(lake, tmp_path, deals.format("o3"), name="deals.csv", type="deal").conflicts == 1

    (found,) = list_conflicts(lake, "deal").to_dicts()
    assert (found["field"], found["mine"], found["theirs"]) == (link["type"], str(firms["Bolt"]), str(firms["Cord"]))
    answer_conflicts(lake, [found["conflict_id"]], "theirs")

    standing = lake.query("select to_id from link where ended_at is null").column()
    assert standing == [firms["Cord"]]
    assert load(lake, tmp_path, deals.format("o3"), name="deals.csv", type="deal").conflicts == 0
    assert list_conflicts(lake).is_empty()


def test_what_is_no_open_conflict_cannot_be_answered(contested):
    with pytest.raises(UnknownRecord, match="no open conflict"):
        answer_conflicts(contested, [1], "mine")
    with pytest.raises(UnknownName):
        answer_conflicts(contested, list_conflicts(contested)["conflict_id"].to_list(), "both")
