"""Charts as tables: the same numbers where no picture can be drawn, and beside one for who cannot see it."""

from collections.abc import Sequence

import polars as pl

from xrm_lake.reports.page import Chart, Column, Number, Table
from xrm_lake.reports.render.figures import figure, sparkline
from xrm_lake.reports.render.marks import MOST_BARS, Mark, is_capped, marks, series_of

_MOST_SERIES = 6


def chart_table(chart: Chart, *, bars: bool = True) -> Table:
    """A row for each x, a column for each series; a row for each mark if there are many series."""
    points = marks(chart)
    # The parts of a waterfall only colour it.
    names = series_of(points) if chart.series and chart.kind != "waterfall" else ()
    if len(names) > _MOST_SERIES:
        return _long(chart, points, bars)
    labels = list(dict.fromkeys(p.label for p in points)) if names else [p.label for p in points]
    frame = {"x": pl.Series(labels, dtype=pl.String)}
    columns = [Column("x", _heading(chart.x))]
    for at, name in enumerate(names or ("",)):
        frame[f"y{at}"] = _numbers(chart, _along(points, name, labels) if names else [p.y for p in points])
        columns.append(_column(chart, f"y{at}", name or _heading(chart.y), bar=bars and not names))
    if chart.kind == "stacked":
        frame["total"] = pl.DataFrame(frame).select(pl.sum_horizontal(pl.exclude("x"))).to_series()
        columns.append(_column(chart, "total", "Together", bar=bars))
    return _table(chart, frame, columns)


def trend_table(chart: Chart) -> Table:
    """A row for each series of a line chart: its course as a sparkline, its first value and its last."""
    points = marks(chart)
    names = series_of(points)
    known = {name: [p.y for p in points if p.series == name] for name in names}
    ends: dict[str, list[Number | None]] = {
        name: [y for y in ys if y is not None] or [None] for name, ys in known.items()
    }
    frame = {
        "series": pl.Series([name or _heading(chart.y) for name in names], dtype=pl.String),
        "first": _numbers(chart, [ends[name][0] for name in names]),
        "trend": pl.Series([sparkline([None if y is None else float(y) for y in known[n]]) for n in names]),
        "last": _numbers(chart, [ends[name][-1] for name in names]),
    }
    columns = [
        Column("series", _heading(chart.series or chart.y)),
        _column(chart, "first", points[0].label if points else "First"),
        Column("trend", "Course"),
        _column(chart, "last", points[-1].label if points else "Last"),
    ]
    return _table(chart, frame, columns)


def cut(chart: Chart) -> str:
    """A sentence on the bars that are not drawn; "" if all are."""
    if not is_capped(chart):
        return ""
    return f"The first {MOST_BARS} of {figure(chart.data.height)} are drawn."


def _long(chart: Chart, points: Sequence[Mark], bars: bool) -> Table:
    frame = {
        "x": pl.Series([p.label for p in points], dtype=pl.String),
        "series": pl.Series([p.series for p in points], dtype=pl.String),
        "y": _numbers(chart, [p.y for p in points]),
    }
    columns = [
        Column("x", _heading(chart.x)),
        Column("series", _heading(chart.series)),
        _column(chart, "y", _heading(chart.y), bar=bars),
    ]
    return _table(chart, frame, columns)


def _along(points: Sequence[Mark], name: str, labels: Sequence[str]) -> list[Number | None]:
    found = {p.label: p.y for p in points if p.series == name}
    return [found.get(label) for label in labels]


def _numbers(chart: Chart, values: Sequence[Number | None]) -> pl.Series:
    dtype = chart.data.schema[chart.y]
    return pl.Series(values, dtype=dtype if dtype.is_numeric() else pl.Float64)


def _column(chart: Chart, name: str, label: str, *, bar: bool = False) -> Column:
    return Column(name, label, chart.measure, chart.unit, bar=bar)


def _table(chart: Chart, frame: dict[str, pl.Series], columns: Sequence[Column]) -> Table:
    return Table(chart.title, pl.DataFrame(frame), tuple(columns), note=chart.note, empty=chart.empty)


def _heading(name: str) -> str:
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]
