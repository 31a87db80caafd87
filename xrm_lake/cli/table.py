"""Frames as aligned text for a person at a terminal."""

import shutil
import sys
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

GAP = "  "
NARROWEST, LONGEST = 8, 300


def table_text(frame: "pl.DataFrame", *, width: int | None = None) -> str:
    """
    The frame as lines: a header, a rule, a line for each row; the widest texts are cut to fit `width`.

    Without a width nothing is cut short of LONGEST. Control codes in values are made visible.
    """
    from xrm_lake.reports.render.cell_width import cell_width, fit

    headings = frame.columns
    rows = [[cell_text(value) for value in row] for row in frame.iter_rows()]
    rights = [dtype.is_numeric() for dtype in frame.dtypes]
    widths = [max(map(cell_width, column)) for column in zip(headings, *rows, strict=True)]
    if width is not None:
        widths = _narrowed(widths, rights, width)
    lines = [
        GAP.join(fit(text, w, right=right) for text, w, right in zip(row, widths, rights, strict=True)).rstrip()
        for row in [headings, *rows]
    ]
    return "\n".join([lines[0], GAP.join("─" * w for w in widths), *lines[1:]]) + "\n"


def cell_text(value: Any) -> str:
    """
    One value as a person reads it; None is empty.

    >>> cell_text(None), cell_text(0.5), cell_text(True), cell_text(["a", "b"]), cell_text(10005534.0)
    ('', '0.5', 'true', 'a, b', '10005534')
    """
    from xrm_lake.reports.render.visible import one_line

    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:.4f}".rstrip("0").rstrip(".") if not 0 < abs(value) < 0.001 else f"{value:.3g}"
        case Decimal():
            return f"{value:f}"
        case datetime():
            return value.isoformat(sep=" ", timespec="seconds")
        case bytes():
            return one_line(value.decode("utf-8", "replace"), longest=LONGEST)
        case list() | tuple():
            return one_line(", ".join(cell_text(item) for item in value), longest=LONGEST)
        case dict():
            listed = ", ".join(f"{name}: {cell_text(item)}" for name, item in value.items())
            return one_line(listed, longest=LONGEST)
    return one_line(value, longest=LONGEST)


def terminal_width() -> int | None:
    """How wide the terminal is on stdout; None if it is a file or a pipe, which have room for all."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _narrowed(widths: list[int], rights: list[bool], width: int) -> list[int]:
    """Take from the widest text until all fit, but never a digit, and no text below NARROWEST."""
    widths = list(widths)
    room = width - len(GAP) * (len(widths) - 1)
    while sum(widths) > room:
        texts = [place for place, right in enumerate(rights) if not right and widths[place] > NARROWEST]
        if not texts:
            break
        widest = max(texts, key=lambda place: widths[place])
        widths[widest] -= min(sum(widths) - room, max(1, (widths[widest] - NARROWEST) // 2))
    return widths
