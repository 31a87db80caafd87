"""Sparklines as SVG paths: the course of a number, beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from xrm_lake.reports.render.figures import is_finite


@dataclass(frozen=True)
class SparkPaths:
    """The line through the values and the area below it, as the `d` of two SVG paths."""

    line: str
    area: str


def spark_paths(values: Sequence[float | None], *, width: int, height: int) -> SparkPaths | None:
    """
    The paths of a sparkline, or None if there are fewer than two values; missing ones are bridged.

    >>> spark_paths([1, None, 3], width=10, height=6).line
    'M0 4L10 2'
    """
    known = [(at, v) for at, v in enumerate(values) if v is not None and is_finite(v)]
    if len(known) < 2:
        return None
    low, high = min(v for _, v in known), max(v for _, v in known)
    step, span = width / (len(values) - 1), (high - low) or 1.0
    points = [f"{at * step:.4g} {height - 2 - (v - low) / span * (height - 4):.4g}" for at, v in known]
    line = "M" + "L".join(points)
    return SparkPaths(line, f"{line}L{known[-1][0] * step:.4g} {height}L{known[0][0] * step:.4g} {height}Z")
