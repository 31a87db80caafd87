from itertools import combinations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from xrm_lake.hygiene.matching.collapse import FULL, collapse, expand
from xrm_lake.hygiene.matching.encode import encode

ROWS = st.lists(st.sampled_from("abc"), min_size=2, max_size=12).filter(lambda rows: len(set(rows)) > 1)


def copies_of(rows):
    records = pl.DataFrame({"id": range(len(rows)), "name": rows})
    return collapse(encode(records, {"name": "company_name"}))


@given(ROWS)
def test_pairs_of_groups_expand_to_every_pair_of_rows(rows):
    copies = copies_of(rows)
    groups = range(len(copies.first))
    every = [*combinations(groups, 2), *((group, group) for group in groups)]

    found = expand(pl.DataFrame(every, schema=["left", "right"], orient="row"), copies)

    pairs = sorted(tuple(sorted(pair)) for pair in found.select("left", "right").rows())
    assert pairs == list(combinations(range(len(rows)), 2))


def test_many_copies_pair_with_the_first_only():
    copies = copies_of(["a"] * (FULL + 8) + ["b"] * 2)

    found = expand(pl.DataFrame({"left": [0, 0, 1], "right": [0, 1, 1]}), copies)

    assert found.height == (FULL + 7) + 2 + 1


def test_rows_without_a_value_are_left_out():
    assert copies_of(["a", None, "b", None]).first.tolist() == [0, 2]
