"""A lake whose truth is known: at rest it raises no alert, and each drift planted in it is named with its cause within eight weeks."""

import os

import pytest

from benchmarks.year.law import BEGINS, DRIFTS
from benchmarks.year.live import live
from benchmarks.year.told import NAMED, worse

SOON, BASELINE = 8, 14
pytestmark = pytest.mark.skipif(
    not os.environ.get("XRM_YEAR"),
    reason="living a year takes minutes: XRM_YEAR=1 python -m pytest tests/benchmarks/test_year.py",
)


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """The alerts before the drifts began, and the week, counted from there, in which each of them was first named; all are on at once."""
    alerts, found = [], {}
    for week, lake in live(tmp_path_factory.mktemp("year") / "drifts.xrm", drifts=DRIFTS):
        if BASELINE <= week < BEGINS and week % 3 == 2:
            alerts += worse(lake).select("metric", "scope", "sentence").rows()
        if week >= BEGINS - 1:
            found |= {drift: week - BEGINS + 1 for drift in NAMED if drift not in found and NAMED[drift](lake)}
        if week == BEGINS + SOON - 1:
            break
    return alerts, found


@pytest.mark.slow
def test_a_lake_at_rest_raises_no_alert(lived):
    assert lived[0] == []


@pytest.mark.slow
@pytest.mark.parametrize("drift", NAMED)
def test_a_drift_is_named_with_its_cause_within_eight_weeks_and_not_before_it_began(lived, drift):
    assert 1 <= lived[1].get(drift, SOON + 1) <= SOON
