"""One series assessed: its baseline, what each rule says of it, and how the rate now compares."""

from dataclasses import dataclass
from datetime import date
from math import sqrt

import numpy as np

from xrm_lake.hygiene.trend import slope as rule_b
from xrm_lake.hygiene.trend.baseline import FEWEST_WEEKS, LOOKED_AT_WEEKS, Baseline, baseline, baseline_weeks
from xrm_lake.hygiene.trend.enough import LARGEST_UNSEEN, detectable_rise
from xrm_lake.hygiene.trend.flows import Flows
from xrm_lake.hygiene.trend.level import Level, level
from xrm_lake.hygiene.trend.season import Season, season
from xrm_lake.hygiene.trend.shift import Shift, shift
from xrm_lake.hygiene.trend.slope import Slope, slope
from xrm_lake.hygiene.trend.step import Step, step

RECENT_WEEKS = 4


@dataclass(frozen=True)
class Rate:
    """A rate per week and the interval that holds it nineteen times of twenty."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Assessment:
    """
    What is known of one series; `baseline` and what follows from it are None if there are too few weeks for one.

    `weeks` are those that can be tested, of the last 52. `detectable` is the least rise that would be found, as a part of the
    baseline's rate. `since` is the week in which the course of the flow turned, were it to turn once.
    """

    weeks: int
    gaps: int
    baseline: Baseline | None
    now: Rate | None = None
    shift: Shift | None = None
    slope: Slope | None = None
    step: Step | None = None
    level: Level | None = None
    season: Season | None = None
    detectable: float = float("inf")
    since: date | None = None
    crossed: date | None = None
    passed: bool = False

    @property
    def is_enough(self) -> bool:
        """Would a rise by half be found?"""
        return self.detectable <= LARGEST_UNSEEN

    @property
    def steepness(self) -> float:
        """What 13 weeks of the slope add, as a part of the baseline's rate; 0 if there is no slope."""
        return self.slope.per_quarter(self.baseline.rate) if self.slope and self.baseline else 0.0


def assess(flows: Flows, limit: float) -> Assessment:
    """
    Assess a series as of its last week; `limit` is the share that is too much.

    Looks at the last 52 weeks that can be tested: the older half of them, 13 to 26, is the baseline of the others. So a level that
    has lasted for a year is no news. Rule B needs 26 weeks, rules A and C one and two after the baseline.
    """
    tested = flows.only(flows.tested)
    looked = tested.only(slice(-LOOKED_AT_WEEKS, None))
    weeks = len(looked.day)
    if weeks <= FEWEST_WEEKS:
        return Assessment(weeks, flows.gaps, None)
    first = baseline_weeks(weeks)
    older, newer = looked.only(slice(0, first)), looked.only(slice(first, None))
    before = baseline(older)
    shifted = shift(newer, before)
    # The share is known in odd weeks too.
    course = flows.only(flows.day >= looked.day[0])
    standing = level(course, int((course.day <= older.day[-1]).sum()), limit, before)
    return Assessment(
        weeks,
        flows.gaps,
        before,
        now=rate_of(looked.only(slice(-RECENT_WEEKS, None)), before.phi),
        shift=shifted,
        slope=slope(looked.day, looked.rate) if weeks >= rule_b.FEWEST_WEEKS else None,
        step=step(looked),
        level=standing,
        season=season(tested, before.phi),
        detectable=detectable_rise(before, newer),
        since=turned(looked),
        crossed=course.day[standing.since].item() if standing.direction else None,
        passed=shifted.direction != 0 and _is_usual(newer.only(slice(-2, None)), before),
    )


def rate_of(weeks: Flows, phi: float) -> Rate:
    """The rate of some weeks, with Wilson's interval (1927, 95 %) of phi times fewer records."""
    at_risk, entered = float(weeks.at_risk.sum()), float(weeks.entered.sum())
    count, rate, z = at_risk / phi, min(entered / at_risk, 1.0), 1.96
    middle = (rate + z * z / (2 * count)) / (1 + z * z / count)
    half = z * sqrt(rate * (1 - rate) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return Rate(entered / at_risk, max(middle - half, 0.0), min(middle + half, 1.0))


def turned(weeks: Flows) -> date:
    """The last day of the first week after the turn: where the sum of what is above the mean, or below, is greatest (Page 1954)."""
    mean = weeks.entered.sum() / weeks.at_risk.sum()
    away = np.abs(np.cumsum(weeks.entered - mean * weeks.at_risk))
    return weeks.day[min(int(np.argmax(away)) + 1, len(away) - 1)].item()  # type: ignore[no-any-return]


def _is_usual(weeks: Flows, before: Baseline) -> bool:
    """Are these weeks again as the baseline was, within two standard errors?"""
    at_risk = float(weeks.at_risk.sum())
    away = abs(float(weeks.entered.sum()) / at_risk - before.rate)
    return away <= 2 * sqrt(before.variance * (1 / at_risk + 1 / before.at_risk))
