"""Where the table begins: lines before it, its column names if it has any, and how many cells a record has."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from xrm_lake.ingest.read.cell_type import DATA, cell_type

_COMPARED = 100
_MOST_ABOVE = 8  # lines of several cells above a table
_TELLING = DATA | {"boolean"}


class Layout(NamedTuple):
    """`width` cells a record; the names stand in row `header` (None: there are none); data begin at row `data`."""

    width: int
    header: int | None
    data: int


def find_layout(rows: Sequence[Sequence[str]]) -> Layout:
    """Tell preamble, header and data apart by the first rows of a table; blank rows are empty sequences."""
    width = _usual_width(rows)
    first = next((i for i, row in enumerate(rows) if _begins(rows, i, width)), None)
    if first is None:
        return Layout(width, None, 0)
    first = _not_left_out(rows, first, width)
    above = _previous(rows, first)
    if above is not None and _names_above(rows[above], rows[first : first + 20], width):
        return Layout(width, above, first)
    if has_names(rows[first], [row for row in rows[first + 1 : first + 1 + _COMPARED] if len(row) == width]):
        return Layout(width, first, first + 1)
    return Layout(width, None, first)


def has_names(first: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """
    Whether the first row names columns rather than being a record.

    >>> has_names(["name", "since"], [["Ann", "2017-03-01"]]), has_names(["Ann", "2017-03-01"], [["Bob", "2016-05-01"]])
    (True, False)
    """
    types = [cell_type(cell) for cell in first]
    if all(kind == "empty" for kind in types):
        return False
    columns = [_usual_type(column) for column in zip(*below, strict=False)]
    alike = sum(kind in DATA and kind == usual for kind, usual in zip(types, columns, strict=False))
    unlike = sum(
        usual is not None and kind not in (usual, "empty", "missing")
        for kind, usual in zip(types, columns, strict=False)
    )
    if alike or any(kind in DATA for kind in types):
        return _years_over_data(first, types) or unlike > 2 * alike
    if unlike:
        return True
    filled = [cell.strip() for cell in first if cell.strip()]
    if len(filled) * 2 < len(first) or max(map(len, filled)) > 80:
        return False
    repeated = sum(cell.strip() in {row[i].strip() for row in below} for i, cell in enumerate(first) if cell.strip())
    return repeated * 2 < len(filled) or not below


def _years_over_data(first: Sequence[str], types: Sequence[str]) -> bool:
    """Numbers may be names too, if they are years or counted on, and the first name is a word."""
    numbers = [cell.strip() for cell, kind in zip(first, types, strict=True) if kind == "number"]
    if types[0] in DATA or not numbers or any(kind in DATA - {"number"} for kind in types):
        return False
    if not all(number.isdecimal() and len(number) <= 4 for number in numbers):
        return False
    steps = {int(b) - int(a) for a, b in pairwise(numbers)}
    return len(steps) == 1 and steps.pop() in (1, -1)


def _usual_type(column: Sequence[str]) -> str | None:
    """The type of most cells, if it is one that no name has."""
    kinds = Counter(cell_type(cell) for cell in column)
    del kinds["empty"]
    if not kinds:
        return None
    kind, count = kinds.most_common(1)[0]
    return kind if kind in _TELLING and count > 0.6 * kinds.total() else None


def _usual_width(rows: Sequence[Sequence[str]]) -> int:
    widths = Counter(len(row) for row in rows if row)
    if not widths:
        return 1
    first = next(len(row) for row in rows if row)
    many = {width: count for width, count in widths.items() if width > 1}
    share = sum(many.values()) / widths.total()
    chosen = many if share >= 0.5 or (share >= 0.3 and widths.total() > 9) else widths
    most = max(chosen.values())
    if chosen.get(first) == most:
        named = len(_stripped(next(row for row in rows if row)))
        return named if chosen.get(named) == most else first
    return max(width for width, count in chosen.items() if count == most)


def _stripped(row: Sequence[str]) -> Sequence[str]:
    """The row without empty cells at its end."""
    end = next((i for i in range(len(row), 0, -1) if row[i - 1].strip()), 0)
    return row[:end]


def _begins(rows: Sequence[Sequence[str]], i: int, width: int) -> bool:
    """Whether the table may begin with row i: full width, and not a title with empty cells behind it."""
    row = rows[i]
    if len(row) != width:
        return False
    filled = sum(1 for cell in row if cell.strip())
    usual = Counter(sum(1 for cell in r if cell.strip()) for r in rows[i + 1 : i + 12] if len(r) == width)
    if row[0].startswith("#") and width > 1 and filled * 2 <= width:
        return False
    return not (width >= 3 and usual and filled * 3 <= usual.most_common(1)[0][0])


def _not_left_out(rows: Sequence[Sequence[str]], first: int, width: int) -> int:
    """Where the table begins if what stands above looks like records too: those are for a person to judge."""
    records = [
        i for i in range(first) if len(rows[i]) > 1 and len(rows[i]) * 2 >= width and len(_stripped(rows[i])) > 1
    ]
    return records[0] if len(records) > _MOST_ABOVE else first


def _previous(rows: Sequence[Sequence[str]], first: int) -> int | None:
    return next((i for i in range(first - 1, -1, -1) if rows[i]), None)


def _names_above(row: Sequence[str], below: Sequence[Sequence[str]], width: int) -> bool:
    """Whether a row of another width names the columns after all, as where each record ends with a delimiter."""
    row = _stripped(row)
    if len(row) < 2 or not width / 2 < len(row) <= width * 2 or any(not cell.strip() for cell in row):
        return False
    if any(cell_type(cell) in DATA for cell in row):
        return False
    return not has_names(below[0], [r for r in below[1:] if len(r) == width])
