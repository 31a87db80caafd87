"""Read the sheets of a workbook as text: values as they were last calculated, dates as ISO, errors by their name."""

import re
import zipfile
from typing import Any

import polars as pl

from xrm_lake.errors import ImportRefused, NoTable
from xrm_lake.ingest.read.asked import Asked, choose
from xrm_lake.ingest.read.delivery import Delivery
from xrm_lake.ingest.read.landing import Kept
from xrm_lake.ingest.read.sheet import Sheet, stage_sheet
from xrm_lake.ingest.read.sheet_xml import SheetRows, count_rows, sheet_paths
from xrm_lake.ingest.read.workbook_guard import damaged, protected, refuse_entities, refuse_sparse

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
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


def read_workbook(kept: Kept, form: str, asked: Asked) -> list[Delivery]:
    """
    Read the sheets that are wanted and not empty.

    Raises ImportRefused if the workbook is protected, damaged or a bomb, has no such sheet, or holds nothing.
    """
    counts = _count(kept) if form == "xlsx" else {}
    reader = _open(kept, form)
    chosen = choose(reader.sheet_names, asked.table, file=kept.name, what="sheet")
    deliveries = []
    for done, name in enumerate(chosen):
        asked.progress(f"Reading {kept.name}", done, len(chosen))
        cells, notes = _cells(reader, name, kept.name)
        found = Sheet(name, reader.sheet_names.index(name), cells, counts.get(name), tuple(notes))
        if cells.height and found.filled().any():
            deliveries.append(stage_sheet(kept, found))
            if asked.first:
                break
    asked.progress(f"Reading {kept.name}", len(chosen), len(chosen))
    if not deliveries:
        where = f"Sheet {chosen[0]!r} of {kept.name}" if asked.table is not None else kept.name
        raise NoTable(f"{where} is empty. Nothing was imported. Check that the table is in this workbook.")
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
        said = str(trouble).lower()
        if "password" in said or "encrypt" in said or _ENCRYPTED in kept.path.read_bytes():
            raise protected(kept.name) from None
        raise damaged(kept.name) from None


def _is_readers(trouble: BaseException) -> bool:
    """Whether the reader failed; a panic of its Rust code comes as a BaseException of a class that cannot be imported."""
    import fastexcel

    return isinstance(trouble, fastexcel.FastExcelError) or type(trouble).__name__ == "PanicException"


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
