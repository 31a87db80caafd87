"""The baseline: how a flow went before, and how much it wavers from week to week."""

from dataclasses import dataclass

import numpy as np

from xrm_lake.hygiene.trend.flows import Flows, Numbers

FEWEST_WEEKS = 13
ENOUGH_WEEKS = 26
LOOKED_AT_WEEKS = 52


@dataclass(frozen=True)
class Baseline:
    """
    The `rate` of a stretch of `weeks`, the record-weeks `at_risk` in it, and `phi`: how much more it wavered than chance alone.

    `phi` is 1 if the weeks differ as much as draws of the same chance do, 4 if twice as widely.
    """

    rate: float
    phi: float
    at_risk: float
    weeks: int

    @property
    def variance(self) -> float:
        """The variance of one record's week, wavering included."""
        return self.phi * binomial(self.rate)


def binomial(rate: float) -> float:
    """The variance of one draw; a rate of nothing at all is taken for one that has not shown yet."""
    return max(rate, 0.0) * (1 - min(rate, 1.0))


def baseline_weeks(weeks: int) -> int:
    """
    How many of the weeks that are looked at, the oldest, are the baseline: the half, 13 at least and 26 at most.

    >>> [baseline_weeks(n) for n in (14, 26, 40, 52)]
    [13, 13, 20, 26]
    """
    return min(max(weeks // 2, FEWEST_WEEKS), ENOUGH_WEEKS)


def baseline(flows: Flows) -> Baseline:
    """
    The baseline of these weeks, all of which must have records at risk.

    p0 = sum of entered / sum of at_risk, and phi = max(1, B / (B - 1) * mean((r - p0)^2 / (p0 (1 - p0) / at_risk))) over its B weeks:
    the dispersion of a quasi-binomial model (McCullagh & Nelder 1989, 4.5).
    """
    at_risk = float(flows.at_risk.sum())
    rate = float(flows.entered.sum()) / at_risk
    phi = dispersion(flows.rate, flows.at_risk, rate)
    return Baseline(rate, phi, at_risk, len(flows.day))


def dispersion(rates: Numbers, at_risk: Numbers, rate: float) -> float:
    """How much more rates waver about one rate than chance alone, 1 at least."""
    weeks, drawn = len(rates), binomial(rate)
    if weeks < 2 or drawn == 0:
        return 1.0
    return max(1.0, weeks / (weeks - 1) * float(np.mean((rates - rate) ** 2 * at_risk / drawn)))


def usual_band(weeks: Flows, before: Baseline) -> tuple[Numbers, Numbers]:
    """Between which rates nineteen of twenty of these weeks lie while nothing changes; nan where nothing is at risk."""
    at_risk = np.where(weeks.at_risk > 0, weeks.at_risk, np.nan)
    half = 1.96 * np.sqrt(before.variance / at_risk)
    return np.maximum(before.rate - half, 0.0), np.minimum(before.rate + half, 1.0)
