"""Read the sheets of a workbook as text: values as they were last calculated, dates as ISO, errors by their name."""

import re
import zipfile
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from xrm_lake.errors import ImportRefused
from xrm_lake.ingest.read.delimited import Kept
from xrm_lake.ingest.read.delivery import Delivery, Dialect, Place, places
from xrm_lake.ingest.read.dialect import find_decimal
from xrm_lake.ingest.read.header import Layout, find_layout
from xrm_lake.ingest.read.sheet_xml import SheetRows, count_rows, sheet_paths
from xrm_lake.ingest.read.stage import agree, stage_frame
from xrm_lake.ingest.read.workbook_guard import damaged, protected, refuse_entities, refuse_sparse
from xrm_lake.model.progress import Progress

_LOOKED_AT = 150
_ERRORS = {
    "Div0": "#DIV/0!",
    "NA": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
    "GettingData": "#GETTING_DATA",
}
_SUFFIXES = {
    "xlsx": (".xlsx", ".xlsm", ".xlam"),
    "xlsb": (".xlsb",),
    "xls": (".xls", ".xla", ".xlsx", ".xlsm"),
    "ods": (".ods",),
}


def read_workbook(kept: Kept, form: str, *, sheet: str | int | None, first: bool, progress: Progress) -> list[Delivery]:
    """
    Read one sheet, or all that are not empty (`first`: only the first of them).

    Raises ImportRefused if the workbook is protected, damaged or a bomb, has no such sheet, or holds nothing.
    """
    counts = _count(kept) if form == "xlsx" else {}
    reader = _open(kept, form)
    chosen = _choose(reader.sheet_names, sheet, kept.name)
    deliveries = []
    for done, name in enumerate(chosen):
        progress(f"Reading {kept.name}", done, len(chosen))
        cells, notes = _cells(reader, name, kept.name)
        if cells.height and (rows := _filled(cells, counts.get(name))).any():
            index = reader.sheet_names.index(name)
            deliveries.append(_deliver(kept, f"{kept.name}#{name}", index, cells, rows, counts.get(name), notes))
            if first:
                break
    progress(f"Reading {kept.name}", len(chosen), len(chosen))
    if not deliveries:
        where = f"Sheet {chosen[0]!r} of {kept.name}" if sheet is not None else kept.name
        raise ImportRefused(f"{where} is empty. Nothing was imported. Check that the table is in this workbook.")
    return deliveries


def _count(kept: Kept) -> dict[str, SheetRows]:
    try:
        with zipfile.ZipFile(kept.path) as archive:
            refuse_entities(archive, kept.name)
            counts = {}
            for name, path in sheet_paths(archive).items():
                counts[name] = rows = count_rows(archive, path)
                refuse_sparse(kept.name, name, rows.filled[-1] if rows.filled else 0, rows.columns)
            return counts
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError):
        raise damaged(kept.name) from None
    except Exception as trouble:
        if type(trouble).__module__ == "zlib":
            raise damaged(kept.name) from None
        raise


def _open(kept: Kept, form: str) -> Any:
    import fastexcel

    try:
        # The reader trusts the suffix; where the name lies, it is given the bytes.
        honest = kept.path.suffix in _SUFFIXES[form]
        return fastexcel.read_excel(kept.path if honest else kept.path.read_bytes())
    except BaseException as trouble:
        if not _is_readers(trouble):
            raise
        if "password" in str(trouble).lower() or "encrypt" in str(trouble).lower():
            raise protected(kept.name) from None
        raise damaged(kept.name) from None


def _is_readers(trouble: BaseException) -> bool:
    """Whether the reader failed; a panic of its Rust code comes as a BaseException of a class that cannot be imported."""
    import fastexcel

    return isinstance(trouble, fastexcel.FastExcelError) or type(trouble).__name__ == "PanicException"


def _choose(names: list[str], sheet: str | int | None, book: str) -> list[str]:
    if sheet is None:
        return names
    if isinstance(sheet, int) and 1 <= sheet <= len(names):
        return [names[sheet - 1]]
    if sheet in names:
        return [str(sheet)]
    there = ", ".join(repr(name) for name in names[:12])
    raise ImportRefused(f"{book} has no sheet {sheet!r}. Nothing was imported. Its sheets are: {there}.")


def _cells(reader: Any, name: str, book: str) -> tuple[pl.DataFrame, list[str]]:
    """All cells of a sheet from row 1 on as text, columns c0, c1, …, and what is to be said of them."""
    try:
        sheet = reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        batch, troubles = sheet.to_arrow_with_errors()
        visible = sheet.visible
    except BaseException as trouble:
        if not _is_readers(trouble):
            raise
        raise ImportRefused(
            f"Sheet {name!r} of {book} cannot be read. Nothing was imported. Save it as CSV, or name another sheet."
        ) from None
    frame = pl.DataFrame(batch)
    assert isinstance(frame, pl.DataFrame)
    frame.columns = [f"c{i}" for i in range(frame.width)]
    notes = [] if visible == "visible" else ["The sheet is hidden."]
    errors = troubles.errors if troubles else []
    if errors:
        frame = _with_errors(frame, errors)
        notes.append(f"{len(errors)} cells hold a formula error, such as #DIV/0!; it was kept as text.")
    return _plain_dates(frame), notes


def _with_errors(frame: pl.DataFrame, errors: list[Any]) -> pl.DataFrame:
    by_column: dict[int, list[tuple[int, str]]] = {}
    for error in errors:
        row, column = error.position
        by_column.setdefault(column, []).append((row, _error_text(error.detail)))
    for column, found in by_column.items():
        series = frame.to_series(column)
        frame = frame.with_columns(series.scatter([row for row, _ in found], [text for _, text in found]))
    return frame


