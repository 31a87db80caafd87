import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from xrm_lake.ingest.mapping.assign import assign, best_assignment


@st.composite
def gains(draw):
    rows = draw(st.integers(1, 7))
    columns = rows + draw(st.integers(0, 6))
    cells = st.one_of(st.just(0.0), st.integers(1, 20).map(lambda n: n / 20))
    return np.array(draw(st.lists(st.lists(cells, min_size=columns, max_size=columns), min_size=rows, max_size=rows)))


@given(gains())
def test_the_total_is_the_best_there_is_and_no_column_is_given_twice(table):
    chosen = best_assignment(table)

    best = linear_sum_assignment(table, maximize=True)
    assert len(set(chosen)) == len(chosen)
    assert np.isclose(table[np.arange(len(chosen)), chosen].sum(), table[best].sum())


def test_a_column_without_a_place_gets_none():
    assert assign([{}, {"name": 0.9}]) == [None, "name"]


def test_a_low_score_is_no_place():
    assert assign([{"name": 0.49}]) == [None]


def test_one_sure_place_is_worth_more_than_two_doubtful_ones():
    assert assign([{"name": 1.0, "title": 0.55}, {"name": 0.6}]) == ["name", None]
