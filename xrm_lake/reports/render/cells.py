"""Cells: a table as the texts, bars and addresses that people see, before any format lays them out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from xrm_lake.reports.page import NUMERIC_KINDS, Block, Cell, Column, Section, Table
from xrm_lake.reports.render.figures import decimals, figure, is_finite
from xrm_lake.reports.render.visible import address, one_line


@dataclass(frozen=True)
class DrawnCell:
    """One cell: its text on one line, how full its bar is (0..1, None for no bar), and where it leads."""

    text: str
    bar: float | None = None
    url: str = ""


@dataclass(frozen=True)
class DrawnTable:
    """The rows of a table that are shown, its total row if it has one, and how many rows were left out."""

    columns: tuple[Column, ...]
    headings: tuple[str, ...]
    rows: tuple[tuple[DrawnCell, ...], ...]
    total: tuple[DrawnCell, ...]
    left_out: int

    @property
    def remainder(self) -> str:
        """A sentence on the rows that are not shown; "" if all are."""
        if not self.left_out:
            return ""
        return f"{self.left_out:,} more rows are in the XLSX and JSON forms of this report."


def draw_table(table: Table, *, base_url: str = "", longest: int = 300) -> DrawnTable:
    """A table as texts of at most `longest` characters, its first `cap` rows only."""
    frame = table.rows.head(max(table.cap, 1))
    drawn = []
    for column in table.columns:
        total = table.total.get(column.name) if table.total else None
        values: list[Cell] = frame[column.name].to_list()
        urls = frame[column.url].to_list() if column.url else [None] * len(values)
        digits = _digits(column, [*values, total])
        most = _most(column, values)
        texts = [one_line(figure(v, column.kind, digits=digits), longest=longest) for v in [*values, total]]
        cells = [
            DrawnCell(text, _share(value, most) if column.bar else None, address(str(url or ""), base_url))
            for text, value, url in zip(texts, values, urls, strict=False)
        ]
        drawn.append((cells, DrawnCell("" if total is None else texts[-1])))
    return DrawnTable(
        table.columns,
        tuple(one_line(column.heading, longest=80) for column in table.columns),
        tuple(zip(*(cells for cells, _ in drawn), strict=True)),
        tuple(total for _, total in drawn) if table.total else (),
        table.rows.height - frame.height,
    )


def _digits(column: Column, values: Sequence[Cell]) -> int | None:
    if column.digits is not None or column.kind not in NUMERIC_KINDS:
        return column.digits
    return decimals(values, column.kind)


def _most(column: Column, values: Sequence[Cell]) -> float:
    if column.kind == "percent":
        return 1.0
    return max((float(v) for v in values if isinstance(v, int | float | Decimal) and is_finite(v)), default=0.0)


def _share(value: Cell, most: float) -> float:
    if not isinstance(value, int | float | Decimal) or not is_finite(value) or most <= 0:
        return 0.0
    return min(max(float(value) / most, 0.0), 1.0)


def shorter(block: Block, cap: int) -> Block:
    """A block whose tables show at most so many rows."""
    match block:
        case Section():
            return replace(block, blocks=tuple(shorter(each, cap) for each in block.blocks))
        case Table():
            return replace(block, cap=min(block.cap, cap))
        case _:
            return block
