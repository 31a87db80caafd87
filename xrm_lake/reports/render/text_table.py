"""Tables for a terminal: aligned, in a fixed width, whatever the script of their letters."""

from collections.abc import Sequence

from xrm_lake.reports.render.cell_width import cell_width, fit
from xrm_lake.reports.render.cells import DrawnTable
from xrm_lake.reports.render.figures import bar

GAP = "  "
_BAR = 12
_READABLE, _NARROWEST = 28, 8


def table_lines(table: DrawnTable, *, width: int) -> list[str]:
    """
    The lines of a table.

    Where there is no room the widest texts are cut, then bars go, never a digit. If even that does not fit,
    each row becomes a list of its cells.
    """
    rights = [column.is_right for column in table.columns]
    for with_bars, shortest in ((True, _READABLE), (False, _NARROWEST)):
        rows = _texts(table, with_bars)
        widths = [max(map(cell_width, column)) for column in zip(table.headings, *rows, strict=True)]
        room = width - len(GAP) * (len(widths) - 1)
        narrowed = _narrow(widths, rights, room, shortest)
        if narrowed is not None:
            lines = [_line(row, narrowed, rights) for row in [list(table.headings), *rows]]
            rule = GAP.join("─" * w for w in narrowed)
            return [lines[0], rule, *lines[1:-1], rule, lines[-1]] if table.total else [lines[0], rule, *lines[1:]]
    return _cards(table.headings, _texts(table, False), width)


def _texts(table: DrawnTable, with_bars: bool) -> list[list[str]]:
    rows = [*table.rows, *([table.total] if table.total else [])]
    if not with_bars:
        return [[cell.text for cell in row] for row in rows]
    figures = [max((cell_width(row[at].text) for row in rows), default=0) for at in range(len(table.columns))]
    return [
        [
            cell.text
            if cell.bar is None
            else f"{bar(cell.bar, 1.0, width=_BAR):<{_BAR}} {fit(cell.text, w, right=True)}"
            for cell, w in zip(row, figures, strict=True)
        ]
        for row in rows
    ]


def _line(row: Sequence[str], widths: Sequence[int], rights: Sequence[bool]) -> str:
    return GAP.join(
        fit(text, width, right=right) for text, width, right in zip(row, widths, rights, strict=True)
    ).rstrip()


def _narrow(widths: list[int], is_figure: Sequence[bool], room: int, shortest: int) -> list[int] | None:
    """Take from the widest column of text until all fit, down to `shortest`. None if they cannot fit."""
    widths = list(widths)
    while sum(widths) > room:
        at = max((i for i in range(len(widths)) if not is_figure[i]), key=lambda i: widths[i], default=None)
        if at is None or widths[at] <= shortest:
            return None
        widths[at] -= min(widths[at] - shortest, sum(widths) - room, max(1, widths[at] // 8))
    return widths


def _cards(headings: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> list[str]:
    label = min(max(map(cell_width, headings)), width // 3)
    lines: list[str] = []
    for row in rows:
        lines += [
            f"{fit(h, label)}{GAP}{fit(text, width - label - 2)}".rstrip()
            for h, text in zip(headings, row, strict=True)
        ]
        lines.append("")
    return lines[:-1]
