"""The ledger read back: what happened, newest first, and what of it counts."""

import pytest

from xrm_lake.errors import UnknownRecord
from xrm_lake.hygiene.judge import merge
from xrm_lake.store.ledger import list_batches, record_history
from xrm_lake.store.records import add_record, delete_record, set_record
from xrm_lake.store.undo import undo


def test_batches_are_told_newest_first_with_who_and_how_much(lake):
    id = add_record(lake, "person", {"full_name": "Ann"}, by="bob")
    set_record(lake, id, {"city": "Bonn", "job_title": "Clerk"}, by="cleo")

    told = list_batches(lake, limit=2)

    assert told.select("kind", "made_by", "changes", "undone_by").rows() == [
        ("edit", "cleo", 2, None),
        ("edit", "bob", 1, None),
    ]


def test_a_batch_that_was_undone_names_the_batch_that_did_it(lake):
    add_record(lake, "person", {"full_name": "Ann"})
    batch = list_batches(lake)["batch_id"][0]

    result = undo(lake, batch)

    told = list_batches(lake, limit=2)
    assert told.select("batch_id", "kind", "undone_by").rows() == [
        (result.batch_id, "undo", None),
        (batch, "edit", result.batch_id),
    ]


def test_a_history_tells_each_value_with_the_one_before(lake):
    id = add_record(lake, "person", {"full_name": "Ann"})
    set_record(lake, id, {"city": "Bonn"})
    set_record(lake, id, {"city": None})
    delete_record(lake, id)

    told = record_history(lake, id).select("op", "field", "old", "new").rows()

    assert told == [
        ("delete", None, None, None),
        ("set", "city", "Bonn", None),
        ("set", "city", None, "Bonn"),
        ("create", None, None, None),
    ]


def test_the_history_of_a_golden_record_holds_that_of_its_members(lake):
    ids = [add_record(lake, "person", {"full_name": name}) for name in ("Ann", "Anne")]
    merge(lake, ids)
    set_record(lake, ids[1], {"city": "Bonn"})

    told = record_history(lake, ids[0] + 1)

    assert told["op"].to_list() == ["set", "same", "create", "create"]
    assert set(told["record_id"]) == set(ids)


def test_what_is_not_there_has_no_history(lake):
    with pytest.raises(UnknownRecord):
        record_history(lake, 999)


def test_the_ledger_only_grows(lake):
    id = add_record(lake, "person", {"full_name": "Ann"})
    set_record(lake, id, {"city": "Bonn"})
    before = lake.query("from change order by seq").rows()

    undo(lake, list_batches(lake)["batch_id"][0])

    assert lake.query("from change order by seq").rows()[: len(before)] == before
