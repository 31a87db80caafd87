"""The simulation behind trend or noise, in short: shares deceive, flows do not, and the rules together are quiet and quick."""

import numpy as np

from benchmarks.trend_or_noise import (
    TESTS,
    a_point_in_a_week,
    draw,
    every_week,
    naive_smoothed,
    p_chart,
    rule_a,
    rule_b_by_ranks,
    stock_by_ranks,
    stock_smoothed,
)

RUNS = 60


def shares(records: int, weeks: int, *, wavers: float = 0.0, step: float = 0.0) -> dict[str, float]:
    """How often each test sees a trend."""
    rng = np.random.default_rng(4)
    factor = np.where(np.arange(weeks) >= weeks // 2, 1 + step, 1.0)
    series = [draw(records, factor, rng, wavers=wavers) for _ in range(RUNS)]
    return {test.__name__: sum(map(test, series)) / RUNS for test in TESTS.values() if test.__name__ != "<lambda>"}


def test_tests_of_a_share_see_trends_where_none_are():
    rest = shares(5000, 26)

    assert rest[stock_by_ranks.__name__] > 0.4
    assert rest[stock_smoothed.__name__] > 0.8
    assert shares(500, 26)[a_point_in_a_week.__name__] > 0.8


def test_naive_limits_take_wavering_for_a_shift_and_the_rules_do_not():
    wavering = shares(20_000, 52, wavers=0.2)

    assert wavering[naive_smoothed.__name__] > 0.8
    assert wavering[p_chart.__name__] > 0.8
    assert wavering[rule_a.__name__] < 0.25
    assert wavering[rule_b_by_ranks.__name__] <= 0.05


def test_the_rules_find_a_rise_by_a_third():
    risen = shares(20_000, 52, step=0.3)

    assert risen[rule_a.__name__] == 1.0
    assert risen[rule_b_by_ranks.__name__] == 1.0


def test_the_rules_together_raise_hardly_an_alert_in_a_year_of_weekly_reports():
    rng = np.random.default_rng(4)
    told = [each for _ in range(8) for each in every_week([draw(5000, np.ones(52), rng, wavers=0.2) for _ in range(8)])]

    alerts = sum(any(state in ("alert", "worse") for state, _ in each) for each in told)

    # 3 % of 64 are two; four or fewer are to be expected in 95 of 100 draws.
    assert alerts <= 4
