"""
Which keys to block on: greedily, by the matches each would add for the pairs it costs.

The greedy choice is the usual one for weighted cover (Chvatal 1979); what a key
finds and costs is read off the weighted sample and the fitted model, so nobody
has to write blocking rules.
"""

from collections.abc import Callable, Sequence

import numpy as np
from scipy.sparse import csr_array

from xrm_lake.hygiene.matching.arrays import Flags, Floats
from xrm_lake.hygiene.matching.keys import Key
from xrm_lake.hygiene.matching.sample import Sample

_LEAST_YIELD = 0.004  # new matches for each new pair
_LEAST_GAIN = 2e-4  # new matches, as a share of all
_ROWS_PER_MATCH = 10_000  # in a small table, a key pays even for part of a match
_MOST_PAIRS = 30  # candidate pairs for each row, over all keys
_BELIEVED = 0.35
_COST = 0.6  # how much pairs count against matches


def choose(keys: Sequence[Key], sample: Sample, posterior: Floats, rows: int, count: Callable[[Key], int]) -> list[Key]:
    """
    The keys worth blocking on, best first.

    `posterior`: how likely each sampled pair is a match; `count`: how many pairs a key really brings together, asked
    of a key before it is taken, as a sample of few blocks can miss the large ones.
    """
    # What is unlikely will not be believed once it is found, so it is not worth finding.
    believed = np.where(posterior >= _BELIEVED, posterior, 0.0)
    each = np.column_stack([sample.weights, sample.weights * believed])  # pairs, and matches among them
    least = max(_LEAST_GAIN * float(each[:, 1].sum()), min(2.0, rows / _ROWS_PER_MATCH))
    of_key = _sparse(sample.covers) @ each
    # What the caps on blocks cost a key: the share of its agreeing pairs that it really brings together.
    reach = np.minimum(1.0, sample.pairs_of_key / np.maximum(of_key[:, 0], 1.0))
    chosen: list[Key] = []
    open_, missed, used = sample.pairs_of_key > 0, np.ones(len(each), dtype=bool), 0.0
    estimated = np.maximum(reach * of_key[:, 0], 1.0)
    dearer: Floats = np.full(len(keys), np.nan)  # by how much the count of a key exceeds the estimate, once asked
    while open_.any():
        cheap, gain = reach * of_key.T.round(6)  # so that keys which are worth the same stay in their order
        best = -1
        while best < 0 or np.isnan(dearer[best]):
            if best >= 0:
                dearer[best] = max(1.0, count(keys[best]) / estimated[best])
            cost = cheap * np.nan_to_num(dearer, nan=1.0)
            worth = open_ & (gain > _LEAST_YIELD * np.maximum(cost, reach)) & (gain > least)
            worth &= used + cost <= _MOST_PAIRS * rows
            if not worth.any():
                return chosen
            best = int(np.where(worth, gain / np.maximum(cost, 1.0) ** _COST, -1.0).argmax())
        chosen.append(keys[best])
        open_[best] = False
        used += float(cost[best])
        # What is found counts for no other key any more.
        found = np.flatnonzero(missed & sample.covers[best])
        of_key -= _sparse(sample.covers[:, found]) @ each[found]
        missed[found] = False
    return chosen


def _sparse(covers: Flags) -> csr_array:
    """Which key covers which pairs; without a threaded BLAS, so the sums do not depend on the number of threads."""
    found = [np.flatnonzero(row) for row in covers]
    ends = np.cumsum([0, *map(len, found)])
    places = np.concatenate([np.empty(0, dtype=np.int64), *found])
    return csr_array((np.ones(len(places)), places, ends), shape=covers.shape)
