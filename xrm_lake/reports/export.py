"""Exporting a type's records to a file that other programs read; no cell of it can become a formula."""

import json
import uuid
from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import polars as pl

from xrm_lake.errors import LakeFull, Refused, UnknownName
from xrm_lake.model.formula_guard import guarded
from xrm_lake.model.own_file import LINK_COLUMN
from xrm_lake.store.lake import Lake
from xrm_lake.store.read import outgoing_pieces

# What a sheet of a workbook holds, by the file format.
MOST_ROWS, MOST_COLUMNS, LONGEST_TEXT = 1_048_575, 16_384, 32_767


def export_type(
    lake: Lake,
    type: str,
    *,
    out: str | Path,
    format: str | None = None,
    where: str | None = None,
    replace: bool = False,
) -> tuple[Path, int]:
    """
    Write the live records of a type to a file; gives its path and the number of records.

    `format` is csv, xlsx, parquet, json or jsonl, by default as the file's name ends. In CSV and XLSX a list is JSON text, and a
    text that a spreadsheet would take for a formula is guarded by an apostrophe; the import takes it off again. The file is there
    whole or not at all. Raises UnknownName for another type or format, InvalidQuery for a condition that cannot be run, Refused
    if the file is there already or a workbook cannot hold the records, LakeFull if the file cannot be written.
    """
    target = Path(out)
    chosen = (format or target.suffix.lstrip(".") or "csv").lower()
    if chosen not in WRITERS:
        raise UnknownName("export format", chosen, WRITERS)
    if target.exists() and not replace:
        raise _there_already(target)
    if not target.parent.is_dir():
        raise LakeFull(f"There is no folder {target.parent}. Nothing was written. Make it first, or choose another.")
    # Asked before the file is begun, so that a condition that cannot be run is said first.
    pieces = outgoing_pieces(lake, type, where=where)
    first = next(pieces)
    rows: list[int] = []
    write_whole(target, lambda file: rows.append(write_pieces(chosen, chain([first], pieces), file)), replace=replace)
    return target, rows[0]


def write_pieces(form: str, pieces: Iterable[pl.DataFrame], file: BinaryIO) -> int:
    """
    Write records into a file as they come, at least one piece; gives how many.

    A workbook and a JSON document are made whole. Raises Refused if a sheet cannot hold them.
    """
    if form in STREAMS:
        return STREAMS[form](pieces, file)
    records = pl.concat(pieces)
    if form == "xlsx":
        refuse_oversized(records)
    WRITERS[form](records, file)
    return records.height


def flat(records: pl.DataFrame) -> pl.DataFrame:
    """The records as a spreadsheet can take them: lists as JSON text, and no text that could become a formula."""
    # One record that a link leads to is easier to read by itself; the import takes both.
    one = [name for name in records.columns if name.startswith(LINK_COLUMN) and records.schema[name] == pl.List]
    records = records.with_columns(
        pl.when(pl.col(name).list.len() > 1).then(pl.col(name).map_elements(_text, return_dtype=pl.String))
        .otherwise(pl.col(name).list.first()).alias(name) for name in one
    )  # fmt: skip
    lists = [name for name, kind in records.schema.items() if kind == pl.List]
    plain = records.with_columns(pl.col(name).map_elements(_text, return_dtype=pl.String) for name in lists)
    return plain.with_columns(guarded(plain[name]) for name, kind in plain.schema.items() if kind == pl.String)


def write_whole(target: Path, draw: Callable[[BinaryIO], None], *, replace: bool) -> None:
    """Draw into a file beside the target and put it in place when it is whole; LakeFull if it cannot be written."""
    beside = free_name(target)
    try:
        with beside.open("xb") as file:
            draw(file)
        if replace:
            beside.replace(target)
        else:
            _put_where_nothing_is(beside, target)
    except OSError as problem:
        raise LakeFull(f"{target} cannot be written: {problem.strerror or problem}. Nothing was written.") from problem
    finally:
        beside.unlink(missing_ok=True)


