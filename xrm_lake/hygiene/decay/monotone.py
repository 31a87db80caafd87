"""
Monotonicity: does the chance to win rise from stage to stage, as stages promise?

The chances are fitted with and without the promise: isotonic regression (Ayer et al. 1955) against free shares. LR is twice the
difference of the two log-likelihoods (Robertson, Wright and Dykstra 1988); since its distribution depends on the unknown chances,
its p-value comes from a parametric bootstrap under the fit that keeps the promise.
"""

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import isotonic_regression
from scipy.stats import binomtest

FEWEST = 100
DROP = 0.05
SURE = 0.01
_DRAWS, _SEED = 999, 7


@dataclass(frozen=True)
class Monotone:
    """Whether shares rise: the largest `drop` (0..1) from one stage to the next, after which stage it comes, `lr` and `p` (0..1)."""

    drop: float
    after: int
    lr: float
    p: float

    @property
    def broken(self) -> bool:
        """Whether it does not rise: beyond chance, and by as much as matters."""
        return self.p < SURE and self.drop > DROP


def monotone(won: ArrayLike, reached: ArrayLike) -> Monotone | None:
    """
    Whether the share that is won rises with the stage reached, in the order of the stages; None for fewer than two stages.

    >>> monotone([10, 20, 40], [100, 100, 100])
    Monotone(drop=0.0, after=0, lr=0.0, p=1.0)
    >>> monotone([60, 20, 80], [200, 200, 200]).broken
    True
    """
    wins, counts = np.asarray(won, dtype=np.float64), np.asarray(reached, dtype=np.float64)
    if counts.size < 2 or not counts.all():
        return None
    shares = wins / counts
    drops = shares[:-1] - shares[1:]
    after = int(np.argmax(drops))
    if drops[after] <= 0:
        return Monotone(0.0, 0, 0.0, 1.0)
    found, kept = _ratio(wins, counts)
    chance = np.random.default_rng(_SEED)
    drawn = chance.binomial(counts.astype(np.int64), kept, size=(_DRAWS, counts.size))
    as_far = sum(_ratio(row.astype(np.float64), counts)[0] >= found - 1e-9 for row in drawn)
    return Monotone(float(drops[after]), after, found, (1 + as_far) / (1 + _DRAWS))


def wilson(count: int, of: int) -> tuple[float, float]:
    """
    The 95 % interval of a share (Wilson 1927).

    >>> tuple(round(end, 3) for end in wilson(5, 10))
    (0.237, 0.763)
    """
    found = binomtest(count, of).proportion_ci(method="wilson")
    return float(found.low), float(found.high)


def tells_nothing_apart(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether one of two intervals lies within the other: the two stages carry no different information."""
    inner, outer = sorted((one, other), key=lambda ends: ends[1] - ends[0])
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def _ratio(wins: NDArray[np.float64], counts: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
    free = wins / counts
    kept = np.asarray(isotonic_regression(free, weights=counts).x)
    return max(0.0, 2 * (_log_likelihood(wins, counts, free) - _log_likelihood(wins, counts, kept))), kept


def _log_likelihood(wins: NDArray[np.float64], counts: NDArray[np.float64], chance: NDArray[np.float64]) -> float:
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = [
            np.where(wins > 0, wins * np.log(chance), 0.0),
            np.where(wins < counts, (counts - wins) * np.log1p(-chance), 0.0),
        ]
    total = float(np.sum(terms))
    return total if total == total else -inf
