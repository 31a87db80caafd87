"""The links of one file: from each row's record to those its cells name, or between the two that a row joins."""

import json
from dataclasses import dataclass

import polars as pl

from xrm_lake.ingest.join import WANTED, join
from xrm_lake.ingest.json_text import json_objects, nested
from xrm_lake.ingest.landed import Landed, refusals
from xrm_lake.ingest.layout import LINK_DATES, Layout
from xrm_lake.ingest.plan import ColumnPlan
from xrm_lake.ingest.read.delivery import REJECTS
from xrm_lake.ingest.resolve import Sought, resolve, sought
from xrm_lake.store.pending import PENDING_ROWS, insert_pending, mark_resolved, outdated
from xrm_lake.store.write import Batch

_REASON = (
    pl.when(pl.col("text").is_null() | pl.col("text_end").is_null())
    .then(pl.lit("names only one end of the link, or none"))
    .otherwise(pl.lit("neither end of the link is known: ") + pl.col("reason") + ", " + pl.col("reason_end"))
)


@dataclass(frozen=True)
class Linked:
    """What became of a file's links; for a table of links `states` has a state for each n (new, changed, same)."""

    made: int
    pending: int
    conflicts: int
    states: pl.DataFrame
    rejects: pl.DataFrame


def link_records(batch: Batch, layout: Layout, rows: pl.DataFrame) -> Linked:
    """Make the links that the link columns of a file of records name; `rows` has the records' ids."""
    wanted: list[pl.DataFrame] = []
    waiting: list[pl.DataFrame] = []
    said: list[pl.DataFrame] = []
    for column in layout.links:
        if column.link is None:
            continue
        what = sought(column.link, batch.catalog, layout.plan.source)
        cells = _cells(rows, column, _own_id(layout, what))
        found = cells.join(resolve(batch, cells["text"], what), on="text", how="left", maintain_order="left")
        fields = json.dumps(dict(column.link.fixed), ensure_ascii=False) if column.link.fixed else None
        found = found.with_columns(fields=pl.lit(fields, pl.String))
        wanted.append(_wanted(found.filter(pl.col("to_id").is_not_null()), what))
        waiting.append(_waiting(found.filter(pl.col("to_id").is_null()), what))
        said.append(
            found.select("from_id", "to_id", "text", type=pl.lit(what.link.name), direction=pl.lit(what.direction))
        )
    if not wanted:
        return _nothing()
    joined = join(batch, pl.concat(wanted).with_columns(place=pl.int_range(pl.len(), dtype=pl.Int64)))
    now = pl.concat(said)
    gone = outdated(batch, now.drop_nulls("to_id").drop("text"), now.drop("to_id"))
    if gone.height:
        mark_resolved(batch, gone)
    pending = insert_pending(batch, pl.concat(waiting))
    made = joined.count("new") + joined.count("changed")
    return Linked(made, pending.height, joined.count("conflict"), joined.states, pl.DataFrame(schema=REJECTS))


def link_rows(batch: Batch, landed: Landed) -> Linked:
    """Make the links that the rows of a table of links are."""
    layout = landed.layout
    begin, end = (_end(batch, layout, landed.rows, columns) for columns in layout.plan.ends)
    rows = landed.rows.select("n", "row", fields=_fields(landed), **_dates(landed))
    rows = rows.join(begin, on="n", how="left", maintain_order="left").join(
        end, on="n", how="left", suffix="_end", maintain_order="left"
    )
    both = rows.filter(pl.col("to_id").is_not_null() & pl.col("to_id_end").is_not_null())
    wanted = both.select(
        "fields", "since", "until", place="n", type=pl.lit(layout.plan.link_type), from_id="to_id", to_id="to_id_end"
    ).select(list(WANTED))
    joined = join(batch, wanted)
    half = rows.filter(pl.col("to_id").is_null() != pl.col("to_id_end").is_null())
    half = half.filter(pl.col("text").is_not_null() & pl.col("text_end").is_not_null())
    waiting = _half_links(half, layout)
    known = insert_pending(batch, waiting.select(list(PENDING_ROWS)))
    fresh = waiting.join(known, on=["from_id", "direction", "to_text", "fields"], how="semi", nulls_equal=True)
    refused = rows.join(pl.concat([both.select("n"), half.select("n")]), on="n", how="anti").select(
        "row", reason=_REASON
    )
    states = pl.concat(
        [
            joined.states.select(n="place", state=pl.col("state").replace("conflict", "same")),
            waiting.select(
                "n",
                state=pl.when(pl.col("n").is_in(fresh["n"].implode())).then(pl.lit("new")).otherwise(pl.lit("same")),
            ),
        ]
    )
    made = joined.count("new") + joined.count("changed")
    return Linked(made, known.height, joined.count("conflict"), states, refusals(layout, refused))


def _cells(rows: pl.DataFrame, column: ColumnPlan, own: str) -> pl.DataFrame:
    """from_id and text of each filled cell; one row for each record that a cell names."""
    cells = rows.select(from_id=own, text=f"c{column.position}").drop_nulls("text")
    return split_texts(cells, column.link.separator if column.link else "")


