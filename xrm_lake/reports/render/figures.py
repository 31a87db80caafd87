"""
Figures: numbers and dates as people read them, the same in every output.

Thousands have a comma, decimals a point, days stand as 2017-12-31.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from math import isfinite

from xrm_lake.reports.page import Cell, ColumnKind, Metric, Number
from xrm_lake.reports.percent import percent

MISSING = "–"
_BLOCKS = "▁▂▃▄▅▆▇█"
_EIGHTHS = " ▏▎▍▌▋▊▉"
_SCALES = ((1_000_000_000, "B"), (1_000_000, "M"), (1_000, "k"))


def figure(value: Cell, kind: ColumnKind = "number", *, unit: str = "", digits: int | None = None) -> str:
    """
    A value as text.

    >>> figure(10005534, "money", unit="USD"), figure(0.8142, "percent"), figure(0.99999, "percent")
    ('10,005,534 USD', '81.4%', '>99.9%')
    """
    if value is None or not is_finite(value):
        return MISSING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date | str):
        return str(value)
    if kind == "percent":
        return percent(value, 1 if digits is None else digits)
    text = f"{value:,.{decimals([value], kind) if digits is None else digits}f}"
    return f"{text} {unit}".rstrip()


def decimals(values: Iterable[Cell], kind: ColumnKind) -> int:
    """How many decimals a column needs: none if all are whole, two for money and small numbers, else one."""
    if kind == "percent":
        return 1
    known = [abs(float(v)) for v in values if isinstance(v, int | float | Decimal) and is_finite(v)]
    broken = [v for v in known if v % 1]
    if not broken:
        return 0
    return 2 if kind == "money" or min(broken) < 10 else 1


def change(metric: Metric) -> str:
    """
    How a metric moved, with its sign, or what its trend is; "" if it is not known. A percentage moves in points.

    >>> change(Metric("Complete", 0.8, "percent", delta=-0.002)), change(Metric("Deals", 8, delta=3))
    ('-0.2 pt', '+3')
    """
    if metric.trend:
        return metric.trend
    if metric.delta is None or not is_finite(metric.delta):
        return ""
    if metric.kind == "percent":
        points = f"{metric.delta * 100:+.1f} pt"
        return f"±{points[1:]}" if points[1:] == "0.0 pt" else points
    text = figure(-metric.delta if metric.delta < 0 else metric.delta, metric.kind)
    return "±0" if text.strip("0.") == "" else f"{'-' if metric.delta < 0 else '+'}{text}"


def judged(metric: Metric) -> str:
    """Whether a change is for the better or worse, in a word; "" where that is not told, or the trend says it."""
    return "" if metric.trend else {True: "better", False: "worse", None: ""}[metric.delta_is_good]


def counted(metric: Metric) -> str:
    """The numerator and denominator of a metric: '7,163 of 8,800'; "" if it has none."""
    if metric.den is None:
        return ""
    return f"{figure(metric.num)} of {figure(metric.den)}"


def compact(value: Number) -> str:
    """
    A number in the fewest characters that still tell it apart.

    >>> compact(1134672), compact(12_500), compact(999_999), compact(-42)
    ('1.13M', '12.5k', '1M', '-42')
    """
    if not is_finite(value):
        return MISSING
    for size, letter in _SCALES:
        if abs(float(value)) >= size * 0.9995:
            return f"{float(value) / size:.3g}{letter}"
    return figure(value)


def sparkline(values: Sequence[float | None], *, width: int = 40) -> str:
    """
    A row of numbers as block characters, a gap where one is missing, neighbours averaged if there are many.

    >>> sparkline([1, 2, 3, None, 8])
    '▁▂▃ █'
    """
    known = [v for v in values if v is not None and is_finite(v)]
    # Scaled first, so that neither a sum nor a span of huge values overflows.
    scale = max((abs(v) for v in known), default=0.0) or 1.0
    scaled = [v / scale if v is not None and is_finite(v) else None for v in values]
    count = min(width, len(values))
    steps = [_mean(scaled[i * len(values) // count : (i + 1) * len(values) // count]) for i in range(count)]
    low = min((v for v in steps if v is not None), default=0.0)
    span = max((v for v in steps if v is not None), default=0.0) - low
    if not known:
        return ""
    return "".join(" " if v is None else _BLOCKS[round((v - low) / span * 7) if span else 3] for v in steps)


def bar(value: Cell, most: float, *, width: int) -> str:
    """A horizontal bar of block characters, full at `most`; nothing below zero."""
    if isinstance(value, str | date | None) or not is_finite(value) or most <= 0 or value <= 0:
        return ""
    eighths = max(1, round(min(float(value) / most, 1.0) * width * 8))
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def is_finite(value: Cell) -> bool:
    """Whether a value can be shown: not a NaN or an infinity. Text and dates can."""
    return value.is_finite() if isinstance(value, Decimal) else not isinstance(value, float) or isfinite(value)


def _mean(values: Sequence[float | None]) -> float | None:
    known = [v for v in values if v is not None]
    return sum(known) / len(known) if known else None
