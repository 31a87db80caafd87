"""The links of one file: from each row's record to those its cells name, or between the two that a row joins."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

from xrm_lake.ingest.join import join
from xrm_lake.ingest.json_text import json_items
from xrm_lake.ingest.layout import Layout
from xrm_lake.ingest.plan import ColumnPlan
from xrm_lake.ingest.read.delivery import REJECTS
from xrm_lake.ingest.resolve import Sought, resolve, sought
from xrm_lake.ingest.told_values import as_told
from xrm_lake.store.pending import insert_pending, mark_resolved, outdated, waiting_ends
from xrm_lake.store.write import Batch

SAID = pl.Schema(
    {
        "type": pl.String(), "direction": pl.String(), "from_id": pl.Int64(), "to_type": pl.String(), "to_field": pl.String(),
        "match_by": pl.String(), "text": pl.String(), "to_id": pl.Int64(),
    }
)  # fmt: skip


@dataclass(frozen=True)
class Linked:
    """
    What became of a file's links; for a table of links `states` has a state for each n (new, changed, same).

    Of the `pending` ones `absent` name records that are not there at all. `said` (frame SAID) is what cells say of records
    for which links waited before.
    """

    made: int
    pending: int
    conflicts: int
    states: pl.DataFrame
    rejects: pl.DataFrame
    absent: int = 0
    said: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SAID))


def not_there(waiting: pl.DataFrame) -> int:
    """How many of the links that wait (schema PENDING_ROWS) no record answers to; the others could be several."""
    return int((waiting["candidates"].list.len() == 0).sum())


def link_records(batch: Batch, layout: Layout, rows: pl.DataFrame) -> Linked:
    """Make the links that the link columns of a file of records name; `rows` has the records' ids."""
    wanted: list[pl.DataFrame] = []
    waiting: list[pl.DataFrame] = []
    said: list[pl.DataFrame] = []
    awaited = waiting_ends(batch).implode()
    for column in layout.links:
        if column.link is None:
            continue
        what = sought(column.link, batch.catalog, layout.plan.source)
        cells = _cells(rows, column, _own_id(layout, what))
        cells = cells.with_columns(as_told(cells["text"], layout.plan.values.get(what.link.name, {})))
        cells = cells.filter(pl.col("text") != "")
        found = cells.join(resolve(batch, cells["text"], what), on="text", how="left", maintain_order="left")
        fields = json.dumps(dict(column.link.fixed), ensure_ascii=False) if column.link.fixed else None
        found = found.with_columns(fields=pl.lit(fields, pl.String))
        wanted.append(_wanted(found.filter(pl.col("to_id").is_not_null()), what))
        waiting.append(_waiting(found.filter(pl.col("to_id").is_null()), what))
        said.append(_said(found.filter(pl.col("from_id").is_in(awaited)), what))
    if not wanted:
        return _nothing()
    joined = join(batch, pl.concat(wanted).with_columns(place=pl.int_range(pl.len(), dtype=pl.Int64)))
    pending = insert_pending(batch, pl.concat(waiting))
    made = joined.count("new") + joined.count("changed")
    conflicts, rejects = joined.count("conflict"), pl.DataFrame(schema=REJECTS)
    return Linked(made, pending.height, conflicts, joined.states, rejects, not_there(pending), pl.concat(said))


def settle_outdated(files: Iterable[tuple[Batch, str, Linked]]) -> None:
    """
    Let links wait no more whose cell says something else by now; `files` are all of an import, with their sources.

    What a cell of any file of the source says still, goes on waiting, so that the order of the files does not matter.
    """
    told = [(batch, source, linked.said) for batch, source, linked in files if linked.said.height]
    for batch, source, said in told:
        whole = pl.concat(
            [said, *(more.with_columns(to_id=pl.lit(None, pl.Int64)) for _, of, more in told if of == source)]
        )
        gone = outdated(batch, source, whole)
        if gone.height:
            mark_resolved(batch, gone)


def _said(found: pl.DataFrame, what: Sought) -> pl.DataFrame:
    told = {"type": what.link.name, "direction": what.direction, "to_type": what.to_type, "to_field": what.field}
    columns = {name: pl.lit(text, pl.String) for name, text in (told | {"match_by": what.match_by}).items()}
    return found.with_columns(**columns).select(list(SAID))


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
        listed = [json_items(text) for text in distinct["text"]]
        items = distinct.with_columns(items=pl.Series(listed, dtype=pl.List(pl.String)))
        cells = cells.join(items, on="text", how="left", maintain_order="left").with_columns(text="items").drop("items")
    else:
        cells = cells.with_columns(pl.col("text").str.split(separator))
    return (
        cells.explode("text").with_columns(pl.col("text").str.strip_chars()).filter(pl.col("text").fill_null("") != "")
    )


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


def _nothing() -> Linked:
    return Linked(0, 0, 0, pl.DataFrame(schema={"n": pl.Int64, "state": pl.String}), pl.DataFrame(schema=REJECTS))
