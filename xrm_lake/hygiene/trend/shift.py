"""Rule A: has the rate shifted? Quick, but not sure: alone it is no more than a reason to watch."""

from dataclasses import dataclass

import numpy as np

from xrm_lake.hygiene.trend.baseline import Baseline
from xrm_lake.hygiene.trend.flows import Flows, Numbers

WEIGHT = 0.2
WIDTH = 2.9


@dataclass(frozen=True)
class Shift:
    """The smoothed rate of each week after the baseline, and how far from the baseline's it may lie by chance."""

    smoothed: Numbers
    margin: Numbers
    rate: float

    @property
    def outside(self) -> Numbers:
        """For each week 1 if the smoothed rate lies above what chance allows, -1 if below, else 0."""
        away = self.smoothed - self.rate
        return np.where(np.abs(away) > self.margin, np.sign(away), 0.0)

    @property
    def direction(self) -> int:
        """1 if the last week lies above, -1 if below, else 0."""
        return int(self.outside[-1]) if len(self.outside) else 0


def shift(after: Flows, before: Baseline) -> Shift:
    """
    An exponentially weighted moving average of the rates of the weeks after a baseline, against it (Roberts 1959).

    z = 0.2 r + 0.8 z, begun at p0; outside if |z - p0| > 2.9 sqrt(phi p0 (1 - p0) (v + 1 / at_risk of the baseline)). v is the
    variance that the weights give z: 0.2 / 1.8 / at_risk if as many are at risk each week, and worked out week by week if not.
    The second term, that the baseline is not known exactly either, keeps false alarms rare.
    """
    smoothed, margin = np.empty(len(after.day)), np.empty(len(after.day))
    average = before.rate
    spread = WEIGHT / (2 - WEIGHT) / after.at_risk[0] if len(after.day) else 0.0
    for place, (rate, at_risk) in enumerate(zip(after.rate, after.at_risk, strict=True)):
        average = WEIGHT * rate + (1 - WEIGHT) * average
        spread = WEIGHT**2 / at_risk + (1 - WEIGHT) ** 2 * spread
        smoothed[place] = average
        margin[place] = WIDTH * np.sqrt(before.variance * (spread + 1 / before.at_risk))
    return Shift(smoothed, margin, before.rate)
