"""Rule B: does the rate rise or fall, week after week? Slow, but hardly ever wrong."""

from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np

from xrm_lake.hygiene.trend.flows import Days, Numbers

FEWEST_WEEKS = 26
# One look would do with 0.01; a series that is looked at every week is not often enough at rest with that (benchmarks/trend_or_noise.py).
SURE = 0.005
QUARTER_WEEKS = 13
STEEP = 0.10


@dataclass(frozen=True)
class Slope:
    """
    Whether the rates rise or fall, and by how much `per_week` at the median pair of weeks.

    `p` is the probability of that being chance: the greater one of this week's and the week before's.
    """

    p: float
    per_week: float

    def per_quarter(self, rate: float) -> float:
        """What 13 weeks of it add, as a part of a rate; endless of a rate of nothing."""
        added = self.per_week * QUARTER_WEEKS
        return added / rate if rate else float(np.sign(added)) * float("inf") if added else 0.0


def slope(day: Days, rate: Numbers) -> Slope:
    """
    Mann and Kendall's test and Theil and Sen's slope, of weekly rates, which may lie unevenly in time.

    Who looks every week has many occasions to be deceived: what is found must have stood a week before too.
    """
    return Slope(max(mann_kendall(rate), mann_kendall(rate[:-1])), theil_sen(day, rate))


def mann_kendall(values: Numbers) -> float:
    """
    The probability, two-sided, that values without a trend rank as much in one direction as these do (Mann 1945, Kendall 1975).

    Corrected for ties, and for continuity; normal approximation, good from ten values on. 1 if all are the same.

    >>> mann_kendall(np.array([4.0, 4.0, 4.0])), round(mann_kendall(np.arange(10.0)), 6)
    (1.0, 8.3e-05)
    """
    n = len(values)
    signs = np.sign(values[np.newaxis, :] - values[:, np.newaxis])
    total = float(np.triu(signs, 1).sum())
    _, ties = np.unique(values, return_counts=True)
    variance = (n * (n - 1) * (2 * n + 5) - float((ties * (ties - 1) * (2 * ties + 5)).sum())) / 18
    if variance <= 0:
        return 1.0
    return erfc(max(abs(total) - 1, 0) / sqrt(variance) / sqrt(2))


def theil_sen(day: Days, values: Numbers) -> float:
    """
    The median of the slopes between all pairs of values, per week (Theil 1950, Sen 1968).

    >>> theil_sen(np.array(["2026-01-05", "2026-01-12", "2026-01-26"], dtype="datetime64[D]"), np.array([1.0, 2.0, 4.0]))
    1.0
    """
    weeks = (day - day[0]).astype(float) / 7
    left, right = np.triu_indices(len(values), 1)
    if not len(left):
        return 0.0
    return float(np.median((values[right] - values[left]) / (weeks[right] - weeks[left])))
