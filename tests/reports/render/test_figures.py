"""Figures as people read them."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xrm_lake.reports.page import Metric
from xrm_lake.reports.render.figures import bar, change, compact, figure, sparkline


@given(st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_a_share_shows_as_all_or_nothing_only_if_it_is(share):
    assert figure(share, "percent") not in ("0.0%", "100.0%")


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, "number", "–"),
        (float("nan"), "money", "–"),
        (Decimal("NaN"), "money", "–"),
        (Decimal("1234.5"), "money", "1,234.50"),
        (1234567, "number", "1,234,567"),
        (-2.25, "number", "-2.25"),
        (57.25, "number", "57.2"),
        (True, "text", "yes"),
        (date(2017, 3, 1), "date", "2017-03-01"),
        (datetime(2017, 3, 1, 9, 5), "date", "2017-03-01 09:05"),  # noqa: DTZ001
    ],
)
def test_figure(value, kind, text):
    assert figure(value, kind) == text


@pytest.mark.parametrize(
    ("delta", "kind", "text"),
    [(None, "number", ""), (0, "number", "±0"), (-57, "number", "-57"), (0.00001, "percent", "±0.0 pt"),
     (0.0123, "percent", "+1.2 pt"), (Decimal("-0.50"), "money", "-0.50"), (0.0, "percent", "±0.0 pt")],
)  # fmt: skip
def test_change(delta, kind, text):
    assert change(Metric("m", 1, kind, delta=delta)) == text


@given(st.lists(st.none() | st.floats(allow_nan=True, allow_infinity=True)), st.integers(1, 60))
def test_a_sparkline_is_never_wider_than_asked(values, width):
    assert len(sparkline(values, width=width)) <= width


@given(st.floats(allow_nan=True), st.floats(allow_nan=False), st.integers(1, 40))
def test_a_bar_is_never_wider_than_asked(value, most, width):
    assert len(bar(value, most, width=width)) <= width


@given(st.integers(-(10**11), 10**11))
def test_a_compact_number_is_within_one_percent(value):
    text = compact(value)
    scale = {"k": 1e3, "M": 1e6, "B": 1e9}.get(text[-1], 1)

    assert len(text) <= 7
    assert float(text.rstrip("kMB").replace(",", "")) * scale == pytest.approx(value, rel=0.01)
