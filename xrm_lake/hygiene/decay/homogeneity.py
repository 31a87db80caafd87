"""
Homogeneity: do groups (owners, periods) sort their records into the same categories, and how far off is one from the rest?

The test is the likelihood-ratio test G = 2 sum O ln(O / E) of Woolf (1957), df = (groups - 1)(categories - 1). In bits, G / (2 N ln 2)
is the mutual information of group and category. How far two distributions lie apart is told by the divergence of Jensen and Shannon
(Lin 1991) with equal weights: with weights by size it would shrink with the number of owners. Its plug-in estimate is too high by
(k - 1)(1/n + 1/m) / (8 ln 2), which is taken off.
"""

from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import chi2_contingency, false_discovery_control

FEWEST = 30
FAR_BITS = 0.02
FALSE_DISCOVERIES = 0.05


@dataclass(frozen=True)
class Homogeneity:
    """The G-test of a table of groups by categories: `n` records, `g`, `df`, `p` (0..1) and `bits` of mutual information."""

    n: int
    g: float
    df: int
    p: float
    bits: float


@dataclass(frozen=True)
class Apart:
    """One group against all others: its records, `g`, `df`, `p` (0..1), `q` (p after Benjamini and Hochberg) and `bits` (divergence, 0..1)."""

    n: int
    g: float
    df: int
    p: float
    q: float
    bits: float

    @property
    def far(self) -> bool:
        """Whether it differs: beyond chance among all groups asked, and by as much as matters."""
        return self.q < FALSE_DISCOVERIES and self.bits >= FAR_BITS


def homogeneity(counts: ArrayLike) -> Homogeneity | None:
    """
    Whether groups (rows) differ in their categories (columns); None if there are not two of each.

    >>> found = homogeneity([[10, 20], [20, 10]])
    >>> round(found.g, 3), found.df, round(found.p, 4), round(found.bits, 4)
    (6.796, 1, 0.0091, 0.0817)
    """
    table = _filled(np.asarray(counts, dtype=np.float64))
    if min(table.shape) < 2:
        return None
    g, p, df, _ = chi2_contingency(table, correction=False, lambda_="log-likelihood")
    n = float(table.sum())
    # Of equal rows the sum of logarithms is nought but for rounding, on either side.
    g = max(float(g), 0.0)
    return Homogeneity(int(n), g, int(df), float(p), g / (2 * n * log(2)))


def each_against_the_rest(counts: ArrayLike) -> list[Apart | None]:
    """
    Each group (row) against the sum of all others; None for one of fewer than 30 records, or with fewer than 30 others.

    Of three groups and more, the one that lies furthest off is set aside and the others are held against each other again, until
    none is far: else one that sorts otherwise would make all others look as if they did.
    """
    table = np.asarray(counts, dtype=np.float64)
    told: dict[int, Apart | None] = {}
    left = list(range(len(table)))
    while left:
        found = dict(zip(left, _against_the_rest(table[left]), strict=True))
        far = {place: each.bits for place, each in found.items() if each is not None and each.far}
        if not far or len(left) < 3:
            told |= found
            break
        furthest = max(far, key=lambda place: far[place])
        told[furthest] = found[furthest]
        left.remove(furthest)
    return [told[place] for place in range(len(table))]


def _against_the_rest(table: NDArray[np.float64]) -> list[Apart | None]:
    total = table.sum(axis=0)
    found = [_apart(row, total - row) for row in table]
    asked = [each for each in found if each is not None]
    adjusted = iter(false_discovery_control([each.p for each in asked]) if asked else ())
    return [each and Apart(each.n, each.g, each.df, each.p, float(next(adjusted)), each.bits) for each in found]


def divergence_bits(one: ArrayLike, other: ArrayLike) -> float:
    """
    How far two distributions, given as counts, lie apart: 0 (alike) to 1 (nothing in common), free of the bias of small counts.

    >>> divergence_bits([1000, 0], [0, 1000]) > 0.99, divergence_bits([30, 30], [60, 60])
    (True, 0.0)
    """
    a, b = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    n, m = a.sum(), b.sum()
    p, q = a / n, b / m
    mid = (p + q) / 2
    plain = (_bits(p, mid) + _bits(q, mid)) / 2
    bias = (np.count_nonzero(mid) - 1) * (1 / n + 1 / m) / (8 * log(2))
    return float(max(0.0, plain - bias))


def _apart(row: NDArray[np.float64], others: NDArray[np.float64]) -> Apart | None:
    if row.sum() < FEWEST or others.sum() < FEWEST:
        return None
    found = homogeneity(np.stack([row, others]))
    if found is None:
        # Both have one category only: nothing to differ in.
        return Apart(int(row.sum()), 0.0, 0, 1.0, 1.0, 0.0)
    return Apart(int(row.sum()), found.g, found.df, found.p, 1.0, divergence_bits(row, others))


def _filled(table: NDArray[np.float64]) -> NDArray[np.float64]:
    filled: NDArray[np.float64] = table[np.ix_(table.sum(axis=1) > 0, table.sum(axis=0) > 0)]
    return filled


def _bits(p: NDArray[np.float64], mid: NDArray[np.float64]) -> float:
    there = p > 0
    return float(np.sum(p[there] * np.log2(p[there] / mid[there])))
