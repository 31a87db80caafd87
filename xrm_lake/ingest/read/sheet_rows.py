"""What the XML of a sheet tells apart from the reader of its cells: which rows hold something, and what is easily lost."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class SheetRows:
    """
    A sheet as its XML counts it; rows and columns from 1.

    `filled` are the rows that hold something, `first` and `columns` the first and the last column used. `errors` and `elapsed`
    have the text of cells that hold a formula error or a time that passed, `small` that of numbers so small that the reader of the
    cells would round digits away, `formats` what the number formats of each column
    mean, and for how many cells.
    """

    filled: list[int] = field(default_factory=list)
    first: int = 0
    columns: int = 0
    merged: int = 0
    uncalculated: int = 0
    hidden_rows: int = 0
    hidden_columns: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    elapsed: dict[tuple[int, int], str] = field(default_factory=dict)
    small: dict[tuple[int, int], str] = field(default_factory=dict)
    formats: dict[int, Counter[str]] = field(default_factory=dict)

    def used(self, first: int, last: int) -> None:
        """One more row with something between these columns."""
        self.first = min(self.first or first, first)
        self.columns = max(self.columns, last)

    def formatted(self, column: int, meaning: str) -> None:
        """One more cell of a column whose number format means something."""
        self.formats.setdefault(column, Counter())[meaning] += 1


def address(row: int, column: int) -> str:
    """
    The name of a cell in a spreadsheet.

    >>> address(7, 1), address(2, 28)
    ('A7', 'AB2')
    """
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{row}"


def column_number(letters: bytes) -> int:
    """
    The number of a column from its letters.

    >>> column_number(b"A"), column_number(b"AB")
    (1, 28)
    """
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
