"""Verdicts: who is the same as whom. The table only grows; the last word that was not undone stands."""

import polars as pl

from xrm_lake.store.golden import rebuild_golden
from xrm_lake.store.lake import Lake
from xrm_lake.store.write import Batch

VERDICTS = ("same", "different", "unsure", "open")


def add_verdicts(batch: Batch, pairs: pl.DataFrame, *, reason: str = "") -> None:
    """
    Add verdicts and work out the clusters that they touch.

    `pairs` has left_id < right_id, both records that are not golden, and verdict.
    """
    first = batch.new_ids("verdict_seq", pairs.height)
    batch.append(
        "verdict",
        pairs.select("left_id", "right_id", "verdict").with_columns(
            seq=pl.int_range(first, first + pairs.height, dtype=pl.Int64),
            decision_id=pl.lit(batch.id, dtype=pl.Int64),
            made_by=pl.lit(batch.by),
            made_at=pl.lit(batch.at),
            reason=pl.lit(reason or None, dtype=pl.String),
        ),
    )
    rebuild_golden(batch, pl.concat([pairs["left_id"], pairs["right_id"]]).unique())


def standing_verdicts(lake: Lake) -> pl.DataFrame:
    """
    The last word on each pair that was ever judged and is not undone.

    Returns left_id, right_id, verdict, made_by, made_at, decision_id.
    """
    return lake.query(
        """
        select left_id, right_id, arg_max(verdict, seq) as verdict, arg_max(v.made_by, seq) as made_by,
               arg_max(v.made_at, seq) as made_at, arg_max(decision_id, seq) as decision_id
        from verdict v join batch b on b.batch_id = v.decision_id and b.undone_by is null
        group by left_id, right_id order by left_id, right_id
        """
    ).frame()