def free_name(target: Path) -> Path:
    """A hidden name beside the target that no other thread or process has: two that write one target do not meet."""
    return target.with_name(f".{target.name}.{uuid.uuid4().hex}")


def _put_where_nothing_is(beside: Path, target: Path) -> None:
    # A rename would overwrite what somebody else put there meanwhile; a second name for the file cannot.
    try:
        target.hardlink_to(beside)
    except FileExistsError as problem:
        raise _there_already(target) from problem
    except OSError:
        # Not every file system knows second names.
        if target.exists():
            raise _there_already(target) from None
        beside.rename(target)


def _there_already(target: Path) -> Refused:
    return Refused(f"{target} is there already. Nothing was written. Choose another name, or let it be replaced.")


def refuse_oversized(records: pl.DataFrame) -> None:
    """Refuse what a sheet would drop without a word: too many records, too long texts."""
    instead = "Nothing was written. Export as CSV or Parquet instead, or choose fewer records."
    if records.height > MOST_ROWS or records.width > MOST_COLUMNS:
        raise Refused(f"A sheet holds {MOST_ROWS:,} records, and these are {records.height:,}. {instead}")
    for name, texts in flat(records).select(pl.col(pl.String)).to_dict().items():
        # Excel counts in UTF-16: a letter beyond the first plane is two.
        long = int((texts.str.len_chars() * 2 > LONGEST_TEXT).fill_null(False).sum())
        if long and (longer := sum(len(text.encode("utf-16-le")) // 2 > LONGEST_TEXT for text in texts.drop_nulls())):
            raise Refused(
                f"A cell holds {LONGEST_TEXT:,} letters, and {longer:,} of the column {name} {'is' if longer == 1 else 'are'} longer."
                f" {instead}"
            )


def _text(values: pl.Series) -> str:
    return json.dumps(values.to_list(), ensure_ascii=False)


def _stream_csv(pieces: Iterable[pl.DataFrame], file: BinaryIO) -> int:
    rows = 0
    for place, piece in enumerate(pieces):
        flat(piece).write_csv(file, include_header=place == 0)
        rows += piece.height
    return rows


def _stream_jsonl(pieces: Iterable[pl.DataFrame], file: BinaryIO) -> int:
    rows = 0
    for piece in pieces:
        piece.write_ndjson(file)
        rows += piece.height
    return rows


def _stream_parquet(pieces: Iterable[pl.DataFrame], file: BinaryIO) -> int:
    from pyarrow.parquet import ParquetWriter

    rows, writer = 0, None
    try:
        for piece in pieces:
            table = piece.to_arrow()
            writer = writer or ParquetWriter(file, table.schema, compression="zstd")
            writer.write_table(table)
            rows += piece.height
    finally:
        if writer is not None:
            writer.close()
    return rows


def _write_csv(records: pl.DataFrame, file: BinaryIO) -> None:
    flat(records).write_csv(file, include_bom=False)


def _write_xlsx(records: pl.DataFrame, file: BinaryIO) -> None:
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        flat(records).write_excel(book, worksheet="Records", freeze_panes=(1, 0), autofilter=True)


def _write_parquet(records: pl.DataFrame, file: BinaryIO) -> None:
    records.write_parquet(file)


def _write_json(records: pl.DataFrame, file: BinaryIO) -> None:
    file.write(records.write_json().encode())


def _write_jsonl(records: pl.DataFrame, file: BinaryIO) -> None:
    records.write_ndjson(file)


STREAMS: dict[str, Callable[[Iterable[pl.DataFrame], BinaryIO], int]] = {
    "csv": _stream_csv,
    "jsonl": _stream_jsonl,
    "parquet": _stream_parquet,
}

WRITERS: dict[str, Callable[[pl.DataFrame, BinaryIO], None]] = {
    "csv": _write_csv,
    "xlsx": _write_xlsx,
    "parquet": _write_parquet,
    "json": _write_json,
    "jsonl": _write_jsonl,
}
