"""Merged records of another lake: they are merged here as they were there."""

import polars as pl

from xrm_lake.ingest.landed import Landed
from xrm_lake.ingest.write import Written
from xrm_lake.store.verdicts import add_verdicts, refuse_conflicts
from xrm_lake.store.write import Batch

_REASON = "merged in the lake that they were exported from"


def merge_again(batch: Batch, landed: Landed, written: Written) -> None:
    """Judge those the same of which one record stood for all, in a decision of its own; what is one already is left alone."""
    if landed.layout.plan.hand or "own.golden" not in written.rows.columns:
        return
    members = written.rows.select("own.golden", id="r.id").drop_nulls().unique().sort("id")
    pairs = members.with_columns(left_id=pl.col("id").first().over("own.golden")).filter(
        pl.col("id") != pl.col("left_id")
    )
    pairs = pairs.select("left_id", right_id="id", verdict=pl.lit("same"))
    with batch.frame("pairs", pairs):
        known = batch.query(
            "select p.left_id, p.right_id from pairs p join entity l on l.id = p.left_id join entity r on r.id = p.right_id"
            " where l.golden_id = r.golden_id or exists (from verdict v where v.left_id = p.left_id and v.right_id = p.right_id)"
        ).frame()
    fresh = pairs.join(known, on=["left_id", "right_id"], how="anti", maintain_order="left")
    if fresh.is_empty():
        return
    decision = batch.companion(kind="judge")
    decision.totals["note"] = _REASON
    add_verdicts(decision, fresh, reason=_REASON)
    refuse_conflicts(decision, fresh)
