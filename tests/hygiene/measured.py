"""Measures of many weeks put down at once, as if snapshots had been taken: what the trends of a lake are told from."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl

from xrm_lake.store.lake import Lake

SUNDAY = date(2026, 1, 4)


def sunday(week: int) -> date:
    """The last day of a week, counted from 0."""
    return SUNDAY + timedelta(days=7 * week)


def measure_weeks(lake: Lake, metric: str, entered: Sequence[float | None], **given: Any) -> None:
    """
    The measures of one series, one for each week, beside those that are there.

    Given may be: scope, split, part, at_risk (1000), num (200), den (1000), version (1 or one for each week); `of_new` says that nothing leaves.
    """
    versions = given.get("version", 1)
    with lake.write("snapshot") as batch:
        known = {day: id for id, day in batch.query("select snapshot_id, as_of from snapshot").rows()}
        for week, came in enumerate(entered):
            day, id = sunday(week), known.get(sunday(week), week + 1)
            if day not in known:
                taken_at = datetime.combine(day, datetime.min.time())
                batch.execute("insert into snapshot values ($id, $at_, $day, $id)", id=id, at_=taken_at, day=day)
            row = {
                "snapshot_id": id, "metric": metric, "scope": given.get("scope", "all"), "split": given.get("split", ""),
                "part": given.get("part", ""), "version": versions if isinstance(versions, int) else versions[week],
                "num": float(given.get("num", 200)), "den": float(given.get("den", 1000)),
                "at_risk": None if came is None else float(given.get("at_risk", 1000)),
                "entered": None if came is None else float(came),
                "left_": None if came is None or given.get("of_new") else 0.0,
            }  # fmt: skip
            schema = {"at_risk": pl.Float64, "entered": pl.Float64, "left_": pl.Float64}
            batch.append("measure", pl.DataFrame([row], schema_overrides=schema))


def measure_problem(lake: Lake, metric: str, new: Sequence[float], older: Sequence[float], **given: Any) -> None:
    """
    A problem of people, who are all there is: how many of 100 new ones had it each week, and how many of 900 older ones got it.
    """
    both = [a + b for a, b in zip(new, older, strict=True)]
    for scope in ("all", "person"):
        measure_weeks(lake, metric, [None, *both[1:]], scope=scope, **given)
    parts = given | {"scope": "person", "split": "arrival"}
    measure_weeks(lake, metric, [None, *new[1:]], part="new", of_new=True, **parts | {"at_risk": 100})
    measure_weeks(lake, metric, [None, *older[1:]], part="older", **parts | {"at_risk": 900})


def wavering(mean: float, weeks: int) -> list[float]:
    """Weeks that waver a little about a mean."""
    return [mean + (week % 3 - 1) * 2 for week in range(weeks)]
