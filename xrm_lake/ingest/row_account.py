"""
The account of a file row by row and cell by cell: what became of each, or in a dry run would become, and why.

It is put together from what the import found while it wrote, so that a dry run shows what a commit writes.
"""

from collections.abc import Iterator

import polars as pl

from xrm_lake.ingest.landed import Landed
from xrm_lake.ingest.layout import Side
from xrm_lake.ingest.links import Linked
from xrm_lake.ingest.plan import OWN
from xrm_lake.ingest.raw import raw_records
from xrm_lake.ingest.write import Written

ROWS = pl.Schema(
    {
        "file": pl.String, "record_no": pl.Int64, "line_no": pl.Int64, "verdict": pl.String, "reason": pl.String, "key": pl.String,
        "record_id": pl.Int64, "field": pl.String, "old": pl.String, "new": pl.String,
    }
)  # fmt: skip
_WHERE = ("record_no", "line_no", "key")


def row_account(landed: Landed, written: Written | None, linked: Linked, refused: pl.DataFrame) -> pl.DataFrame:
    """
    One row for each record of a file, and one for each of its cells that is written, contested or refused (frame ROWS).

    `field` is null for the record as a whole; its `verdict` is then new, changed, same, rejected or held, as it is counted. That of
    a cell is changed, conflict (`old` stays), same (the source now says what a person had set) or rejected. Rows
    stand in the order of the file.
    """
    parts = [
        _refused(refused),
        _repeated(landed),
        _held(landed, landed.held if written is None else pl.concat([landed.held, written.held])),
    ]
    parts += [_links(landed, linked)] if written is None else [*_records(landed, written), *_all_cells(landed, written)]
    columns = [name for name in ROWS if name != "file"]
    rows = pl.concat([part.select(columns).cast({name: ROWS[name] for name in columns}) for part in parts])
    return (
        rows.with_columns(file=pl.lit(landed.layout.plan.delivery.name))
        .select(list(ROWS))
        .sort(["record_no", pl.col("field").is_not_null(), "field"], nulls_last=True, maintain_order=True)
    )


def _refused(refused: pl.DataFrame) -> pl.DataFrame:
    raw = pl.when(pl.col("column_name").is_not_null()).then(pl.col("raw").cast(pl.String, strict=False))
    return refused.select(
        "record_no", "line_no", "reason", verdict=pl.lit("rejected"), key=pl.lit(None, pl.String), record_id=pl.lit(None, pl.Int64),
        field="column_name", old=pl.lit(None, pl.String), new=raw,
    )  # fmt: skip


def _repeated(landed: Landed) -> pl.DataFrame:
    """The rows that repeat an earlier one cell by cell; they never came as far as the lake."""
    places = landed.twins.filter("same")
    numbers = (
        pl.scan_parquet(landed.layout.plan.delivery.staged, glob=False)
        .select("record_no", "line_no")
        .with_row_index("row")
        .filter(pl.col("row").is_in(pl.concat([places["row"], places["first"]]).implode()))
        .with_columns(pl.col("row").cast(pl.Int64))
        .collect()
    )
    found = places.join(numbers, on="row").join(
        numbers.select(first="row", earlier="record_no"), on="first", maintain_order="left"
    )
    return _whole(found, "same", pl.lit("repeats record ") + pl.col("earlier").cast(pl.String))


def _held(landed: Landed, held: pl.DataFrame) -> pl.DataFrame:
    """The rows that were held back."""
    found = raw_records(landed.layout, held["row"]).join(held, on="row").join(landed.source_keys(held["row"]), on="row")
    return _whole(found.rename({"source_key": "key"}), "held", pl.col("reason"))


def _whole(rows: pl.DataFrame, verdict: str, reason: pl.Expr) -> pl.DataFrame:
    """Lines for records as a whole; `rows` has record_no, line_no and, where known, key and record_id."""
    known = [name for name in ("key", "record_id") if name in rows.columns]
    empty = {
        name: pl.lit(None, ROWS[name]) for name in ("key", "record_id", "field", "old", "new") if name not in known
    }
    return rows.select("record_no", "line_no", *known, verdict=pl.lit(verdict), reason=reason, **empty)


