"""Snapshots become weeks, whatever their rhythm."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xrm_lake.hygiene.trend.flows import Snapshots, weekly


def snapshots(spans: list[int], entered: float = 7.0, at_risk: float = 700.0, *, of_new: bool = False) -> Snapshots:
    """The first, with nothing to compare with, and then one after each span, at a constant rate per day."""
    day = np.datetime64("2026-01-01", "D") + np.cumsum([0, *spans])
    came = np.array([np.nan, *(entered * span / 7 for span in spans)])
    exposed = np.full(len(day), at_risk)
    began = np.r_[day[:1], day[:-1]]
    return Snapshots(began, day, np.full(len(day), 50.0), np.full(len(day), 750.0), exposed, came, of_new=of_new)


def test_a_weekly_snapshot_is_a_week():
    flows = weekly(snapshots([7, 7, 7]))

    assert flows.rate.tolist() == [0.01, 0.01, 0.01]
    assert flows.day.astype(str).tolist() == ["2026-01-08", "2026-01-15", "2026-01-22"]


def test_daily_snapshots_are_added_up_to_weeks_and_a_week_that_is_not_over_waits():
    flows = weekly(snapshots([1] * 17))

    assert flows.entered.tolist() == [7.0, 7.0]
    assert flows.at_risk.tolist() == [700.0, 700.0]


@given(st.lists(st.integers(4, 16), min_size=1, max_size=30))
def test_the_rate_does_not_depend_on_the_rhythm(spans):
    assert weekly(snapshots(spans)).rate == pytest.approx(0.01)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=60))
def test_snapshots_close_together_lose_nothing_but_the_days_since_the_last_week(spans):
    flows = weekly(snapshots(spans))

    assert flows.entered.sum() <= sum(spans) + 1e-9
    assert sum(spans) - flows.entered.sum() < 7


def test_a_long_gap_is_not_told_as_a_week():
    flows = weekly(snapshots([7, 30, 7]))

    assert flows.day.astype(str).tolist() == ["2026-01-08", "2026-02-14"]
    assert flows.gaps == 1


def test_an_odd_week_keeps_its_share_and_is_not_tested():
    flows = weekly(snapshots([7, 7, 7]), odd=[date(2026, 1, 10)])

    assert flows.tested.tolist() == [True, False, True]
    assert flows.num.tolist() == [50.0, 50.0, 50.0]


def test_a_share_of_what_is_new_does_not_depend_on_the_days():
    taken = snapshots([7, 14], entered=10.0, at_risk=100.0, of_new=True)

    assert weekly(taken).rate.tolist() == [0.1, 0.2]


def test_a_week_with_nothing_at_risk_is_not_tested():
    assert weekly(snapshots([7, 7], entered=0.0, at_risk=0.0)).tested.tolist() == [False, False]


def test_no_snapshots_are_no_weeks():
    assert len(weekly(snapshots([])).day) == 0
