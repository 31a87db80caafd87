"""
Charts as plain Vega-Lite: one specification for the app, for HTML and for pictures.

Text runs down the side, time runs from left to right. Values stand beside their marks, so that most charts
need neither an axis nor a legend. Fields have fixed names, so no name from the data is ever read as a path.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from xrm_lake.reports.page import Chart, Number
from xrm_lake.reports.render.figures import compact
from xrm_lake.reports.render.look import INK, INK_DARK, config
from xrm_lake.reports.render.marks import Mark, has_dates, marks, series_of
from xrm_lake.reports.render.steps import steps

Spec = dict[str, Any]

_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_ROW, _PLOT, _LETTER = 30, 200, 7.0
_AXIS_NUMBER = {"percent": ".0%", "number": "~s", "money": "~s"}


def vega_lite(chart: Chart, *, width: int | None = None, dark: bool = False) -> Spec:
    """
    A Vega-Lite specification with its data inside, `width` pixels wide or as wide as what holds it.

    The data has x, y, label, text (y as people read it), and where they apply series, order and at.
    """
    points = marks(chart)
    if chart.kind == "line":
        body = _lines(chart, points, width or 640)
    elif chart.kind == "waterfall":
        body = steps(points, _values(points), _beside(points, width or 640), _ROW)
    elif has_dates(chart):
        body = _columns(chart, points, width or 640)
    else:
        body = _bars(chart, points, width or 640)
    return {
        "$schema": _SCHEMA,
        "width": width or "container",
        "autosize": {"type": "fit", "contains": "padding"},
        "background": None,
        "padding": 2,
        **(_by_night(body) if dark else body),
        "config": config(dark=dark),
    }


def _by_night(part: Any) -> Any:
    """The same marks with light ink; the data is left as it is."""
    if isinstance(part, dict):
        return {name: item if name == "data" else _by_night(item) for name, item in part.items()}
    if isinstance(part, list):
        return [_by_night(item) for item in part]
    return INK_DARK if part == INK else part


def _bars(chart: Chart, points: tuple[Mark, ...], width: int) -> Spec:
    grouped = chart.kind == "bar" and bool(chart.series)
    values = _values(points)
    if chart.kind == "funnel":
        values = [{**value, "text": text} for value, text in zip(values, _funnel_text(points), strict=True)]
    names = list(dict.fromkeys(p.label for p in points))
    y = {"field": "label", "type": "ordinal", "sort": names, "title": None, "axis": _NAMES}
    x = {
        "field": "y",
        "type": "quantitative",
        "axis": None,
        "scale": _room(points, _beside(points, width, values)),
    }
    encoding = {"y": y, "x": x, **_colour(points)}
    if grouped:
        encoding["yOffset"] = {"field": "series", "sort": list(series_of(points))}
    bars = {"mark": {"type": "bar", "cornerRadiusEnd": 4, "height": {"band": 0.92 if grouped else 0.72}}}
    layers = [bars] if chart.kind == "stacked" else [bars, {"mark": _VALUE_BESIDE, "encoding": _VALUE}]
    if chart.kind == "stacked":
        x["axis"], x["scale"] = _axis(chart), {}
    rows = len(names) * (len(series_of(points)) if grouped else 1)
    height = rows * (22 if grouped else _ROW) + (30 if chart.kind == "stacked" else 0)
    return {"height": max(height, _ROW), "data": {"values": values}, "encoding": encoding, "layer": layers}


def _columns(chart: Chart, points: tuple[Mark, ...], width: int) -> Spec:
    names = list(dict.fromkeys(p.label for p in points))
    values = [{**value, "text": compact(p.y or 0)} for value, p in zip(_values(points), points, strict=True)]
    grouped = chart.kind == "bar" and bool(chart.series)
    x = {"field": "label", "type": "ordinal", "sort": names, "title": None, "axis": _TIMES}
    is_roomy = not chart.series and chart.measure != "percent" and len(names) * 46 <= width
    y: Spec = {
        "field": "y",
        "type": "quantitative",
        "title": None,
        "axis": None if is_roomy else _axis(chart),
    }
    encoding = {"x": x, "y": y, **_colour(points)}
    if grouped:
        encoding["xOffset"] = {"field": "series", "sort": list(series_of(points))}
    columns = {"mark": {"type": "bar", "cornerRadiusEnd": 0 if chart.kind == "stacked" else 3}}
    layers = [columns, {"mark": _VALUE_ABOVE, "encoding": _VALUE}] if is_roomy else [columns]
    return {"height": _PLOT, "data": {"values": values}, "encoding": encoding, "layer": layers}


def _lines(chart: Chart, points: tuple[Mark, ...], width: int) -> Spec:
    values = _values(points)
    x: Spec = {
        "field": "label",
        "type": "ordinal",
        "sort": list(dict.fromkeys(p.label for p in points)),
        "axis": _TIMES,
    }
    if has_dates(chart):
        x = {
            "field": "x",
            "type": "temporal",
            "scale": {"type": "utc"},
            "axis": _TIMES | _ticks(chart, width),
        }
    elif chart.data.schema[chart.x].is_numeric():
        x = {"field": "x", "type": "quantitative", "axis": _TIMES, "scale": {"zero": False}}
    y: Spec = {
        "field": "y",
        "type": "quantitative",
        "title": None,
        "axis": _axis(chart),
        "scale": {"zero": False},
    }
    line: Spec = {"mark": {"type": "line", "strokeWidth": 2, "strokeJoin": "round"}}
    ends = _ends(points)
    dots: Spec = {
        "data": {"values": ends},
        "mark": {"type": "point", "filled": True, "size": 42, "opacity": 1},
    }
    names: Spec = {
        "data": {"values": ends},
        "mark": {"type": "text", "align": "left", "dx": 8, "fontSize": 12, "limit": 150},
        "encoding": {"y": {"field": "at"}, "text": {"field": "text"}},
    }
    encoding = {"x": {**x, "title": None}, "y": y, **_colour(points, legend=False)}
    return {"height": _PLOT, "data": {"values": values}, "encoding": encoding, "layer": [line, dots, names]}


def _ends(points: tuple[Mark, ...]) -> list[Spec]:
    """The last point of each series with its name, the names pushed apart so that they can be read."""
    known = [p for p in points if p.y is not None]
    ends = [next(p for p in reversed(known) if p.series == name) for name in series_of(known)]
    ys = [float(p.y or 0) for p in known]
    gap = ((max(ys) - min(ys)) or 1.0) * 16 / _PLOT if ys else 0.0
    placed: list[Spec] = []
    for value in sorted(_values(ends), key=lambda value: float(value["y"])):
        at = max(value["y"], placed[-1]["at"] + gap) if placed else value["y"]
        text = f"{value.get('series', '')} {value['text']}".strip()
        placed.append({**value, "at": at, "text": text})
    return placed


def _values(points: Sequence[Mark]) -> list[Spec]:
    order = {name: at for at, name in enumerate(series_of(points))}
    return [
        {
            "x": _position(p),
            "label": p.label,
            "y": None if p.y is None else float(p.y),
            "text": p.text,
            **({"series": p.series, "order": order[p.series]} if p.series else {}),
        }
        for p in points
    ]


def _position(point: Mark) -> str | float:
    if isinstance(point.x, date):
        return point.x.isoformat()
    return float(point.x) if isinstance(point.x, int | float | Decimal) else point.label


def _funnel_text(points: tuple[Mark, ...]) -> list[str]:
    first = float(points[0].y or 0) if points else 0
    return [f"{p.text}  ·  {float(p.y or 0) / first:.0%}" if first and i else p.text for i, p in enumerate(points)]


def _colour(points: tuple[Mark, ...], *, legend: bool = True) -> Spec:
    names = [name for name in series_of(points) if name]
    if not names:
        return {}
    colour: Spec = {"field": "series", "type": "nominal", "scale": {"domain": names}, "title": None}
    if not legend:
        colour["legend"] = None
    return {"color": colour, "order": {"field": "order", "type": "quantitative"}}


def _beside(points: Sequence[Mark], width: int, values: Sequence[Spec] = ()) -> float:
    """The share of the plot that the longest text beside a bar needs."""
    longest = max((len(str(value["text"])) for value in values or _values(points)), default=0)
    names = max((len(point.label) for point in points), default=0)
    return (longest * _LETTER + 12) / max(width - min(180, _LETTER * names), 120)


def _room(points: tuple[Mark, ...], share: float) -> Spec:
    """Leave room for the value beside the longest bar."""
    ys: list[Number] = [p.y for p in points if p.y is not None]
    most, least = float(max(ys, default=1)), float(min(ys, default=0))
    room = share / max(1 - share, 0.2)
    return {"domain": [min(0.0, least), (max(most, 0.0) or 1.0) * (1 + room)], "nice": False}


def _ticks(chart: Chart, width: int) -> Spec:
    first, last = chart.data[chart.x].min(), chart.data[chart.x].max()
    is_long = isinstance(first, date) and isinstance(last, date) and (last - first).days > 300
    return {"format": "%b %Y" if is_long else "%-d %b", "tickCount": max(5, width // 90)}


def _axis(chart: Chart) -> Spec:
    billions = "datum.value ? replace(datum.label, 'G', 'B') : '0'"
    return {"title": None, "format": _AXIS_NUMBER[chart.measure], "labelExpr": billions, "tickCount": 4}


_NAMES = {"labelLimit": 180, "labelPadding": 8, "ticks": False, "domain": False, "grid": False}
_TIMES = {
    "labelAngle": 0,
    "labelOverlap": "parity",
    "labelSeparation": 14,
    "ticks": False,
    "grid": False,
    "labelPadding": 8,
}
_VALUE = {"text": {"field": "text"}, "color": {"value": INK}}
_VALUE_BESIDE = {"type": "text", "align": "left", "dx": 6, "fontSize": 12}
_VALUE_ABOVE = {"type": "text", "baseline": "bottom", "dy": -4, "fontSize": 11}