def split_texts(cells: pl.DataFrame, separator: str) -> pl.DataFrame:
    """The rows of a frame with a column `text`, one for each record that it names."""
    if not separator:
        return cells
    if separator == "json":
        distinct = cells.select("text").unique()
        listed = [_json_items(text) for text in distinct["text"]]
        items = distinct.with_columns(items=pl.Series(listed, dtype=pl.List(pl.String)))
        cells = cells.join(items, on="text", how="left", maintain_order="left").with_columns(text="items").drop("items")
    else:
        cells = cells.with_columns(pl.col("text").str.split(separator))
    return (
        cells.explode("text").with_columns(pl.col("text").str.strip_chars()).filter(pl.col("text").fill_null("") != "")
    )


def _json_items(text: str) -> list[str]:
    try:
        found = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        return [text]
    return [str(item) for item in found] if isinstance(found, list) else [text]


def _own_id(layout: Layout, what: Sought) -> str:
    """Which of a row's records the link hangs on: the role if the link admits it, else its party."""
    if layout.party is None:
        return "r.id"
    admitted = what.link.from_types if what.direction == "out" else what.link.to_types
    return "r.id" if not admitted or layout.record.entity_type.name in admitted else "p.id"


def _wanted(found: pl.DataFrame, what: Sought) -> pl.DataFrame:
    ends = ("from_id", "to_id") if what.direction == "out" else ("to_id", "from_id")
    return found.select(
        pl.lit(0, pl.Int64).alias("place"), pl.lit(what.link.name).alias("type"), pl.col(ends[0]).alias("from_id"),
        pl.col(ends[1]).alias("to_id"), "fields", pl.lit(None, pl.Date).alias("since"), pl.lit(None, pl.Date).alias("until"),
    )  # fmt: skip


def _waiting(found: pl.DataFrame, what: Sought) -> pl.DataFrame:
    return found.select(
        pl.lit(what.link.name).alias("type"), "from_id", pl.lit(what.direction).alias("direction"), pl.lit(what.to_type).alias("to_type"),
        pl.lit(what.field).alias("to_field"), pl.col("text").alias("to_text"), pl.lit(what.match_by).alias("match_by"),
        "candidates", "reason", "fields",
    )  # fmt: skip


def _end(batch: Batch, layout: Layout, rows: pl.DataFrame, columns: tuple[ColumnPlan, ...]) -> pl.DataFrame:
    """One end of each row's link, by the first of its columns that is filled: n, text, to_id, candidates, reason, column."""
    parts = []
    left = rows
    for column in columns:
        assert column.link is not None
        what = sought(column.link, batch.catalog, layout.plan.source)
        cells = left.select("n", text=f"c{column.position}").drop_nulls("text")
        found = cells.join(resolve(batch, cells["text"], what), on="text", how="left", maintain_order="left")
        parts.append(found.with_columns(column=pl.lit(column.position, pl.Int64)))
        left = left.join(cells, on="n", how="anti", maintain_order="left")
    schema = {
        "n": pl.Int64(),
        "text": pl.String(),
        "to_id": pl.Int64(),
        "candidates": pl.List(pl.Int64),
        "reason": pl.String(),
        "column": pl.Int64(),
    }
    return pl.concat([pl.DataFrame(schema=schema), *(part.select(list(schema)) for part in parts)])


def _half_links(half: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Rows of which one end is known, as links that wait for the other."""
    columns = {column.position: column for column in layout.links}
    rows = []
    for row in half.iter_rows(named=True):
        known, open_end = ("", "_end") if row["to_id"] is not None else ("_end", "")
        target = columns[row["column" + open_end]].link
        assert target is not None
        rows.append(
            {
                "n": row["n"], "type": layout.plan.link_type, "from_id": row["to_id" + known], "direction": target.direction,
                "to_type": "|".join(target.to_types), "to_field": target.field, "to_text": row["text" + open_end],
                "match_by": target.match_by, "candidates": row["candidates" + open_end], "reason": row["reason" + open_end],
                "fields": _with_dates(row["fields"], row["since"], row["until"]),
            }
        )  # fmt: skip
    return pl.DataFrame(rows, schema={"n": pl.Int64, **PENDING_ROWS})


def _with_dates(fields: str | None, since: object, until: object) -> str | None:
    """A link's fields with its dates among them, until it can be made."""
    dates = {name: str(value) for name, value in (("since", since), ("until", until)) if value is not None}
    return json.dumps((json.loads(fields) if fields else {}) | dates, ensure_ascii=False) if fields or dates else None


def _fields(landed: Landed) -> pl.Series:
    """The link's own fields of each row, as JSON text; what has no field stands in it under `_extra`."""
    rows, side = landed.rows, landed.layout.record
    taken = {field.name for field in LINK_DATES}
    cells = [
        (field.name, _text(rows[side.prefix + field.name]))
        for field in side.entity_type.fields
        if field.name not in taken and side.prefix + field.name in rows.columns
    ]
    fields = json_objects(cells, rows.height)
    extra = rows[side.prefix + "extra"]
    return fields if extra.null_count() == rows.height else nested(fields, "_extra", extra)


def _text(values: pl.Series) -> pl.Series:
    if values.dtype == pl.List(pl.String):
        return values.map_elements(
            lambda items: json.dumps(items.to_list(), ensure_ascii=False), return_dtype=pl.String
        )
    return values.cast(pl.String)


def _dates(landed: Landed) -> dict[str, pl.Expr]:
    return {
        name: pl.col(f"r.{name}") if f"r.{name}" in landed.rows.columns else pl.lit(None, pl.Date)
        for name in ("since", "until")
    }


def _nothing() -> Linked:
    return Linked(0, 0, 0, pl.DataFrame(schema={"n": pl.Int64, "state": pl.String}), pl.DataFrame(schema=REJECTS))
