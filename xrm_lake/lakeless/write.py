"""What deduping found, as files: whole or not at all, and no cell of them can become a formula."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import polars as pl

from xrm_lake.errors import InvalidValue, LakeFull, UnknownName
from xrm_lake.model.formula_guard import guarded
from xrm_lake.reports.export import refuse_oversized, write_whole

# Beyond, a sheet no longer tells whole numbers apart.
_EXACT = 2**53


def check_targets(source: Path, *targets: Path) -> None:
    """
    Refuse before any work is done what could not be written after it.

    Raises UnknownName for a file that ends otherwise than the formats do, InvalidValue if a target is the source or
    another target, LakeFull if there is no such folder, or it may not be written to.
    """
    taken = [source.resolve()]
    for target in targets:
        _format(target)
        if target.resolve() in taken:
            raise InvalidValue(f"{target} is named twice, and would be written over. Nothing was done. Choose another.")
        taken.append(target.resolve())
        if target.is_dir():
            raise InvalidValue(f"{target} is a folder. Nothing was done. Name a file in it.")
        if not target.parent.is_dir():
            raise LakeFull(f"There is no folder {target.parent}. Nothing was done. Make it first, or choose another.")
        if not os.access(target.parent, os.W_OK) or (target.exists() and not os.access(target, os.W_OK)):
            raise LakeFull(f"{target} may not be written by this user. Nothing was done. Choose another place.")


def write(frame: pl.DataFrame, target: Path) -> None:
    """
    Write a frame of `Deduped` as the file's name ends: .csv, .xlsx or .parquet; what was there is replaced.

    In CSV and XLSX, lists are JSON text, and a text that a spreadsheet would take for a formula is guarded by an
    apostrophe, which reading takes off again. Raises LakeFull if the file cannot be written, Refused if a sheet cannot
    hold the rows.
    """
    format = _format(target)
    plain = frame if format == "parquet" else flat(frame)
    if format == "xlsx":
        refuse_oversized(plain)
    write_whole(target, lambda file: WRITERS[format](plain, file), replace=True)


def csv_bytes(frame: pl.DataFrame) -> bytes:
    """A frame of `Deduped` as CSV, as `write` writes it."""
    return flat(frame).write_csv().encode()


def flat(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with nested values as JSON text and binary ones in hexadecimal, and no text that could become a formula."""
    plain = frame.select(_plain(pl.col(name), kind).alias(name) for name, kind in frame.schema.items())
    return plain.with_columns(guarded(column) for column in plain.iter_columns() if column.dtype == pl.String)


def _plain(column: pl.Expr, kind: pl.DataType) -> pl.Expr:
    if isinstance(kind, pl.Categorical | pl.Enum):
        return column.cast(pl.String)
    if isinstance(kind, pl.Binary):
        return column.bin.encode("hex")
    if isinstance(kind, pl.Struct):
        return column.struct.json_encode()
    if isinstance(kind, pl.List) and isinstance(kind.inner, pl.Struct):
        items = column.list.eval(pl.element().struct.json_encode()).list.join(", ")
        return pl.when(column.is_not_null()).then(pl.concat_str(pl.lit("["), items, pl.lit("]")))
    if kind.is_nested() or isinstance(kind, pl.Object):
        return column.map_elements(_json, return_dtype=pl.String)
    return column


def _json(value: object) -> str:
    plain = value.to_list() if isinstance(value, pl.Series) else value
    return json.dumps(plain, ensure_ascii=False, default=str)


def _format(target: Path) -> str:
    format = target.suffix.lstrip(".").lower()
    if format not in WRITERS:
        raise UnknownName("ending of a file to write", target.suffix or "(none)", [f".{each}" for each in WRITERS])
    return format


def _write_csv(frame: pl.DataFrame, file: BinaryIO) -> None:
    frame.write_csv(file)


def _write_parquet(frame: pl.DataFrame, file: BinaryIO) -> None:
    frame.write_parquet(file)


def _write_xlsx(frame: pl.DataFrame, file: BinaryIO) -> None:
    """A plain sheet: a table object would allow no two headers that differ in capitals only."""
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet("Rows")
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(frame.iter_columns()):
            sheet.write_string(0, place, column.name)
            sheet.write_column(1, place, _cells(column))


def _cells(column: pl.Series) -> list[object]:
    """Numbers and booleans as they are; what a sheet has no cell for as text."""
    if column.dtype.is_integer() and column.is_between(-_EXACT, _EXACT).all():
        return column.to_list()
    if column.dtype.is_float():
        fine = column.is_finite().fill_null(True)
        return [value if good else str(value) for value, good in zip(column, fine, strict=True)]
    return column.to_list() if column.dtype == pl.Boolean else column.cast(pl.String).to_list()


WRITERS: dict[str, Callable[[pl.DataFrame, BinaryIO], None]] = {
    "csv": _write_csv,
    "xlsx": _write_xlsx,
    "parquet": _write_parquet,
}
