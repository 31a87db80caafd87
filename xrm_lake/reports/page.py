"""
Pages: what a report says, as blocks, before anyone decides how it looks.

A report builder returns a Page. The terminal, Markdown, HTML, JSON, XLSX and the app draw the same
blocks, so a number can never differ from one output to the next. Nothing here reads a lake or a clock.

Values stay exact until they are drawn: a percentage is a share from 0 to 1, money is a number and the
code of its currency, a date is a date.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

import polars as pl

from xrm_lake.errors import InvalidDeclaration
from xrm_lake.reports.percent import percent

Number = int | float | Decimal
Cell = str | Number | date | datetime | bool | None
Measure = Literal["number", "money", "percent"]
ColumnKind = Literal["text", "number", "money", "percent", "date", "link"]
ChartKind = Literal["bar", "line", "stacked", "funnel", "waterfall"]

FEWEST_FOR_A_SCORE = 30
TOO_FEW = "too few records to tell"
NUMERIC_KINDS = ("number", "money", "percent")


@dataclass(frozen=True)
class QualityNote:
    """
    What a number rests on: how many records were used, which were left out and why, and how fresh they are.

    `share_undefined` (0..1) is the share of the used records whose value says nothing ("Other", blank).
    `freshness` and `extra` are short phrases, such as "newest 2017-12-31".

    >>> QualityNote(8800, "deals", ((1425, "without organisation"),), 0.0, "newest 2017-12-31").sentence()
    '8,800 deals; 1,425 without organisation left out; none undefined; newest 2017-12-31'
    """

    used: int
    noun: str = "records"
    excluded: tuple[tuple[int, str], ...] = ()
    share_undefined: float | None = None
    freshness: str = ""
    extra: str = ""

    def sentence(self) -> str:
        """The note as one line of plain text, without a full stop."""
        parts = [f"{self.used:,} {self.noun}"]
        parts += [f"{count:,} {reason} left out" for count, reason in self.excluded if count]
        if self.share_undefined is not None:
            parts.append(f"{percent(self.share_undefined) if self.share_undefined else 'none'} undefined")
        return "; ".join(part for part in (*parts, self.freshness, self.extra) if part)


@dataclass(frozen=True)
class Link:
    """A way on from a page: a label, and an address that is absolute or relative to the app."""

    label: str
    url: str


@dataclass(frozen=True)
class Metric:
    """
    One number, what it was counted from, and whether it moved.

    `num` and `den` are always shown beside a score. Without a value, `why` must say the reason
    (TOO_FEW below FEWEST_FOR_A_SCORE records). `delta` is in the unit of the value (a percentage moves
    in points); `delta_is_good` is None where a change is neither good nor bad. `spark` holds past values,
    oldest first, None where one is missing. `url` leads to the records behind the number. `trend` says in words what
    its course shows ("↓ getting worse"), and takes the place of the change.
    """

    label: str
    value: Number | None
    kind: Measure = "number"
    unit: str = ""
    num: Number | None = None
    den: Number | None = None
    why: str = ""
    note: QualityNote | None = None
    delta: Number | None = None
    delta_is_good: bool | None = None
    since: str = ""
    spark: tuple[float | None, ...] = ()
    url: str = ""
    trend: str = ""

    def __post_init__(self) -> None:
        if self.value is None and not self.why:
            raise InvalidDeclaration(f"The metric {self.label!r} has no value and does not say why.")


@dataclass(frozen=True)
class Column:
    """
    One column of a table: which column of the frame, under what label, drawn how.

    `unit` is a currency code or a noun and stands in the header. `digits` fixes the decimals, else they
    follow from the values. `bar` draws each value as a bar too, full at the largest value of the column (a
    percentage: at 100%). A link shows its own text and leads to the address in the column `url` of the frame.
    """

    name: str
    label: str
    kind: ColumnKind = "text"
    unit: str = ""
    align: Literal["left", "right"] | None = None
    digits: int | None = None
    bar: bool = False
    url: str = ""

    @property
    def is_right(self) -> bool:
        """Whether the column is set to the right, as figures are unless told otherwise."""
        return self.align == "right" if self.align else self.kind in NUMERIC_KINDS

    @property
    def heading(self) -> str:
        """The label with its unit: 'Amount (USD)'."""
        return f"{self.label} ({self.unit})" if self.unit else self.label


@dataclass(frozen=True, eq=False)
class Table:
    """
    Rows of a frame under named columns; columns of the frame that are not named are in JSON only.

    `total` is a last row worked out by the builder, keyed by column name. Where people read, at most `cap`
    rows are shown and the rest is counted; XLSX and JSON hold every row. `empty` is said if there is no row.
    """

    title: str
    rows: pl.DataFrame
    columns: tuple[Column, ...]
    total: Mapping[str, Cell] | None = None
    note: QualityNote | None = None
    cap: int = 50
    empty: str = "Nothing to show."

    def __post_init__(self) -> None:
        named = [name for column in self.columns for name in (column.name, column.url) if name]
        _require(self.rows, named, f"table {self.title!r}")
        _require(pl.DataFrame({column.name: [] for column in self.columns}), list(self.total or ()), "total row")


@dataclass(frozen=True, eq=False)
class Chart:
    """
    A picture of a frame: one row for each mark, with an `x`, a numeric `y` and perhaps a `series`.

    An `x` of dates runs from left to right, an `x` of text down the side. Rows are drawn in
    the order they stand in. A waterfall has a bar for each step from its first row to its last, which are totals; the `y` between
    them are signed, and its series only colours. `measure` and `unit` say what `y` is. `alt` says in words what the picture
    shows; where it is empty, a sentence is made from the data.
    """

    title: str
    kind: ChartKind
    data: pl.DataFrame
    x: str
    y: str
    series: str = ""
    measure: Measure = "number"
    unit: str = ""
    note: QualityNote | None = None
    alt: str = ""
    empty: str = "Nothing to show."

    def __post_init__(self) -> None:
        _require(self.data, [name for name in (self.x, self.y, self.series) if name], f"chart {self.title!r}")
        if not (self.data.schema[self.y].is_numeric() or self.data.is_empty()):
            raise InvalidDeclaration(f"The chart {self.title!r} needs numbers in {self.y!r}.")
        if self.kind == "stacked" and not self.series:
            raise InvalidDeclaration(f"The stacked chart {self.title!r} needs a series.")


@dataclass(frozen=True)
class Text:
    """Prose in the little Markdown of `reports.markup`; values of records go in through `markup.literal`."""

    markdown: str


@dataclass(frozen=True)
class Note:
    """A remark in plain text: `info` to know, `caveat` to keep in mind, `alert` to act on."""

    level: Literal["info", "caveat", "alert"]
    text: str


@dataclass(frozen=True, eq=False)
class Section:
    """Blocks under one heading, one below the other (`stack`) or side by side where there is room (`row`)."""

    title: str
    blocks: tuple["Block", ...]
    layout: Literal["stack", "row"] = "stack"


Block = Metric | Table | Chart | Text | Note | Section


@dataclass(frozen=True, eq=False)
class Page:
    """
    One report: a question and the blocks that answer it.

    `as_of` is the day the numbers speak of, `made_at` (UTC) when they were worked out. `base_url` is where
    the app can be reached; without it a relative address is not made a link, as it would lead nowhere. `appendix` are tables
    to work with, in XLSX and JSON only. A page with `one_sheet` is made to fit on one sheet of paper.
    """

    name: str
    title: str
    question: str
    subtitle: str
    blocks: tuple[Block, ...]
    as_of: date
    made_at: datetime
    links: tuple[Link, ...] = ()
    base_url: str = field(default="")
    appendix: tuple[Table, ...] = ()
    one_sheet: bool = False


def _require(frame: pl.DataFrame, names: list[str], what: str) -> None:
    missing = sorted(set(names) - set(frame.columns))
    if missing:
        raise InvalidDeclaration(f"The {what} names columns that are not in its rows: {', '.join(missing)}.")
