"""
Marks: what a chart shows, as plain values, before it becomes a picture, block characters or a sheet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from xrm_lake.reports.page import Cell, Chart, Number
from xrm_lake.reports.render.figures import figure, is_finite
from xrm_lake.reports.render.visible import one_line

MOST_BARS = 40
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Mark:
    """One point or bar: the label of its x, its exact x and y, its series, and y as people read it."""

    label: str
    x: Cell
    y: Number | None
    series: str
    text: str


def marks(chart: Chart) -> tuple[Mark, ...]:
    """The marks of a chart in the order of its rows; bars of text stop at MOST_BARS."""
    rows = chart.data.head(MOST_BARS) if is_capped(chart) else chart.data
    xs, ys = rows[chart.x].to_list(), rows[chart.y].to_list()
    series = rows[chart.series].to_list() if chart.series else [""] * len(xs)
    labels = _labels(xs)
    return tuple(
        Mark(label, x, _known(y), one_line(s, longest=60), figure(y, chart.measure))
        for label, x, y, s in zip(labels, xs, ys, series, strict=True)
    )


def is_capped(chart: Chart) -> bool:
    """Whether a chart has more bars than anyone can read, so that only the first are drawn."""
    return chart.kind in ("bar", "funnel") and not has_dates(chart) and chart.data.height > MOST_BARS


def has_dates(chart: Chart) -> bool:
    """Whether x is time, so that it runs from left to right."""
    return chart.data.schema[chart.x].is_temporal()


def series_of(points: Sequence[Mark]) -> tuple[str, ...]:
    """The names of the series, in the order in which they first appear."""
    return tuple(dict.fromkeys(point.series for point in points))


def alt_text(chart: Chart) -> str:
    """What the chart shows in words: its own `alt`, else its largest and its latest value."""
    if chart.alt:
        return one_line(chart.alt, longest=600)
    known = [p for p in marks(chart) if p.y is not None]
    if not known:
        return one_line(f"{chart.title}. {chart.empty}")
    top, last = max(known, key=lambda p: float(p.y or 0)), known[-1]
    unit = f" {chart.unit}" if chart.unit else ""
    words = f"{chart.title}: {len(known)} values. Largest: {_name(top)} {top.text}{unit}."
    return one_line(words + (f" Last: {_name(last)} {last.text}{unit}." if last != top else ""))


def _name(point: Mark) -> str:
    return f"{point.label} {point.series}".strip()


def _known(value: Number | None) -> Number | None:
    return value if value is not None and is_finite(value) else None


def _labels(xs: Sequence[Cell]) -> list[str]:
    """Months by name if all days are the first of one, so that a year of bars can be read."""
    days = [x for x in xs if isinstance(x, date)]
    if days and all(d.day == 1 and not (isinstance(d, datetime) and d.hour) for d in days):
        return [f"{_MONTHS[x.month - 1]} {x.year}" if isinstance(x, date) else figure(x) for x in xs]
    return [one_line(x if isinstance(x, str) else figure(x), longest=60) for x in xs]