def _links(landed: Landed, linked: Linked) -> pl.DataFrame:
    """The rows of a table of links."""
    rows = landed.rows.join(linked.states, on="n", maintain_order="left").with_columns(key="source_key")
    reason = pl.col("state").replace_strict(
        {"new": "the link is not there yet", "changed": "the link says something else", "same": "the link is there"},
        default=None,
    )
    return _whole(rows, "same", reason).with_columns(verdict=rows["state"])


def _records(landed: Landed, written: Written) -> Iterator[pl.DataFrame]:
    """One line for each row that came as far as the lake and was not refused there."""
    placed, named = written.placed, landed.rows.select("n", "record_no", "line_no", key="source_key")
    rows = written.rows.select("n", "record_no", "line_no", key="source_key", record_id="r.id")
    back = placed.withdrawn.get("r.", pl.DataFrame(schema={"n": pl.Int64}))["n"]
    own = landed.layout.plan.preset == OWN
    n = pl.col("n")
    known = (
        pl.when(n.is_in(placed.answered.implode()))
        .then(pl.lit("it was said to be this record"))
        .when(n.is_in(placed.by_fields.implode()))
        .then(pl.lit("told by the key fields"))
        .otherwise(pl.lit("the record that was exported" if own else "told by its key in the source"))
    )
    spelt = pl.when(n.is_in(_spelt(landed, written).implode())).then(pl.lit("; its spelling stays"))
    known += spelt.otherwise(pl.lit(""))
    is_new, is_changed = n.is_in(written.fresh.implode()), n.is_in(written.touched.implode())
    came = pl.when(n.is_in(back.implode())).then(pl.lit("comes back: it went with an import that was undone"))
    yield _whole(rows.filter(is_new), "new", came.otherwise(pl.lit("no record has this key")))
    yield _whole(rows.filter(is_changed), "changed", known)
    yield _whole(rows.filter(~is_new & ~is_changed), "same", known)
    held = named.join(placed.held.rename({"id": "record_id"}), on="n")
    yield _whole(held, "same", pl.lit("its record was deleted here and stays so"))
    firsts = named.select(first_="n", earlier="record_no")
    again = named.join(placed.repeated, on="n").join(firsts, on="first_")
    yield _whole(again, "same", pl.lit("repeats record ") + pl.col("earlier").cast(pl.String))


def _spelt(landed: Landed, written: Written) -> pl.Series:
    """The rows (n) of whose record a spelling was kept."""
    kept = {side.prefix + "id": written.differences[side.prefix].kept["entity_id"] for side in landed.layout.sides}
    return written.rows.filter(pl.any_horizontal(pl.col(id).is_in(ids.implode()) for id, ids in kept.items()))["n"]


def _all_cells(landed: Landed, written: Written) -> Iterator[pl.DataFrame]:
    for side in landed.layout.sides:
        found = written.differences[side.prefix]
        emptied = pl.when(pl.col("new").is_null()).then(pl.lit("cleared: the cell is empty"))
        says = "it was written into the file" if landed.layout.plan.hand else "the source says so"
        yield _cells(written, side, found.changes, "changed", emptied.otherwise(pl.lit(says)))
        contested = found.conflicts.with_columns(old="stands")
        stays = (
            "it was changed here since the export, and stays"
            if landed.layout.plan.hand
            else "a person has set it, and it stays"
        )
        yield _cells(written, side, contested, "conflict", pl.lit(stays))
        yield _cells(written, side, found.agreed, "same", pl.lit("the source now says what a person had set"))
        yield _cells(written, side, found.kept, "same", pl.lit("the record was found by it: its spelling stays"))
        beside = found.extra.with_columns(field=pl.lit("extra")).rename({"value": "new"})
        yield _cells(written, side, beside, "changed", pl.lit("kept beside the fields"))


def _cells(written: Written, side: Side, cells: pl.DataFrame, verdict: str, reason: pl.Expr) -> pl.DataFrame:
    """Lines for cells of records (entity_id, field, old, new), at the first row that speaks of the record."""
    id = side.prefix + "id"
    first = written.rows.select("record_no", "line_no", key="source_key", entity_id=id).unique(
        "entity_id", keep="first", maintain_order=True
    )
    found = cells.join(first, on="entity_id", maintain_order="left")
    return found.select(*_WHERE, "field", "old", "new", verdict=pl.lit(verdict), reason=reason, record_id="entity_id")
