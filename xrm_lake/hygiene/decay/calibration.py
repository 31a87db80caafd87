"""
Calibration: are stated chances to win true, and do they tell anything?

The score of Brier (1950), the mean of (stated - won)², taken apart as Murphy (1973) does: reliability (how far what was stated
lies from what came, 0 is best) - resolution (how far the groups that it makes differ, 0 is meaningless) + uncertainty (share (1 - share)).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

FEWEST = 100


@dataclass(frozen=True)
class Calibration:
    """
    How true stated chances are: `n` outcomes, `brier`, and its parts `reliability`, `resolution`, `uncertainty` (all 0..1).

    `slope` is that of what came over what was stated: 1 is true, 0 meaningless; None if only one chance was ever stated.
    """

    n: int
    brier: float
    reliability: float
    resolution: float
    uncertainty: float
    slope: float | None


def calibration(stated: ArrayLike, won: ArrayLike) -> Calibration | None:
    """
    How true stated chances (0..1) are, given what came; None without any.

    >>> found = calibration([0.2, 0.2, 0.8, 0.8], [0, 1, 1, 1])
    >>> [round(x, 4) for x in (found.brier, found.reliability, found.resolution, found.uncertainty, found.slope)]
    [0.19, 0.065, 0.0625, 0.1875, 0.8333]
    """
    chance, came = np.asarray(stated, dtype=np.float64), np.asarray(won, dtype=np.float64)
    if not chance.size:
        return None
    values, place, counts = np.unique(chance, return_inverse=True, return_counts=True)
    shares = np.bincount(place, weights=came) / counts
    share, weight = float(came.mean()), counts / came.size
    varies = values.size > 1
    return Calibration(
        n=int(came.size),
        brier=float(np.mean((chance - came) ** 2)),
        reliability=float(np.sum(weight * (values - shares) ** 2)),
        resolution=float(np.sum(weight * (shares - share) ** 2)),
        uncertainty=share * (1 - share),
        slope=float(np.cov(chance, came, bias=True)[0, 1] / np.var(chance)) if varies else None,
    )
