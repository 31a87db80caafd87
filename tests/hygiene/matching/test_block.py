from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from xrm_lake.hygiene.matching.block import distinct, most_in_block, pairs_within

KEYS = st.lists(st.integers(-1, 6), min_size=1, max_size=40)


def pairs(keys, **options):
    rows = np.arange(len(keys), dtype=np.int32)
    packed = pairs_within(np.array(keys), rows, len(keys), **options)
    return [divmod(int(pair), len(keys)) for pair in packed]


@given(KEYS)
def test_small_blocks_yield_every_pair_once(keys):
    expected = [(a, b) for a, b in combinations(range(len(keys)), 2) if keys[a] == keys[b] >= 0]

    assert sorted(pairs(keys)) == expected


def test_a_large_block_yields_only_neighbours_in_order():
    count = 2_000
    order = np.arange(count, dtype=np.int32)[::-1].copy()

    found = pairs([1] * count, order=lambda rows: order[rows])

    assert count > most_in_block(count)
    assert len(found) < 7 * count
    assert max(right - left for left, right in found) <= 6


@given(st.lists(st.integers(0, 9)))
def test_distinct_is_sorted_and_complete(values):
    assert distinct(np.array(values, dtype=np.int64)).tolist() == sorted(set(values))
