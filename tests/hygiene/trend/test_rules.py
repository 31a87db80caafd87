"""Each rule against an example worked by hand, and what must hold of it for any series."""

from math import erfc, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hygiene.trend.flows import days, flows
from xrm_lake.hygiene.trend.baseline import Baseline, baseline
from xrm_lake.hygiene.trend.level import level
from xrm_lake.hygiene.trend.season import season
from xrm_lake.hygiene.trend.shift import shift
from xrm_lake.hygiene.trend.slope import mann_kendall, slope, theil_sen
from xrm_lake.hygiene.trend.step import step
from xrm_lake.hygiene.trend.together import stand_together

values = st.lists(st.integers(0, 40), min_size=3, max_size=40).map(lambda each: np.array(each, dtype=float))


def test_the_baseline_weighs_weeks_by_their_records_and_tells_how_much_they_waver():
    found = baseline(flows([10, 30, 20, 20], [1000, 1000, 1000, 1000]))

    assert found.rate == 0.02
    # 4/3 times the mean of (-.01)^2, (.01)^2, 0, 0, over .02 * .98 / 1000.
    assert found.phi == pytest.approx(4 / 3 * (0.0002 / 4) / (0.02 * 0.98 / 1000))
    assert baseline(flows([20, 20, 20])).phi == 1.0


def test_rule_a_by_hand():
    before = Baseline(0.02, 1.0, 13000.0, 13)

    found = shift(flows([40, 40], 1000), before)

    assert found.smoothed.tolist() == pytest.approx([0.024, 0.0272])
    assert found.margin[0] == pytest.approx(2.9 * sqrt(0.02 * 0.98 * (0.2 / 1.8 / 1000 + 1 / 13000)))
    # .024 is within .02 +- .00557, .0272 is not.
    assert found.outside.tolist() == [0.0, 1.0]
    assert shift(flows([0, 0], 1000), before).direction == -1


def test_rule_b_by_hand():
    # Of the 10 pairs of 1 3 2 5 4, 8 rise and 2 fall: S = 6, variance 5 * 4 * 15 / 18.
    assert mann_kendall(np.array([1.0, 3, 2, 5, 4])) == pytest.approx(erfc(5 / sqrt(50 / 3) / sqrt(2)))
    # A tie of two: S = 2, variance (3 * 2 * 11 - 2 * 1 * 9) / 18.
    assert mann_kendall(np.array([1.0, 1, 2])) == pytest.approx(erfc(1 / sqrt(48 / 18) / sqrt(2)))
    # Slopes 2, 1, 0 per week; the median is 1.
    assert theil_sen(days(3), np.array([0.0, 2, 2])) == 1.0


def test_rule_c_by_hand():
    before = Baseline(0.01, 1.0, 26000.0, 13)
    crossed = flows([10] * 16, share=[0.05] * 13 + [0.11, 0.12, 0.13])

    found = level(crossed, 13, 0.10, before)

    assert (found.direction, found.since) == (1, 13)
    assert (found.before, found.share) == pytest.approx((0.05, 0.13))
    assert level(crossed.only(slice(0, 14)), 13, 0.10, before).direction == 0
    assert level(flows([10] * 16, share=[0.15] * 13 + [0.05] * 3), 13, 0.10, before).direction == -1


def test_a_share_that_rests_near_its_limit_crosses_nothing():
    near = flows([10] * 16, share=[0.099] * 13 + [0.101, 0.101, 0.101])

    assert level(near, 13, 0.10, Baseline(0.01, 1.0, 26000.0, 13)).direction == 0


def test_a_share_above_its_limit_from_the_beginning_has_crossed_nothing():
    assert level(flows([10] * 16, share=[0.3] * 16), 13, 0.10, Baseline(0.01, 1.0, 26000.0, 13)).direction == 0


def test_rule_d_by_hand():
    found = step(flows([20] * 13 + [40] * 8))

    assert found is not None
    mean = (13 * 20 + 8 * 40) / 21000
    assert found.errors == pytest.approx(0.02 / sqrt(mean * (1 - mean) * (1 / 13000 + 1 / 8000)))
    assert step(flows([20] * 20)) is None


def test_a_single_week_that_sticks_out_is_no_step():
    found = step(flows([20] * 30 + [400, 20]))

    assert found is not None
    assert abs(found.errors) < 4


def test_the_season_compares_with_the_same_weeks_of_last_year():
    summer = [20] * 13 + [40] * 13 + [20] * 39 + [40] * 13
    again, first = season(flows(summer), 1.0), season(flows([20] * 65 + [40] * 13), 1.0)

    assert again is not None
    assert first is not None
    assert (again.direction, first.direction) == (0, 1)
    assert (first.now, first.then) == (0.04, 0.02)
    assert season(flows([20] * 64), 1.0) is None


def test_findings_stand_together_by_hand():
    # .001 <= .1/4, .049 <= .2/4; .08 > .3/4; .2 > .4/4
    assert stand_together(np.array([0.049, 0.001, 0.2, 0.08])).tolist() == [True, True, False, False]
    assert stand_together(np.array([])).tolist() == []


@given(values)
def test_a_trend_by_ranks_depends_on_the_order_alone(series):
    assert mann_kendall(series) == pytest.approx(mann_kendall(series * 7 + 3))
    assert mann_kendall(series) == pytest.approx(mann_kendall(-series))
    assert mann_kendall(series) == pytest.approx(mann_kendall(series[::-1].copy()))
    assert 0 <= mann_kendall(series) <= 1


@given(values, st.floats(0.1, 100), st.floats(-50, 50))
def test_a_slope_scales_with_the_values_and_turns_with_them(series, factor, added):
    found = theil_sen(days(len(series)), series)

    assert theil_sen(days(len(series)), series * factor + added) == pytest.approx(found * factor, abs=1e-9)
    assert theil_sen(days(len(series)), series[::-1].copy()) == pytest.approx(-found)


@given(st.integers(0, 300), st.integers(26, 52))
def test_a_constant_series_has_no_trend(entered, weeks):
    same = flows([entered] * weeks)
    found = shift(same.only(slice(13, None)), baseline(same.only(slice(0, 13))))

    assert found.direction == 0
    assert slope(same.day, same.rate).p == 1.0
    assert level(same, 13, 0.10, baseline(same.only(slice(0, 13)))).direction == 0
    stepped = step(same)
    assert stepped is not None
    assert abs(stepped.errors) < 1e-6


@given(st.integers(20, 200), st.lists(st.integers(10, 40), min_size=4, max_size=20))
def test_more_that_enters_never_makes_a_shift_smaller(more, series):
    before = Baseline(0.025, 1.5, 13000.0, 13)

    low, high = (shift(flows([*series, last]), before) for last in (series[-1], series[-1] + more))

    assert high.smoothed[-1] > low.smoothed[-1]
    assert high.direction >= low.direction


@given(st.lists(st.floats(0, 1), max_size=30))
def test_a_smaller_p_stands_wherever_a_greater_one_does(p):
    array = np.array(p)
    stands = stand_together(array)

    assert all(stands[array <= limit].all() for limit in array[stands])
    assert not stands[array > 0.10].any()
