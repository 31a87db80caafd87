"""Tables of links: each row joins two records, and may say something of the link itself."""

import json

import polars as pl

from xrm_lake.ingest.join import WANTED, join
from xrm_lake.ingest.json_text import json_objects, nested
from xrm_lake.ingest.landed import Landed
from xrm_lake.ingest.layout import LINK_DATES, Layout
from xrm_lake.ingest.links import Linked, not_there
from xrm_lake.ingest.own.link_rows import join_by_hand
from xrm_lake.ingest.plan import ColumnPlan
from xrm_lake.ingest.raw import refusals
from xrm_lake.ingest.resolve import resolve, sought
from xrm_lake.store.pending import PENDING_ROWS, insert_pending
from xrm_lake.store.write import Batch

_REASON = (
    pl.when(pl.col("text").is_null() | pl.col("text_end").is_null())
    .then(pl.lit("names only one end of the link, or none"))
    .otherwise(pl.lit("neither end of the link is known: ") + pl.col("reason") + ", " + pl.col("reason_end"))
)


def link_rows(batch: Batch, landed: Landed) -> Linked:
    """Make the links that the rows of a table of links are."""
    layout = landed.layout
    begin, end = (ends_of(batch, layout, landed.rows, columns) for columns in layout.plan.ends)
    rows = landed.rows.select("n", "row", fields=_fields(landed), **_dates(landed))
    rows = rows.join(begin, on="n", how="left", maintain_order="left").join(
        end, on="n", how="left", suffix="_end", maintain_order="left"
    )
    both = rows.filter(pl.col("to_id").is_not_null() & pl.col("to_id_end").is_not_null())
    wanted = both.select(
        "fields", "since", "until", place="n", type=pl.lit(layout.plan.link_type), from_id="to_id", to_id="to_id_end"
    ).select(list(WANTED))
    joined = join_by_hand(batch, landed, wanted) if layout.plan.hand else join(batch, wanted)
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
    rejects = refusals(layout, refused)
    return Linked(made, known.height, joined.count("conflict"), states, rejects, not_there(known))


def ends_of(batch: Batch, layout: Layout, rows: pl.DataFrame, columns: tuple[ColumnPlan, ...]) -> pl.DataFrame:
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
