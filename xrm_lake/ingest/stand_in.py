"""Rows that take the place of others that an earlier import refused or held back: under their key, and those wait no more."""

from dataclasses import replace

import polars as pl

from xrm_lake.ingest.landed import Landed
from xrm_lake.store.write import Batch


def with_old_keys(landed: Landed, stands_for: pl.DataFrame) -> Landed:
    """A landed file whose rows have the keys of those that they stand for, where these had one (frame STANDS_FOR)."""
    mine = _mine(landed, stands_for).drop_nulls("source_key").unique("record_no")
    if mine.is_empty():
        return landed
    old = landed.rows.select("record_no").join(
        mine.select("record_no", old_key="source_key"), on="record_no", how="left", maintain_order="left"
    )["old_key"]
    return replace(landed, rows=landed.rows.with_columns(pl.coalesce(old, "source_key").alias("source_key")))


def take_place(batch: Batch, landed: Landed, stands_for: pl.DataFrame) -> None:
    """
    Let what the rows of a file stand for wait no more.

    What this import refused or held back in its turn waits as a row of this import.
    """
    mine = _mine(landed, stands_for)
    if mine.is_empty():
        return
    with batch.frame("standing_in", mine.select("batch_id", "old_record_no").unique()):
        batch.execute(
            "update reject set mended_by = $me from standing_in s"
            " where reject.batch_id = s.batch_id and reject.record_no = s.old_record_no",
            me=batch.id,
        )
        batch.execute(
            "update held_row set settled_by = $me from standing_in s"
            " where held_row.batch_id = s.batch_id and held_row.record_no = s.old_record_no",
            me=batch.id,
        )


def _mine(landed: Landed, stands_for: pl.DataFrame) -> pl.DataFrame:
    return stands_for.filter(pl.col("file") == landed.layout.plan.delivery.name)
