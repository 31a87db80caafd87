"""
Survival: how long something lasts, while some of it lasts still.

Open spells are censored, not left out: leaving them out makes a stage in which things get stuck look quick. Kaplan and Meier (1958) for the
share that lasts longer; the log-rank test of Mantel (1966) for whether two groups last alike.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import CensoredData, ecdf, logrank


@dataclass(frozen=True)
class Lasting:
    """
    How long spells last: `n` of them, `open` ones among them, and in days `median` and `p90` (None where more than that share last still).

    `spread` is the standard deviation of ln(1 + days) under the curve, what lasts still counted as of the longest spell.
    """

    n: int
    open: int
    median: float | None
    p90: float | None
    spread: float


def lasting(days: ArrayLike, ended: ArrayLike) -> Lasting:
    """
    How long spells last, of which some have not ended.

    >>> found = lasting([1, 2, 3, 4], [True, True, True, False])
    >>> found.n, found.open, found.median, found.p90
    (4, 1, 2.0, None)
    """
    known = np.asarray(ended, dtype=bool)
    curve = ecdf(_censored(days, known)).sf
    at, stays = curve.quantiles, curve.probabilities
    masses = np.append(-np.diff(stays, prepend=1.0), stays[-1])
    logs = np.log1p(np.append(at, at[-1]))
    mean = float(np.sum(masses * logs))
    spread = float(np.sqrt(np.sum(masses * (logs - mean) ** 2)))
    return Lasting(known.size, int((~known).sum()), _reached(at, stays, 0.5), _reached(at, stays, 0.1), spread)


def lasts_alike(days: ArrayLike, ended: ArrayLike, other_days: ArrayLike, other_ended: ArrayLike) -> float:
    """The p-value (0..1) of the log-rank test of two groups of spells; 1 if none of them ended."""
    one, other = np.asarray(ended, dtype=bool), np.asarray(other_ended, dtype=bool)
    if not one.any() and not other.any():
        return 1.0
    p = float(logrank(_censored(days, one), _censored(other_days, other)).pvalue)
    # All at one moment: no variance, so nothing speaks against it.
    return 1.0 if np.isnan(p) else p


def _censored(days: ArrayLike, ended: NDArray[np.bool_]) -> CensoredData:
    values = np.asarray(days, dtype=np.float64)
    return CensoredData(uncensored=values[ended], right=values[~ended])


def _reached(at: NDArray[np.float64], stays: NDArray[np.float64], share: float) -> float | None:
    there = np.flatnonzero(stays <= share + 1e-12)
    return float(at[there[0]]) if there.size else None
