"""Faults that somebody has looked at and that no fix mends: noted, so that the next list says so."""

import polars as pl

from xrm_lake.store.lake import Lake


def look_at(lake: Lake, faults: pl.DataFrame, *, dry_run: bool = False, by: str | None = None) -> int | None:
    """
    Note faults (id, type, check_name, field) as looked at, in a batch that `undo` takes back; None if there is none, or on a dry run.
    """
    if faults.is_empty():
        return None
    with lake.write("fix", by=by, source="looked at", dry_run=dry_run) as batch:
        batch.totals["note"] = f"looked at {faults.height} faults"
        rows = faults.select(
            pl.lit(batch.id, pl.Int64).alias("batch_id"), pl.col("id").alias("entity_id"), "type", "check_name", "field"
        )
        batch.append("looked_at", rows)
        return None if dry_run else batch.id
