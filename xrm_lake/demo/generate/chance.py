"""Chance that can be repeated: every part of the data draws from a stream of its own, named after it."""

from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Texts = NDArray[np.object_]


def texts(values: Sequence[str]) -> Texts:
    """The values as an array of Python strings, so that `+` joins them row by row."""
    array = np.empty(len(values), dtype=object)
    array[:] = list(values)
    return array


class Chance:
    """A stream of random numbers that depends on nothing but the seed and its name."""

    def __init__(self, seed: int, name: str = "") -> None:
        self._seed, self._name = seed, name
        self._rng = np.random.default_rng([seed, crc32(name.encode())])

    def stream(self, name: str) -> "Chance":
        """A stream of its own: drawing more here never moves what is drawn there."""
        return Chance(self._seed, f"{self._name}/{name}")

    def whole(self, low: int | Ints, high: int | Ints, n: int) -> Ints:
        """`n` whole numbers from `low` up to but without `high`."""
        return self._rng.integers(low, high, n, dtype=np.int64)

    def shares(self, n: int) -> Floats:
        """`n` numbers in [0, 1)."""
        return self._rng.random(n)

    def chance(self, n: int, share: float | Floats) -> Mask:
        """`n` answers, true with the probability `share`."""
        return self._rng.random(n) < share

    def skewed(self, n: int, sigma: float) -> Floats:
        """`n` log-normal factors with median 1."""
        return np.exp(self._rng.normal(0.0, sigma, n))

    def rare(self, often: Floats) -> Ints:
        """How many times something happened that happens `often` times on average (Poisson)."""
        return self._rng.poisson(often).astype(np.int64)

    def which(self, weights: Sequence[float] | Floats, n: int) -> Ints:
        """`n` positions in `weights`, each as likely as its weight."""
        edges = np.cumsum(np.asarray(weights, dtype=np.float64))
        drawn = np.searchsorted(edges, self._rng.random(n) * edges[-1], side="right")
        return np.asarray(drawn, dtype=np.int64)

    def choose(self, values: Sequence[str] | Texts, n: int) -> Texts:
        """`n` of the values, each as likely, with repeats."""
        return texts(list(values))[self._rng.integers(0, len(values), n)]

    def often_first(self, values: Sequence[str], n: int, *, first: float) -> Texts:
        """`n` of the values: the first with the probability `first`, the others alike."""
        rest = (1.0 - first) / max(len(values) - 1, 1)
        return texts(values)[self.which([first, *[rest] * (len(values) - 1)], n)]

    def some(self, pool: Ints, count: int) -> Ints:
        """At most `count` different members of the pool, in rising order."""
        taken = self._rng.permutation(pool)[: max(count, 0)]
        return np.sort(taken)
