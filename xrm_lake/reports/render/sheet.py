"""Sheets: how one value, and one table, stand in a workbook."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from xrm_lake.reports.page import NUMERIC_KINDS, Cell, Column, ColumnKind, Table
from xrm_lake.reports.render.figures import decimals, is_finite
from xrm_lake.reports.render.visible import address, many_lines, one_line

_MOST_ROWS, _LONGEST_TEXT, _MOST_LINKS, _LONGEST_LINK = 1_048_576, 32_000, 65_000, 2_000
_EXACT_WHOLE = 2**53
_READ_AS_FORMULA = re.compile(r"^\s*[=+\-@]|^[\t\r]")
_BAR_COLOUR = "#8FC7C0"


def sheet_names(titles: Sequence[str]) -> list[str]:
    """
    A name that a spreadsheet accepts for each title, all different whatever their case.

    >>> sheet_names(["Won: 2017/12", "won  2017 12", ""])
    ['Won 2017 12', 'won 2017 12 (2)', 'Sheet']
    """
    names: list[str] = []
    taken = {"history"}
    for title in titles:
        base = _units(one_line(re.sub(r"[\[\]:*?/\\]", " ", title)).strip("' "), 31).strip("' ") or "Sheet"
        name, again = base, 1
        while name.lower() in taken:
            again += 1
            name = _units(base, 31 - len(f" ({again})")) + f" ({again})"
        taken.add(name.lower())
        names.append(name)
    return names


@dataclass
class Styles:
    """The cell formats of a workbook, each made once."""

    book: Any

    def __post_init__(self) -> None:
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def get(self, **properties: Any) -> Any:
        """The format with these properties of xlsxwriter."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self.book.add_format({"valign": "top", **properties})
        return self._made[key]


class Sheet:
    """One worksheet, written cell by cell by the kind of the value."""

    def __init__(self, worksheet: Any, styles: Styles) -> None:
        self.worksheet = worksheet
        self.styles = styles
        self._links = 0

    def text(self, row: int, column: int, value: object, **look: Any) -> None:
        """Write a text that stays a text, also after someone edits the cell."""
        text = _units(many_lines(value, longest=_LONGEST_TEXT), _LONGEST_TEXT)
        if _READ_AS_FORMULA.match(text):
            look["quote_prefix"] = True
        self.worksheet.write_string(row, column, text, self.styles.get(**look))

    def link(self, row: int, column: int, value: object, url: str) -> None:
        """Write a text that leads to an address, as plain text if there is none or no room for one."""
        if not url or len(url) > _LONGEST_LINK or self._links >= _MOST_LINKS:
            self.text(row, column, value)
            return
        self._links += 1
        text = _units(many_lines(value, longest=_LONGEST_TEXT), _LONGEST_TEXT)
        look = {"font_color": "#0F766E", "underline": 1, "quote_prefix": bool(_READ_AS_FORMULA.match(text))}
        self.worksheet.write_url(row, column, url, self.styles.get(**look), text)

    def value(self, row: int, column: int, value: Cell, number_format: str = "", **look: Any) -> None:
        """Write a value as what it is; nothing for None and NaN, text for what a sheet cannot hold."""
        if value is None or not is_finite(value):
            return
        if isinstance(value, bool):
            self.worksheet.write_boolean(row, column, value, self.styles.get(**look))
        elif isinstance(value, int | float | Decimal) and abs(float(value)) < _EXACT_WHOLE:
            style = self.styles.get(num_format=number_format or "General", **look)
            self.worksheet.write_number(row, column, float(value), style)
        elif isinstance(value, date) and value.year >= 1900:
            with_time = isinstance(value, datetime)
            style = self.styles.get(num_format="yyyy-mm-dd hh:mm" if with_time else "yyyy-mm-dd", **look)
            plain = value.replace(tzinfo=None) if isinstance(value, datetime) else value
            self.worksheet.write_datetime(row, column, plain, style)
        else:
            self.text(row, column, value, **look)

    def table(self, table: Table, base_url: str) -> int:
        """Write a whole table from the first cell on, and return how many rows of data it has."""
        for at, column in enumerate(table.columns):
            self.text(0, at, one_line(column.heading), bold=True, bottom=1, bg_color="#F4F6F6", text_wrap=True)
        height = min(table.rows.height, _MOST_ROWS - 4)
        for at, column in enumerate(table.columns):
            self._column(table, at, column, height, base_url)
        self.worksheet.freeze_panes(1, 0)
        self.worksheet.autofilter(0, 0, max(height, 1), len(table.columns) - 1)
        if not height:
            self.text(1, 0, table.empty)
        if height < table.rows.height:
            self.text(height + 3, 0, f"{table.rows.height - height:,} more rows do not fit; the JSON form has them.")
        return height

    def _column(self, table: Table, at: int, column: Column, height: int, base_url: str) -> None:
        values: list[Cell] = table.rows[column.name].head(height).to_list()
        urls = table.rows[column.url].head(height).to_list() if column.url else []
        number_format = format_code(column.kind, values, column.digits)
        for row, value in enumerate(values, start=1):
            if urls and value is not None:
                self.link(row, at, value, address(str(urls[row - 1] or ""), base_url))
            else:
                self.value(row, at, value, number_format)
        total = table.total.get(column.name) if table.total else None
        self.value(height + 1, at, total, number_format, bold=True, top=1)
        if column.bar and height:
            self.worksheet.conditional_format(
                1,
                at,
                height,
                at,
                {
                    "type": "data_bar",
                    "bar_color": _BAR_COLOUR,
                    "bar_solid": True,
                    "min_type": "num",
                    "min_value": 0,
                },
            )
        longest = max((len(str(value)) for value in values[:200]), default=0)
        self.worksheet.set_column(at, at, min(max(longest, len(column.heading), 8) + 3, 60))


def format_code(kind: ColumnKind, values: Sequence[Cell], digits: int | None = None) -> str:
    """
    The number format of a column in the language of spreadsheets.

    >>> format_code("money", [Decimal("1.50")]), format_code("percent", [0.5]), format_code("number", [1, 2])
    ('#,##0.00', '0.0%', '#,##0')
    """
    if kind not in NUMERIC_KINDS:
        return ""
    places = decimals(values, kind) if digits is None else digits
    tail = "." + "0" * places if places else ""
    return f"0{tail}%" if kind == "percent" else f"#,##0{tail}"


def _units(text: str, most: int) -> str:
    """The beginning of a text in at most `most` UTF-16 units, which is how a spreadsheet counts letters."""
    return text.encode("utf-16-le")[: most * 2].decode("utf-16-le", errors="ignore")
