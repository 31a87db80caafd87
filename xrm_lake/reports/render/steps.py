"""Waterfall charts: each bar hangs where the one before it ended, from the total of the first row to that of the last."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from xrm_lake.reports.render.look import INK
from xrm_lake.reports.render.marks import Mark


def spans(points: Sequence[Mark]) -> list[tuple[float, float]]:
    """
    From where to where each bar runs; the first and the last begin at 0.

    >>> spans([Mark(n, n, y, "", "") for n, y in (("start", 10), ("more", 5), ("less", -8), ("end", 7))])
    [(0.0, 10.0), (10.0, 15.0), (15.0, 7.0), (0.0, 7.0)]
    """
    values = [float(point.y or 0) for point in points]
    ends = list(accumulate(values[:-1]))
    steps = [(end - value, end) for end, value in zip(ends, values[:-1], strict=True)]
    return [*steps, (0.0, values[-1])] if values else []


def steps(points: Sequence[Mark], values: list[dict[str, Any]], room: float, row: int) -> dict[str, Any]:
    """The body of the chart: a row of `row` pixels for each step; `room` is the share of the width that the longest text needs."""
    placed = spans(points)
    data = [
        {**value, "from": low, "to": high, "right": max(low, high)}
        for value, (low, high) in zip(values, placed, strict=True)
    ]
    names = [point.label for point in points]
    ends = [end for span in placed for end in span]
    least, most = min(ends, default=0.0), max(ends, default=1.0)
    x = {
        "field": "from", "type": "quantitative", "axis": None,
        "scale": {"domain": [least, most + (most - least or 1.0) * room / max(1 - room, 0.2)], "nice": False},
    }  # fmt: skip
    y = {
        "field": "label", "type": "ordinal", "sort": names, "title": None,
        "axis": {"labelLimit": 180, "labelPadding": 8, "ticks": False, "domain": False, "grid": False},
    }  # fmt: skip
    parts = list(dict.fromkeys(point.series for point in points if point.series))
    colour = {"field": "series", "type": "nominal", "scale": {"domain": parts}, "legend": None}
    bars = {
        "mark": {"type": "bar", "height": {"band": 0.72}, "cornerRadius": 2},
        "encoding": {"x": x, "x2": {"field": "to"}, **({"color": colour} if parts else {})},
    }
    text = {
        "mark": {"type": "text", "align": "left", "dx": 6, "fontSize": 12, "color": INK},
        "encoding": {"x": {**x, "field": "right"}, "text": {"field": "text"}},
    }
    return {
        "height": max(len(names) * row, row),
        "data": {"values": data},
        "encoding": {"y": y},
        "layer": [bars, text],
    }
