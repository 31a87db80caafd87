"""The links that a person changed in an exported file: what a cell names now, what it named when it left, and what stands."""

import polars as pl

from xrm_lake.ingest.layout import Layout
from xrm_lake.ingest.links import Linked, not_there, split_texts
from xrm_lake.ingest.plan import ColumnPlan
from xrm_lake.ingest.read.delivery import REJECTS
from xrm_lake.ingest.resolve import resolve, sought
from xrm_lake.model.own_file import VERSION_PATTERN
from xrm_lake.store.bulk import insert_links
from xrm_lake.store.counters import member_of_golden
from xrm_lake.store.links import set_ended
from xrm_lake.store.pending import insert_pending
from xrm_lake.store.references import golden_of, links_then
from xrm_lake.store.write import Batch

_STATES = pl.Schema({"n": pl.Int64(), "state": pl.String()})


def link_edits(batch: Batch, layout: Layout, rows: pl.DataFrame) -> Linked:
    """
    Make the links that were written into an exported file, and end those that were taken out of it.

    A cell that names what it named when it was exported is not touched. A name that is not plain waits, as in any import.
    """
    made, waits, absent = 0, 0, 0
    for column in layout.links:
        assert column.link is not None
        added, waiting = _edit(batch, layout, rows, column)
        pending = insert_pending(batch, waiting)
        made, waits, absent = made + added, waits + pending.height, absent + not_there(pending)
    return Linked(made, waits, 0, pl.DataFrame(schema=_STATES), pl.DataFrame(schema=REJECTS), absent)


def _edit(batch: Batch, layout: Layout, rows: pl.DataFrame, column: ColumnPlan) -> tuple[int, pl.DataFrame]:
    """How many links one column made, and those of it that wait."""
    assert column.link is not None
    what = sought(column.link, batch.catalog, layout.plan.source)
    version = pl.col("own.version").str.extract(VERSION_PATTERN, 2).cast(pl.Int64).fill_null(0)
    cells = rows.select(own="r.id", text=f"c{column.position}", version=version).drop_nulls("own")
    cells = cells.join(golden_of(batch, cells["own"]), left_on="own", right_on="id", maintain_order="left").rename(
        {"golden": "id"}
    )
    then = links_then(batch, what.link.name, cells)
    named = split_texts(cells.drop_nulls("text"), column.link.separator)
    found = named.join(resolve(batch, named["text"], what), on="text", how="left", maintain_order="left")
    met = found.drop_nulls("to_id")
    met = met.join(golden_of(batch, met["to_id"]), left_on="to_id", right_on="id", maintain_order="left").rename(
        {"golden": "to_golden"}
    )
    pair = ["id", "to_golden"]
    was = then.filter("stood").select(pair)
    ended = then.filter("stood", "stands").join(met, on=pair, how="anti")
    # A cell with a name that is not plain says something, but not what: nothing is ended for it.
    ended = ended.join(found.filter(pl.col("to_id").is_null()), on="id", how="anti")
    if ended.height:
        set_ended(batch, ended["link_id"].unique().sort(), ended=True)
    fresh = met.join(was, on=pair, how="anti").join(then.filter("stands"), on=pair, how="anti")
    fresh = fresh.unique(pair, keep="first", maintain_order=True)
    insert_links(batch, _new_links(what.link.name, fresh))
    return fresh.height, _waiting(found.filter(pl.col("to_id").is_null()), what.link.name, what.to_type)


def _new_links(link_type: str, fresh: pl.DataFrame) -> pl.DataFrame:
    members = pl.Series("from_id", [member_of_golden(id) for id in fresh["own"]], dtype=pl.Int64)
    return fresh.with_columns(members).select(
        pl.lit(link_type).alias("type"), "from_id", "to_id", pl.lit(None, pl.String).alias("fields"),
        pl.lit(None, pl.Date).alias("since"), pl.lit(None, pl.Date).alias("until"),
    )  # fmt: skip


def _waiting(found: pl.DataFrame, link_type: str, to_type: str) -> pl.DataFrame:
    members = pl.Series("from_id", [member_of_golden(id) for id in found["own"]], dtype=pl.Int64)
    return found.with_columns(members).select(
        pl.lit(link_type).alias("type"), "from_id", pl.lit("out").alias("direction"), pl.lit(to_type).alias("to_type"),
        pl.lit("").alias("to_field"), pl.col("text").alias("to_text"), pl.lit("uid").alias("match_by"), "candidates", "reason",
        pl.lit(None, pl.String).alias("fields"),
    )  # fmt: skip
