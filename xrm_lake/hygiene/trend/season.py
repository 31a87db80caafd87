"""The season: whether this is only what the same weeks of last year showed."""

from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np

from xrm_lake.hygiene.trend.baseline import binomial
from xrm_lake.hygiene.trend.flows import Flows

WEEKS_NEEDED = 65
WEEKS_COMPARED = 13
_YEAR = np.timedelta64(364, "D")
_NEAR = np.timedelta64(3, "D")
_SURE = 0.05


@dataclass(frozen=True)
class Season:
    """The rate of the last 13 weeks and that of the same weeks a year before; `p` that they differ as much by chance."""

    now: float
    then: float
    p: float

    @property
    def direction(self) -> int:
        """1 if more than last year, -1 if less, 0 if as last year."""
        return 0 if self.p >= _SURE else 1 if self.now > self.then else -1


def season(flows: Flows, phi: float) -> Season | None:
    """
    The last 13 weeks against the same of last year, week by week; None if fewer than 65 weeks lie between first and last, or
    fewer than half of these have their fellow.

    Two rates of a quasi-binomial model, each week weighing the same in both years; phi as in the baseline.
    """
    days = flows.day
    if len(days) < WEEKS_COMPARED or (days[-1] - days[0]).astype(int) < (WEEKS_NEEDED - 1) * 7:
        return None
    recent = np.arange(len(days) - WEEKS_COMPARED, len(days))
    fellows = [(place, int(np.argmin(np.abs(days - (days[place] - _YEAR))))) for place in recent]
    pairs = [(place, fellow) for place, fellow in fellows if abs(days[fellow] - (days[place] - _YEAR)) <= _NEAR]
    if len(pairs) * 2 < WEEKS_COMPARED:
        return None
    mine, theirs = (
        flows.only(np.isin(np.arange(len(days)), [a for a, _ in pairs])),
        flows.only(np.isin(np.arange(len(days)), [b for _, b in pairs])),
    )
    now, then = (part.entered.sum() / part.at_risk.sum() for part in (mine, theirs))
    pooled = (mine.entered.sum() + theirs.entered.sum()) / (mine.at_risk.sum() + theirs.at_risk.sum())
    spread = phi * binomial(float(pooled)) * (1 / mine.at_risk.sum() + 1 / theirs.at_risk.sum())
    p = erfc(abs(now - then) / sqrt(spread) / sqrt(2)) if spread > 0 else 1.0
    return Season(float(now), float(then), float(p))
