"""What the cells of each column usually look like, so that a record can be asked how well it fits, cell by cell."""

from collections import Counter
from collections.abc import Sequence
from math import log

from xrm_lake.ingest.read.cell_type import cell_type

CLEARLY = log(20)  # how much likelier the best way to read a record must be than the next
UNSEEN = 0.01
STRANGE = 1.5 * log(UNSEEN)  # a record less likely than this has a cell of a type that its column never had
_RARE = 0.02
_MOST_MASKS = 12
_MASKED = 24  # characters; longer cells are free text


class Profile:
    """The shapes seen in each of `width` columns of the first records."""

    def __init__(self, width: int, rows: Sequence[Sequence[str]]) -> None:
        self.width = width
        whole = [row for row in rows if len(row) == width]
        self.seen = len(whole)
        self.columns = [Counter(cell_type(row[i]) for row in whole) for i in range(width)]
        self.shapes = [_Shapes([row[i] for row in whole]) for i in range(width)]

    def type_fit(self, cells: Sequence[str]) -> float:
        """The log-likelihood of the cells' types, each in its column."""
        return sum(self._type(i, cell) for i, cell in enumerate(cells))

    def unseen(self, cells: Sequence[str]) -> int:
        """How many of the cells have a type that their column (all but) never had."""
        return sum(self.columns[i][cell_type(cell)] <= _RARE * self.seen for i, cell in enumerate(cells))

    def fit(self, column: int, cell: str) -> float:
        """The log-likelihood of a cell's type and shape in a column."""
        return self._type(column, cell) + self.shapes[column].fit(cell)

    def _type(self, column: int, cell: str) -> float:
        return _log_share(self.columns[column][cell_type(cell)], self.seen)


class _Shapes:
    """How the texts of a column are built: whole patterns where there are few, else how they begin and end."""

    def __init__(self, cells: Sequence[str]) -> None:
        texts = [cell for cell in cells if cell.strip()]
        self.seen = len(texts)
        masks = Counter(_mask(cell) for cell in texts)
        self.masks = masks if 0 < len(masks) <= _MOST_MASKS and len(masks) * 3 < self.seen else None
        self.first, self.last = Counter(_sort(cell[0]) for cell in texts), Counter(_sort(cell[-1]) for cell in texts)

    def fit(self, cell: str) -> float:
        if not cell.strip() or not self.seen:
            return 0.0
        if self.masks:
            return _log_share(self.masks[_mask(cell)], self.seen)
        first, last = self.first[_sort(cell[0])], self.last[_sort(cell[-1])]
        return _log_share(first, self.seen) + _log_share(last, self.seen)


def _log_share(count: int, seen: int) -> float:
    """What was never seen is the less likely, the more was seen."""
    return log(max(count / max(seen, 1), UNSEEN, 0.5 / (seen + 1)))


def _mask(cell: str) -> str:
    return "".join(map(_sort, cell[:_MASKED]))


def _sort(char: str) -> str:
    if char.isdigit():
        return "9"
    if char.isalpha():
        return "A" if char.isupper() else "a"
    return char