def _error_text(detail: str) -> str:
    """The text of a cell that has no text, from what the reader says of it: Error(Div0), DurationIso("PT1H"), …"""
    found = re.search(r"got '(\w+)\((.*)\)'$", detail, re.DOTALL)
    if found is None:
        return "#ERROR!"
    kind, value = found.groups()
    return _ERRORS.get(value, "#ERROR!") if kind == "Error" else value.strip('"')


def _plain_dates(frame: pl.DataFrame) -> pl.DataFrame:
    """Days without a time of midnight, times without the day from which spreadsheets count."""
    changed = []
    for column in frame.iter_columns():
        if column.str.ends_with(" 00:00:00").any():
            column = column.str.replace(r"^(\d{4}-\d\d-\d\d) 00:00:00$", "$1")
        if column.str.starts_with("1899-12-3").any():
            column = column.str.replace(r"^1899-12-3[01] (\d\d:\d\d:\d\d(?:\.\d+)?)$", "$1")
        changed.append(column)
    return pl.DataFrame(changed)


def _filled(cells: pl.DataFrame, counted: SheetRows | None) -> pl.Series:
    """Which rows hold something, by either reader."""
    filled = cells.select(pl.any_horizontal(pl.all().is_not_null() & (pl.all() != ""))).to_series()
    if counted:
        there = [row - 1 for row in counted.filled if row <= cells.height]
        filled = filled.scatter(there, True)
    return filled


def _deliver(
    kept: Kept,
    name: str,
    index: int,
    cells: pl.DataFrame,
    filled: pl.Series,
    counted: SheetRows | None,
    notes: list[str],
) -> Delivery:
    cells, filled = _without_margins(cells), filled.rename("filled")
    numbered = cells.with_row_index("line_no", offset=1).filter(filled).with_columns(pl.col("line_no").cast(pl.Int64))
    top = numbered.head(_LOOKED_AT).drop("line_no").fill_null("").rows()
    layout = find_layout([list(row) for row in top])
    header = top[layout.header] if layout.header is not None else None
    body = (
        numbered.slice(layout.data)
        .with_row_index("record_no", offset=1)
        .with_columns(pl.col("record_no").cast(pl.Int64))
    )
    body, rejects = _without_repeated_header(body, header)
    first_line = int(numbered["line_no"][layout.data]) if layout.data < numbered.height else cells.height + 1
    lost = [row for row in counted.filled if row > cells.height] if counted else []
    total = numbered.height - layout.data
    rejects += [(total + i + 1, row, None, None, "the row could not be read", b"") for i, row in enumerate(lost)]
    total = (
        sum(1 for row in counted.filled if row >= first_line)
        if counted and _covers(counted, numbered)
        else total + len(lost)
    )
    staged = kept.path.with_name(f"{kept.sha256}.{index}.parquet")
    rows = stage_frame(body, staged)
    agree(name, counted=total, staged=rows, rejected=len(rejects))
    header_line = int(numbered["line_no"][layout.header]) if layout.header is not None else 0
    dialect = replace(
        Dialect("", ""), header_line=header_line, decimal=find_decimal([list(r) for r in top[layout.data :]])
    )
    return Delivery(
        name=name,
        sha256=kept.sha256,
        kept=kept.path,
        staged=staged,
        headers=header or ("",) * cells.width,
        counted=total,
        staged_rows=rows,
        rejects=places(rejects),
        repairs=places([]),
        dialect=dialect,
        notes=(*notes, *_remarks(layout, header, filled, numbered, counted, total)),
    )


def _covers(counted: SheetRows, numbered: pl.DataFrame) -> bool:
    """Whether the XML names every row in which the reader found something; some writers leave out what it needs."""
    return bool(numbered["line_no"].is_in(list(counted.filled)).all())


def _without_margins(cells: pl.DataFrame) -> pl.DataFrame:
    """Leave out empty columns left and right of the table."""
    used = np.flatnonzero([column.null_count() < len(column) for column in cells.iter_columns()])
    if not len(used):
        return cells
    cells = cells[:, int(used[0]) : int(used[-1]) + 1]
    return cells.rename({old: f"c{i}" for i, old in enumerate(cells.columns)})


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


def _remarks(
    layout: Layout,
    header: tuple[str, ...] | None,
    filled: pl.Series,
    numbered: pl.DataFrame,
    counted: SheetRows | None,
    total: int,
) -> list[str]:
    notes = []
    above = layout.header if layout.header is not None else layout.data
    if above:
        notes.append(f"{above} rows above the table were left out.")
    if header is None:
        notes.append("No column names were found; the first row was read as a record.")
    elif not total:
        notes.append("There are column names, but no records.")
    lines = numbered["line_no"]
    blank = int(lines[-1]) - int(lines[0]) + 1 - numbered.height if numbered.height else 0
    if blank:
        notes.append(f"{blank} blank rows were skipped.")
    if counted and counted.merged:
        notes.append(f"{counted.merged} merged ranges: their value stands in the first cell only.")
    if counted and counted.uncalculated:
        notes.append(
            f"{counted.uncalculated} formulas have no calculated value and came as empty cells."
            " Open the workbook in a spreadsheet and save it, then they have."
        )
    if counted is None:
        notes.append("The rows of this kind of workbook were counted by its only reader.")
    return notes
