"""What is told of a lake that names a drift: by which signal, and with which cause."""

from collections.abc import Callable

import polars as pl

from benchmarks.year.law import BLURS, NEGLECTS, Drift
from xrm_lake.hygiene.decay.list_signals import list_signals
from xrm_lake.hygiene.shadow.list_shadow import list_shadow
from xrm_lake.hygiene.trends import trends
from xrm_lake.store.lake import Lake

WORSE = ("alert", "worse")


def worse(lake: Lake) -> pl.DataFrame:
    """The trends at which somebody has to look: alert or worse, and not for the better."""
    return trends(lake).filter(pl.col("state").is_in(WORSE))


def _trend(lake: Lake, metric: str, scope: str, cause: str = "") -> bool:
    found = trends(lake, scope, metric=metric).filter(pl.col("state").is_in(WORSE))
    return any(cause in each for each in found["cause"])


def _signal(lake: Lake, names: tuple[str, ...], part: str) -> bool:
    found = list_signals(lake, "deal", days=28).filter(pl.col("raised"), pl.col("measure").is_in(names))
    return part in found["part"].to_list()


def _overwritten(lake: Lake) -> bool:
    """Whether spreadsheets that come again are told to write over the same records."""
    found = list_shadow(lake).filter(pl.col("raised"), indicator="S1")
    return "overwritten" in found["measure"].to_list()


def _restated(lake: Lake) -> bool:
    """Whether the amount won is raised as restated, most of it because amounts were edited."""
    found = list_signals(lake, "deal").filter(measure="restated_won_amount")
    causes = found.filter(split="cause").sort("value", descending=True)
    return bool(found["raised"].any()) and causes["part"].to_list()[:1] == ["its amount was edited"]


NAMED: dict[Drift, Callable[[Lake], bool]] = {
    "stage_meaning": lambda lake: _signal(lake, ("regression", "skip", "next_stage"), BLURS),
    "neglect": lambda lake: _trend(lake, "stale", "deal", NEGLECTS),
    "other": lambda lake: _trend(lake, "placeholder", "deal") and _signal(lake, ("undefined_new",), "source"),
    "duplicates": lambda lake: _trend(lake, "duplicate", "person", "webform"),
    "shadow": _overwritten,
    "restated": _restated,
}
"""Whether each drift is named, with its cause, by the lake as it is now."""
