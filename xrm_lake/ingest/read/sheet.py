"""One sheet: find its table among its cells, stage the records, prove the account."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from xrm_lake.ingest.read.below import reason_of_row
from xrm_lake.ingest.read.delivery import Delivery, Dialect, Place, places
from xrm_lake.ingest.read.dialect import find_decimal
from xrm_lake.ingest.read.header import Layout, find_layout
from xrm_lake.ingest.read.landing import Kept
from xrm_lake.ingest.read.second_on_sheet import about_seconds
from xrm_lake.ingest.read.sheet_formats import find_formats
from xrm_lake.ingest.read.sheet_rows import SheetRows
from xrm_lake.ingest.read.stage import agree, stage_frame

_LOOKED_AT = 150


@dataclass(frozen=True)
class Sheet:
    """
    The cells of a sheet as text, from its row 1 on and `left` columns from its left, and its rows as its XML counts them.

    `counted` is None where there is no XML; `index` is its place in the workbook, `notes` what the reader of the cells found.
    """

    name: str
    index: int
    cells: pl.DataFrame
    left: int | None
    counted: SheetRows | None
    notes: tuple[str, ...]

    def filled(self) -> pl.Series:
        """Which rows hold something, by either count."""
        filled = self.cells.select(pl.any_horizontal(pl.all().is_not_null() & (pl.all() != ""))).to_series()
        if self.counted:
            filled = filled.scatter([row - 1 for row in self.counted.filled if row <= self.cells.height], True)
        return filled


def stage_sheet(kept: Kept, sheet: Sheet) -> Delivery:
    """Stage the table of a sheet that is not empty."""
    filled = sheet.filled().rename("filled")
    margin, cells = _without_margins(sheet.cells)
    numbered = cells.with_columns(line_no=pl.int_range(1, cells.height + 1, dtype=pl.Int64)).filter(filled)
    top = numbered.head(_LOOKED_AT).drop("line_no").fill_null("").rows()
    layout = _whole_without_names(find_layout([list(row) for row in top]))
    header = top[layout.header] if layout.header is not None else None
    body = numbered.slice(layout.data)
    records = body.select(
        pl.int_range(1, body.height + 1, dtype=pl.Int64).alias("record_no"), "line_no", pl.exclude("line_no")
    )
    rows, rejects = _without_what_is_no_record(records, header)
    lost = [row for row in sheet.counted.filled if row > cells.height] if sheet.counted else []
    rejects += [
        (body.height + i, row, None, None, "the row could not be read", b"") for i, row in enumerate(lost, start=1)
    ]
    counted = _count(sheet.counted, numbered, layout) if sheet.counted else body.height
    staged = kept.staged(sheet.index)
    name = f"{kept.name}#{sheet.name}"
    staged_rows = stage_frame(rows, staged)
    agree(name, counted=counted, staged=staged_rows, rejected=len(rejects))
    header_line = int(numbered["line_no"][layout.header]) if layout.header is not None else 0
    decimal = find_decimal([list(row) for row in top[layout.data :]])
    headers = header or ("",) * cells.width
    before = None if sheet.left is None else sheet.left + margin
    formats, about_formats = find_formats(sheet.counted, before, headers, rows)
    return Delivery(
        name=name,
        sha256=kept.sha256,
        kept=kept.path,
        staged=staged,
        headers=headers,
        counted=counted,
        staged_rows=staged_rows,
        rejects=places(rejects),
        repairs=places([]),
        dialect=Dialect("", "", header_line=header_line, decimal=decimal),
        notes=(*_about_sheet(sheet, layout, numbered, rows), *about_formats),
        formats=formats,
    )


def _whole_without_names(layout: Layout) -> Layout:
    """Where no column names mark the top of a table, what stands above may be a record: nothing is left out."""
    return layout if layout.header is not None else layout._replace(data=0)


def _count(counted: SheetRows, numbered: pl.DataFrame, layout: Layout) -> int:
    """The records by the XML: its filled rows from the first record on, and those of which only the reader knows."""
    if layout.data >= numbered.height:
        return 0
    first = int(numbered["line_no"][layout.data])
    in_xml = set(counted.filled)
    unknown = sum(1 for line in numbered["line_no"][layout.data :] if line not in in_xml)
    return sum(1 for row in counted.filled if row >= first) + unknown


def _without_margins(cells: pl.DataFrame) -> tuple[int, pl.DataFrame]:
    """Leave out empty columns left and right of the table; also how many on the left."""
    used = np.flatnonzero([column.null_count() < len(column) for column in cells.iter_columns()])
    if not len(used):
        return 0, cells
    cells = cells[:, int(used[0]) : int(used[-1]) + 1]
    return int(used[0]), cells.rename({old: f"c{i}" for i, old in enumerate(cells.columns)})


def _without_what_is_no_record(body: pl.DataFrame, header: tuple[str, ...] | None) -> tuple[pl.DataFrame, list[Place]]:
    rows, below = _without_what_is_below(body)
    rows, repeated = _without_repeated_header(rows, header)
    return rows, repeated + below


def _without_repeated_header(body: pl.DataFrame, header: tuple[str, ...] | None) -> tuple[pl.DataFrame, list[Place]]:
    if header is None or len(header) < 2:
        return body, []
    names = [f"c{i}" for i in range(len(header))]
    same = body.select(
        pl.all_horizontal(pl.col(n).fill_null("") == value for n, value in zip(names, header, strict=True))
    ).to_series()
    rejects: list[Place] = [
        (row[0], row[1], None, None, "repeats the line of column names", "\t".join(header).encode())
        for row in body.filter(same).select("record_no", "line_no").rows()
    ]
    return body.filter(~same), rejects


def _without_what_is_below(body: pl.DataFrame) -> tuple[pl.DataFrame, list[Place]]:
    """The records without the lines of totals and the notes that stand below them; the first row is one in any case."""
    rows = body.tail(_LOOKED_AT).rows()
    rejects: list[Place] = []
    while len(rows) > 1:
        number, line, *texts = rows[-1]
        cells = [text or "" for text in texts]
        reason = reason_of_row(cells, after_blank=line - rows[-2][1] > 1)
        if not reason:
            break
        rejects.append((number, line, None, None, reason, "\t".join(cells).encode()))
        rows.pop()
    return body.head(body.height - len(rejects)), rejects[::-1]


def _about_sheet(sheet: Sheet, layout: Layout, numbered: pl.DataFrame, rows: pl.DataFrame) -> list[str]:
    return [*sheet.notes, *_about_table(layout, numbered), *about_seconds(rows), *_about_count(sheet.counted)]


def _about_table(layout: Layout, numbered: pl.DataFrame) -> list[str]:
    notes = []
    above = layout.data if layout.header is None else layout.header
    if above:
        notes.append(
            f"{above} rows above the table were left out." if above > 1 else "1 row above the table was left out."
        )
    if layout.header is None:
        notes.append("No column names were found; the first row was read as a record.")
    elif layout.data >= numbered.height:
        notes.append("There are column names, but no records.")
    lines = numbered["line_no"]
    blank = int(lines[-1]) - int(lines[0]) + 1 - numbered.height
    if blank:
        notes.append(f"{blank} blank rows were skipped." if blank > 1 else "1 blank row was skipped.")
    return notes


def _about_count(counted: SheetRows | None) -> list[str]:
    if counted is None:
        return ["The rows of this kind of workbook were counted by its only reader."]
    notes = []
    if counted.merged:
        notes.append(f"{counted.merged} merged ranges: their value stands in the first cell only.")
    hidden = [(counted.hidden_rows, "row"), (counted.hidden_columns, "column")]
    said = " and ".join(f"{count} hidden {what}{'s' if count > 1 else ''}" for count, what in hidden if count)
    if said:
        notes.append(f"{said} were read like the others.")
    if counted.uncalculated:
        notes.append(
            f"{counted.uncalculated} formulas have no calculated value and came as empty cells."
            " Open the workbook in a spreadsheet and save it, then they have."
        )
    return notes
