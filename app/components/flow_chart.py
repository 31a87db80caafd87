"""The flow of a metric week by week, with the band in which it usually lies."""

from typing import Any

import numpy as np

from xrm_lake.hygiene.courses import Course
from xrm_lake.hygiene.trend.baseline import LOOKED_AT_WEEKS, usual_band
from xrm_lake.reports.render.look import config

HUES = {1: ("#C2410C", "#F0A04B"), 0: ("#0F766E", "#3FB5A8"), -1: ("#0F766E", "#3FB5A8")}


def flow_chart(course: Course, *, dark: bool, height: int, bare: bool = False) -> dict[str, Any]:
    """
    A Vega-Lite specification: the rate of each of the last 52 weeks, the usual range as a band, weeks that are not tested hollow.

    `bare` leaves the axes out, for a line beside a number.
    """
    weeks = course.flows.only(slice(-LOOKED_AT_WEEKS, None))
    before = course.trend.assessment.baseline
    low, high = usual_band(weeks, before) if before else (np.full(len(weeks.day), np.nan),) * 2
    values = [
        {"day": str(day), "rate": rate, "low": _known(down), "high": _known(up), "tested": bool(tested)}
        for day, rate, down, up, tested in zip(weeks.day, weeks.rate, low, high, weeks.tested, strict=True)
        if not np.isnan(rate)
    ]
    axis = {"title": None, "grid": not bare, "labels": not bare, "ticks": False, "domain": False}
    x = {
        "field": "day",
        "type": "temporal",
        "scale": {"type": "utc"},
        "axis": axis | {"grid": False, "tickCount": 5, "format": "%-d %b"},
    }
    y = {
        "field": "rate",
        "type": "quantitative",
        "axis": axis | {"format": ".1~%", "tickCount": 4},
        "scale": {"zero": True},
    }
    hue = HUES[course.trend.direction][dark]
    layers: list[dict[str, Any]] = [
        {
            "mark": {"type": "area", "color": "#8A9794", "opacity": 0.22, "interpolate": "monotone"},
            "encoding": {"x": x, "y": y | {"field": "low"}, "y2": {"field": "high"}},
        },
        {"mark": {"type": "line", "strokeWidth": 1.8, "color": hue}, "encoding": {"x": x, "y": y}},
    ]
    if not bare:
        layers.append(
            {"mark": {"type": "point", "size": 26, "color": hue, "opacity": 1}, "encoding": {"x": x, "y": y, "fillOpacity": {
                "condition": {"test": "datum.tested", "value": 1}, "value": 0}, "fill": {"value": hue}}}
        )  # fmt: skip
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json", "width": "container", "height": height, "background": None,
        "autosize": {"type": "fit", "contains": "padding"}, "padding": dict.fromkeys(("left", "right", "top", "bottom"), 2),
        "data": {"values": values}, "layer": layers, "config": config(dark=dark),
    }  # fmt: skip


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
