"""The trends as they were told at a snapshot, kept beside it: reports show them without working them out again."""

from datetime import date

import polars as pl

from xrm_lake.hygiene.courses import courses, told_of
from xrm_lake.hygiene.trend.words import began
from xrm_lake.store.write import Batch

KEPT = pl.Schema(
    {
        "snapshot_id": pl.Int64(), "metric": pl.String(), "scope": pl.String(), "state": pl.String(), "direction": pl.Int32(),
        "since": pl.Date(), "rules": pl.String(), "sentence": pl.String(),
    }
)  # fmt: skip


def keep_trends(batch: Batch, snapshot_id: int, day: date) -> None:
    """Tell the trend of every metric and scope as of a snapshot that was just taken, and keep it."""
    rows = [
        (snapshot_id, found.metric, found.scope, found.trend.state, found.trend.direction, began(found.trend),
         found.trend.rules, told_of(found))
        for found in courses(batch, as_of=day)
    ]  # fmt: skip
    if rows:
        batch.append("trend", pl.DataFrame(rows, schema=KEPT, orient="row"))
