"""The dry run: what would become of each row and cell, which is what becomes of it."""

import polars as pl

from xrm_lake.ingest.load import import_files
from xrm_lake.ingest.row_account import ROWS
from xrm_lake.store.records import delete_record, set_record

from .files import file, load, state

FIRST = """id,First name,Last name,Email,Birth date
p1,Ann,Lee,ann@example.org,1990-02-01
p2,Bob,Ray,bob@example.org,1985-12-24
p3,Zoë,Kim,zoe@example.org,
p4,Gus,Orr,gus@example.org,
"""
LATER = """id,First name,Last name,Email,Birth date,Shoe
p1,Ann,Lee,ann@example.net,1990-02-01,7
p2,Bobby,Ray,robert@example.org,1985-12-24,
p3,Zoë,Kim,zoe@example.org,soon,
p4,Gus,Orr,,,
p5,Eva,Fox,eva@example.org,,
p5,Eva,Fox,eva@example.org,,
p6,too,many,cells@example.org,,,9
,,,,,
"""


def prepared(lake, tmp_path):
    load(lake, tmp_path, FIRST, type="person", key=["id"])
    set_record(lake, 3, {"email": "bob@firm.example"})
    delete_record(lake, 7)
    return file(tmp_path, "later.csv", LATER)


def whole(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(pl.col("field").is_null())


def test_the_commit_writes_exactly_what_the_dry_run_showed(lake, tmp_path):
    later = prepared(lake, tmp_path)
    before = state(lake)

    tried = import_files(lake, [later], type="person", source="crm", key=["id"], dry_run=True)
    assert all(before[name].equals(frame) for name, frame in state(lake).items())
    done = import_files(lake, [later], type="person", source="crm", key=["id"], rows=True)

    assert tried.rows.schema == ROWS
    assert tried.rows.equals(done.rows)
    ledger = lake.query(
        "select entity_id as record_id, op, field, old, new from change where batch_id = $id",
        id=done.files[0].batch_id,
    ).frame()
    cells = done.rows.drop_nulls("field").filter(pl.col("field") != "extra")
    written = ledger.filter(pl.col("op") == "set").drop("op").sort("record_id", "field")
    assert cells.filter(verdict="changed").select(written.columns).sort("record_id", "field").equals(written)
    noted = ledger.filter(pl.col("op") == "source").select("record_id", "field", "new")
    assert cells.filter(verdict="conflict").select("record_id", "field", "new").equals(noted)
    made = set(ledger.filter(pl.col("op") == "create")["record_id"])
    assert set(whole(done.rows).filter(verdict="new")["record_id"]) == made
    assert ledger.filter(pl.col("op") == "extra").height == done.rows.filter(field="extra").height


def test_each_row_has_one_verdict_with_its_reason_and_they_add_up_to_the_counts(lake, tmp_path):
    result = import_files(lake, [prepared(lake, tmp_path)], type="person", source="crm", key=["id"], dry_run=True)

    rows, counted = whole(result.rows), result.files[0]
    assert rows["record_no"].is_unique().all()
    assert rows.height == counted.counted
    assert rows["reason"].null_count() == 0
    for verdict in ("new", "changed", "same", "rejected"):
        assert rows.filter(verdict=verdict).height == getattr(counted, verdict), verdict
    assert rows.select("record_no", "verdict", "key").rows()[:6] == [
        (1, "changed", "p1"), (2, "changed", "p2"), (3, "changed", "p3"), (4, "same", "p4"), (5, "new", "p5"), (6, "same", None),
    ]  # fmt: skip
    assert rows["reason"].to_list()[3:6] == [
        "its record was deleted here and stays so",
        "no record has this key",
        "repeats record 5",
    ]


def test_a_contested_cell_shows_both_values(lake, tmp_path):
    result = import_files(lake, [prepared(lake, tmp_path)], type="person", source="crm", key=["id"], dry_run=True)

    contested = result.rows.filter(verdict="conflict")
    assert contested.select("record_no", "field", "old", "new").rows() == [
        (2, "email", "bob@firm.example", "robert@example.org")
    ]


def test_a_commit_does_not_tell_its_rows_unless_asked(lake, tmp_path):
    assert load(lake, tmp_path, FIRST, type="person").rows is None
