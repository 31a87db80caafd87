"""Scores: within bounds, never kinder to more faults, never said of too few records."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xrm_lake.model.metrics import FEWEST, METRICS, PROBLEMS, metric, overall, score

ANY = st.sampled_from(METRICS)
COUNTS = st.integers(FEWEST, 10**9).flatmap(lambda den: st.tuples(st.integers(0, den), st.just(den)))
SCORES = st.dictionaries(st.sampled_from(PROBLEMS), st.none() | st.floats(0, 100), max_size=5)


@given(item=ANY, counts=COUNTS)
def test_a_score_is_between_0_and_100(item, counts):
    assert 0 <= score(item, *counts) <= 100


@given(item=ANY, counts=COUNTS)
def test_one_more_fault_never_raises_a_score(item, counts):
    num, den = counts

    assert score(item, min(num + 1, den), den) <= score(item, num, den)


@pytest.mark.parametrize("item", METRICS, ids=lambda item: item.name)
def test_what_is_good_enough_scores_100_and_what_is_bad_scores_0(item):
    assert (score(item, item.good * 1000, 1000), score(item, item.bad * 1000, 1000)) == (100, 0)
    assert 0 < item.good < item.bad < 1


@given(item=ANY, den=st.integers(0, FEWEST - 1))
def test_nothing_is_said_of_too_few_records(item, den):
    assert score(item, 0, den) is None


@given(scores=SCORES)
def test_overall_is_within_bounds_and_at_most_25_above_the_worst(scores):
    known = [value for value in scores.values() if value is not None]

    if not known:
        assert overall(scores) is None
    else:
        assert min(known) - 0.05 <= overall(scores) <= min(min(known) + 25, max(known)) + 0.05


@given(scores=SCORES, name=st.sampled_from(PROBLEMS), better=st.floats(0, 100))
def test_overall_never_falls_when_one_score_rises(scores, name, better):
    worse = scores.get(name)
    if worse is not None and worse <= better:
        assert overall(scores | {name: better}) >= overall(scores)


def test_the_names_are_distinct_and_each_metric_says_what_it_counts():
    assert len({item.name for item in METRICS}) == len(METRICS)
    assert all(item.meaning and item.label for item in METRICS)
    assert metric("stale").label == "Stale"
