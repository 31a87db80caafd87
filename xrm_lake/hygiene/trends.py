"""
Trends: which figures get worse, which better, and which only waver.

What is known of a figure is read from the snapshots (`courses`); what it means is told by `trend`, which knows no lake.
"""

from datetime import date

import polars as pl

from xrm_lake.hygiene.causes import causes
from xrm_lake.hygiene.courses import Course, courses, told_of
from xrm_lake.hygiene.trend.words import began, evidence
from xrm_lake.model.metrics import METRICS
from xrm_lake.store.lake import Lake

TRENDS = pl.Schema(
    {
        "metric": pl.String(), "scope": pl.String(), "state": pl.String(), "direction": pl.Int64(), "since": pl.Date(),
        "num": pl.Float64(), "den": pl.Float64(), "part": pl.String(), "rate": pl.Float64(), "low": pl.Float64(), "high": pl.Float64(),
        "usual": pl.Float64(), "weeks": pl.Int64(), "rules": pl.String(), "evidence": pl.String(), "sentence": pl.String(), "cause": pl.String(),
    }
)  # fmt: skip
WORST_FIRST = ("alert", "worse", "watch", "better", "steady", "too few", "no baseline")


def trends(
    lake: Lake, type: str | None = None, *, metric: str | None = None, as_of: date | None = None
) -> pl.DataFrame:
    """
    What can be told of each metric as of a day, the worst first (frame TRENDS); of one type, or of one metric, if named.

    `state`: alert, worse, watch, better, steady, too few (records), no baseline (too few weeks); `direction` 1 worse, -1 better,
    0 neither; `since` the last day of the week in which it began. `num` of `den` stand in the bad state. `part` is what the flow is
    of: `new` records or `older` ones, empty for both. `rate` (0..1) is the share of these that enters the bad state in a week,
    over the last 4, `low` and `high` its 95 % interval, `usual` that of the baseline; `weeks` can be compared. `rules` that
    fired (A shift, B trend, C limit, D step) with their `evidence`; `sentence` says it all, `cause` where it came from.
    Without a type, the scope `all` comes with each type. Raises UnknownName.
    """
    found = courses(lake, type, metric=metric, as_of=as_of or lake.clock().date())
    why = causes(lake, found)
    rows = [(*_row(course), why.get((course.metric, course.scope), "")) for course in found]
    frame = pl.DataFrame(rows, schema=TRENDS, orient="row")
    rank = pl.col("state").replace_strict(WORST_FIRST, range(len(WORST_FIRST)), return_dtype=pl.Int64)
    order = pl.col("metric").replace_strict([item.name for item in METRICS], range(len(METRICS)), default=len(METRICS))
    return frame.sort(rank, pl.col("scope") != "all", order, "scope", maintain_order=True)


def _row(course: Course) -> tuple[object, ...]:
    trend = course.trend
    found = trend.assessment
    now = (found.now.value, found.now.low, found.now.high) if found.now else (None, None, None)
    usual = found.baseline.rate if found.baseline else None
    return (
        course.metric, course.scope, trend.state, trend.direction, began(trend), course.num, course.den, course.part, *now,
        usual, found.weeks, trend.rules, evidence(trend), told_of(course),
    )  # fmt: skip
