"""The statistics of decay: worked by hand, held to their bounds, and right as often as they say."""

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xrm_lake.history.survival import lasting, lasts_alike
from xrm_lake.hygiene.decay.calibration import calibration
from xrm_lake.hygiene.decay.homogeneity import divergence_bits, each_against_the_rest, homogeneity
from xrm_lake.hygiene.decay.monotone import monotone, tells_nothing_apart, wilson
from xrm_lake.hygiene.decay.variety import evenness, top_share

tables = st.integers(2, 5).flatmap(
    lambda k: st.lists(st.lists(st.integers(0, 60), min_size=k, max_size=k), min_size=2, max_size=6)
)


def test_g_is_worked_out_as_by_hand():
    # O = 10, 20 / 20, 10; E = 15 everywhere: G = 2 (20 ln(10/15) + 40 ln(20/15)).
    found = homogeneity([[10, 20], [20, 10]])

    assert found.g == pytest.approx(2 * (20 * log(10 / 15) + 40 * log(20 / 15)))
    assert (found.df, found.n) == (1, 60)


@given(tables)
def test_mutual_information_is_neither_negative_nor_more_than_the_categories_hold(table):
    found = homogeneity(table)

    if found is not None:
        assert 0 <= found.bits <= np.log2(min(len(table), len(table[0]))) + 1e-9
        assert 0 <= found.p <= 1


@given(tables)
def test_a_group_lies_between_alike_and_nothing_in_common(table):
    for each in each_against_the_rest(table):
        assert each is None or (0 <= each.bits <= 1 and each.p <= each.q + 1e-12 and each.n >= 30)


def test_of_alike_groups_as_many_are_called_different_as_chance_allows():
    draw = np.random.default_rng(1)
    alike = [draw.multinomial(300, (0.3, 0.3, 0.2, 0.2), size=8) for _ in range(300)]

    assert 0.02 <= np.mean([homogeneity(table).p < 0.05 for table in alike]) <= 0.08
    assert not any(each.far for table in alike for each in each_against_the_rest(table))


def test_the_divergence_of_small_counts_is_not_too_high():
    draw = np.random.default_rng(2)
    pairs = draw.multinomial(100, (0.25,) * 4, size=(2000, 2))
    plain = 3 * (1 / 100 + 1 / 100) / (8 * log(2))

    # Half of the corrected ones are nought, so that their mean is a part of the bias that was taken off.
    assert np.mean([divergence_bits(one, other) for one, other in pairs]) < plain / 2


def test_one_group_that_sorts_otherwise_is_told_by_name():
    found = each_against_the_rest([[30, 30, 40]] * 9 + [[85, 5, 10]])

    assert [each.far for each in found] == [False] * 9 + [True]


def test_open_spells_are_counted_and_not_left_out():
    # Two ended after 2 and 4 days, two are open after 10: half were over by day 4, not by day 3, their mean.
    found = lasting([2, 4, 10, 10], [True, True, False, False])

    assert (found.n, found.open, found.median, found.p90) == (4, 2, 4.0, None)


def test_kaplan_and_meier_by_hand():
    # 1 ends (3/4 stay), 2 is censored, 3 ends (3/4 * 1/2), 5 ends: the median is 3, nine of ten are over at 5.
    found = lasting([1, 2, 3, 5], [True, False, True, True])

    assert (found.median, found.p90) == (3.0, 5.0)


@given(st.lists(st.tuples(st.integers(0, 400), st.booleans()), min_size=1, max_size=40))
def test_quantiles_of_spells_are_in_order_and_among_them(spells):
    days, ended = zip(*spells, strict=True)
    found = lasting(days, ended)

    assert found.spread >= 0
    assert found.median is None or min(days) <= found.median <= max(days)
    assert found.p90 is None or found.median <= found.p90


def test_groups_that_last_alike_are_not_told_apart_and_others_are():
    draw = np.random.default_rng(3)
    short, long = draw.exponential(5, 80), draw.exponential(30, 80)
    ended = np.ones(80, dtype=bool)

    assert lasts_alike(short, ended, draw.exponential(5, 80), ended) > 0.01
    assert lasts_alike(short, ended, long, draw.random(80) < 0.7) < 0.001
    assert lasts_alike([3, 4], [False, False], [5], [False]) == 1


def test_a_stage_that_is_won_less_often_than_the_one_before_breaks_the_promise():
    broken = monotone([80, 60, 90], [400, 250, 150])

    # 60/250 after 80/400 rises; make the middle one fall by 15 points instead.
    assert not broken.broken
    dropped = monotone([140, 50, 90], [400, 250, 150])
    assert dropped.broken
    assert (dropped.after, dropped.drop) == (0, pytest.approx(0.15))


def test_stages_that_keep_the_promise_are_seldom_blamed():
    draw = np.random.default_rng(4)
    counts = np.array([400, 250, 150, 100])
    blamed = [monotone(draw.binomial(counts, (0.3, 0.35, 0.4, 0.5)), counts).broken for _ in range(60)]

    assert sum(blamed) <= 1


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 50)), min_size=2, max_size=6))
def test_a_drop_and_its_p_are_shares(pairs):
    reached = [won + lost for won, lost in pairs]
    found = monotone([won for won, _ in pairs], reached)

    assert 0 <= found.drop <= 1
    assert 0 < found.p <= 1
    assert found.lr >= 0


def test_stages_whose_intervals_lie_within_each_other_tell_nothing_apart():
    assert tells_nothing_apart(wilson(300, 1000), wilson(9, 30))
    assert not tells_nothing_apart(wilson(300, 1000), wilson(600, 1000))


@given(st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]), st.booleans()), min_size=1, max_size=60))
def test_the_parts_of_the_brier_score_make_it_up(pairs):
    found = calibration([chance for chance, _ in pairs], [won for _, won in pairs])

    assert found.brier == pytest.approx(found.reliability - found.resolution + found.uncertainty)
    assert all(-1e-12 <= part <= 1 for part in (found.brier, found.reliability, found.resolution, found.uncertainty))


@given(st.lists(st.integers(0, 1000), max_size=12))
def test_evenness_and_top_share_are_shares(counts):
    even, top = evenness(counts), top_share(counts)

    assert even is None or 0 <= even <= 1 + 1e-12
    assert top is None or 1 / len(counts) - 1e-12 <= top <= 1
