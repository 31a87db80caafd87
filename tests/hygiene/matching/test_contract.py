from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from xrm_lake.hygiene.matching.contract import NOT_FOUND, Edges, contract

# Bits that are all different, so that there is one best pair at every step.
BITS = st.lists(st.integers(-12_000_000, 12_000_000), min_size=28, max_size=28, unique=True)
FOUND = st.lists(st.booleans(), min_size=28, max_size=28)
SIZES = st.lists(st.integers(1, 3), min_size=8, max_size=8)


def best_first(bits, sizes):
    """One pair after the other, the best first; `bits` of pairs of single records."""
    groups = [{node} for node in range(len(sizes))]
    while True:
        means = {(a, b): mean(groups[a], groups[b], bits, sizes) for a, b in combinations(range(len(groups)), 2)}
        if not means or max(means.values()) <= 0:
            return {frozenset(group) for group in groups}
        a, b = max(means, key=means.get)
        groups[a] |= groups.pop(b)


def mean(one, other, bits, sizes):
    found = sum(bits.get((min(a, b), max(a, b)), 0.0) for a in one for b in other)
    return found / (sum(sizes[a] for a in one) * sum(sizes[b] for b in other)) + NOT_FOUND


@given(BITS, FOUND, SIZES)
def test_joining_many_pairs_at_once_ends_where_joining_the_best_one_after_the_other_does(numbers, found, sizes):
    pairs = combinations(range(8), 2)
    bits = {pair: number / 1e6 for pair, number, there in zip(pairs, numbers, found, strict=True) if there}
    ends = np.array(list(bits), dtype=np.int64).reshape(-1, 2)

    labels = contract(
        8, Edges(ends[:, 0], ends[:, 1], np.array(list(bits.values()), dtype=np.float64)), np.array(sizes)
    )

    groups = {frozenset(np.flatnonzero(labels == label).tolist()) for label in labels}
    assert groups == best_first(bits, sizes)


def test_a_long_chain_of_equals_is_cut_the_same_way_each_time():
    nodes = np.arange(2_000, dtype=np.int64)
    edges = Edges(nodes[:-1], nodes[1:], np.full(1_999, 13.0))

    labels = contract(2_000, edges, np.ones(2_000, dtype=np.int64))

    assert labels.tolist() == contract(2_000, edges, np.ones(2_000, dtype=np.int64)).tolist()
    assert np.bincount(labels).max() < 50
