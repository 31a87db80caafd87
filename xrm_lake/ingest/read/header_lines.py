"""Column names that stand in several lines, such as groups of columns over their parts, joined into one name a column."""

from collections.abc import Sequence

from xrm_lake.ingest.read.cell_type import DATA, cell_type
from xrm_lake.ingest.read.header import Layout, has_names

_MOST = 4
Row = Sequence[str]


def name_lines(rows: Sequence[Row], layout: Layout) -> tuple[int, int]:
    """
    From which row up to before which the column names go on, around the one in which they were found.

    >>> rows = [["Firm", "2019", ""], ["", "sum", "share"], ["Acme", "10", "5"], ["Beta", "7", "3"]]
    >>> name_lines(rows, Layout(3, 0, 1)), name_lines([["Deals"], *rows], Layout(3, 1, 2))
    ((0, 2), (1, 3))
    """
    assert layout.header is not None
    top, end, width = layout.header, layout.data, layout.width
    if end != top + 1 or width < 3:
        return top, end
    while end < len(rows) and end - top < _MOST and _names_too(rows[end], rows[end + 1 :], width):
        if not _needed(_padded(rows[end - 1], width), _padded(rows[end], width)):
            break
        end += 1
    while top > 0 and end - top < _MOST and _groups(rows[top - 1], width):
        if not _needed(_padded(rows[top - 1], width), _padded(rows[top], width)):
            break
        top -= 1
    return top, end


def joined_names(rows: Sequence[Row], width: int) -> list[str]:
    """
    One name for each column: a group's name goes before those of its parts.

    >>> joined_names([["Firm", "2019", ""], ["", "sum", "share"]], 3)
    ['Firm', '2019 sum', '2019 share']
    """
    names = [""] * width
    for level, row in enumerate(rows):
        row = _padded(row, width)
        below = [_padded(r, width) for r in rows[level + 1 :]]
        group = ""
        for i, cell in enumerate(row):
            group = cell.strip() or (group if any(r[i].strip() for r in below) else "")
            if group and group != names[i]:
                names[i] = f"{names[i]} {group}".strip()
    return names


def _needed(upper: Row, lower: Row) -> bool:
    """Whether two lines name the columns together: one names what the other leaves empty, or tells apart what repeats."""
    filled = [cell.strip() for cell in lower if cell.strip()]
    parts = sum(1 for u, low in zip(upper, lower, strict=True) if not u.strip() and low.strip())
    groups = sum(1 for u in upper if u.strip())
    merged = sum(1 for u, low in zip(upper, lower, strict=True) if u.strip() and not low.strip())
    return groups > 1 and parts > 0 and (merged > 0 or len(set(filled)) < len(filled))


def _names_too(row: Row, below: Sequence[Row], width: int) -> bool:
    """Whether a row below the names is one of names: words over what is data."""
    whole = [r for r in below if len(r) == width and any(cell.strip() for cell in r)][:100]
    if len(row) != width or len(whole) < 2 or any(cell_type(cell) in DATA for cell in row):
        return False
    return has_names(row, whole) and any(
        cell.strip() and sum(cell_type(r[i]) in DATA for r in whole) * 2 > len(whole) for i, cell in enumerate(row)
    )


def _groups(row: Row, width: int) -> bool:
    """Whether a row above the names may name groups of columns."""
    filled = [cell for cell in row if cell.strip()]
    return len(filled) > 1 and width / 2 < len(row) <= width


def _padded(row: Row, width: int) -> list[str]:
    return [*row, *[""] * (width - len(row))][:width]
