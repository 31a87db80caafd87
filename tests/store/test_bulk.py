"""Many records at once are the same as one after the other."""

import polars as pl
import pytest

from xrm_lake.store.bulk import insert_links, insert_records, set_extra, set_field
from xrm_lake.store.records import add_record, set_record
from xrm_lake.store.search import search


def add(lake, names: list[str]) -> list[int]:
    with lake.write("import", source="crm") as batch:
        first = batch.new_entities(len(names))
        ids = list(range(first, first + 2 * len(names), 2))
        rows = pl.DataFrame(
            {
                "id": ids,
                "source_key": names,
                "full_name": names,
                "extra": pl.Series([None] * len(names), dtype=pl.String),
            }
        )
        insert_records(batch, lake.catalog.type("person"), rows, source="crm")
    return ids


def test_records_in_bulk_are_like_those_added_one_by_one(lake):
    one = add_record(lake, "person", {"full_name": "Ann Lee"}, source="crm", source_key="Ann Lee")
    (many,) = add(lake, ["Ann Lee"])

    rows = lake.query("select * exclude (id, updated_at) from rec_person order by id").rows()
    spine = lake.query("select type, source, source_key, deleted_at, golden_id from entity order by id").rows()
    ledger = lake.query(
        "select type, op, field, old, new from change where entity_id in ($one, $many) order by seq", one=one, many=many
    ).rows()
    assert rows[0] == rows[1]
    assert spine[0] == spine[1]
    assert ledger[0] == ledger[1]
    assert search(lake, "ann lee")["id"].to_list() == [one, many]


def test_ids_are_odd_and_ascend_in_the_order_of_the_rows(lake):
    ids = add(lake, ["C", "A", "B"])

    assert lake.query("select full_name from person order by id").column() == ["C", "A", "B"]
    assert all(id % 2 == 1 for id in ids)
    assert ids == sorted(ids)


def test_unique_ids_are_of_version_7_and_all_differ(lake):
    add(lake, [str(n) for n in range(50)])

    uids = [str(uid) for uid in lake.query("select uid from entity").column()]
    assert len(set(uids)) == 50
    assert {uid[14] for uid in uids} == {"7"}


def test_a_field_set_in_bulk_logs_only_what_differs(lake):
    ids = add(lake, ["Ann", "Bob"])
    with lake.write("edit") as batch:
        cells = pl.DataFrame({"entity_id": ids, "value": ["Ann", "Rob"]})
        assert set_field(batch, lake.catalog.type("person"), "full_name", cells) == 1

    assert lake.query("select entity_id, old, new from change where op = 'set'").rows() == [(ids[1], "Bob", "Rob")]


@pytest.mark.parametrize("value", [None, '{"a": "1"}'])
def test_extra_set_in_bulk_is_logged_once(lake, value):
    (id,) = add(lake, ["Ann"])
    for _ in range(2):
        with lake.write("edit") as batch:
            set_extra(
                batch,
                "person",
                pl.DataFrame({"entity_id": [id], "value": [value]}, schema={"entity_id": pl.Int64, "value": pl.String}),
            )

    assert lake.query("select count(*) from change where op = 'extra'").value() == (0 if value is None else 1)


def test_links_in_bulk_lead_to_golden_records(lake):
    from xrm_lake.hygiene.judge import merge

    ann, anna, boss = add(lake, ["Ann", "Anna", "Boss"])
    merge(lake, [ann, anna])
    with lake.write("import", source="crm") as batch:
        rows = {
            "type": ["reports_to"],
            "from_id": [anna],
            "to_id": [boss],
            "fields": [None],
            "since": [None],
            "until": [None],
        }
        schema = {
            "type": pl.String,
            "from_id": pl.Int64,
            "to_id": pl.Int64,
            "fields": pl.String,
            "since": pl.Date,
            "until": pl.Date,
        }
        insert_links(batch, pl.DataFrame(rows, schema=schema))

    assert lake.query("select from_id, from_golden, to_golden from link").rows() == [(anna, ann + 1, boss)]


def test_a_batch_and_its_companion_are_kept_or_dropped_together(lake):
    ids = add(lake, ["Ann"])
    before = lake.query("select count(*) from batch").value()

    with pytest.raises(ZeroDivisionError):
        _write_two_and_fail(lake, ids)

    assert lake.query("select count(*) from batch").value() == before
    assert lake.query("select full_name from person").value() == "Ann"
    set_record(lake, ids[0], {"full_name": "Zoe"})
    assert lake.query("select count(*) from batch").value() == before + 1


def _write_two_and_fail(lake, ids: list[int]) -> None:
    with lake.write("import", source="a") as batch:
        cells = pl.DataFrame({"entity_id": ids, "value": ["Eve"]})
        set_field(batch.companion(source="b"), lake.catalog.type("person"), "full_name", cells)
        raise ZeroDivisionError
