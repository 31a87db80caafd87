"""Exporting a type's records to a file that other programs read; no cell of it can become a formula."""

import os
from collections.abc import Callable
from pathlib import Path

import polars as pl

from xrm_lake.errors import LakeFull, Refused, UnknownName
from xrm_lake.store.lake import Lake
from xrm_lake.store.read import select_records

# A spreadsheet takes a cell that begins so for a formula; a leading apostrophe says that it is text.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


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

    `format` is csv, xlsx, parquet, json or jsonl, by default as the file's name ends. In CSV and XLSX a text that a spreadsheet
    would take for a formula is guarded by an apostrophe; the import takes it off again. The file is there whole or not at all.
    Raises UnknownName for another type or format, InvalidQuery for a condition that cannot be run, Refused if the file is there already.
    """
    target = Path(out)
    chosen = (format or target.suffix.lstrip(".") or "csv").lower()
    if chosen not in WRITERS:
        raise UnknownName("export format", chosen, WRITERS)
    if target.exists() and not replace:
        raise Refused(
            f"{target} is there already. Nothing was written. Choose another name, or say that it may be replaced."
        )
    records = select_records(lake, type, where=where)
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        WRITERS[chosen](records, beside)
        beside.replace(target)
    except OSError as problem:
        raise LakeFull(
            f"{target} cannot be written: {problem.strerror or problem}. The lake is as it was."
        ) from problem
    finally:
        beside.unlink(missing_ok=True)
    return target, records.height


def guard(records: pl.DataFrame) -> pl.DataFrame:
    """The records with an apostrophe before each text that a spreadsheet would take for a formula; lists as JSON text."""
    flat = records.with_columns(
        pl.col(name).map_elements(_json, return_dtype=pl.String)
        for name, kind in records.schema.items()
        if kind == pl.List
    )
    texts = [name for name, kind in flat.schema.items() if kind == pl.String]
    risky = "^[" + "".join("\\" + sign if sign in "-+=@" else sign for sign in FORMULA_SIGNS) + "]"
    # A text that begins with apostrophes and such a sign gets one more, so that taking one off is exact.
    return flat.with_columns(
        pl.when(pl.col(name).str.contains("^'*" + risky.removeprefix("^")) & ~_is_plain(name))
        .then("'" + pl.col(name))
        .otherwise(pl.col(name))
        .alias(name)
        for name in texts
    )


def _is_plain(name: str) -> pl.Expr:
    """A phone number or a plain number computes nothing, and a guard would only spoil it for other programs."""
    return pl.col(name).str.contains(r"^[+-]?[0-9][0-9 .,()/-]*$")


def _json(values: pl.Series) -> str:
    import json

    return json.dumps(values.to_list(), ensure_ascii=False)


def _write_csv(records: pl.DataFrame, file: Path) -> None:
    guard(records).write_csv(file, include_bom=False)


def _write_xlsx(records: pl.DataFrame, file: Path) -> None:
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        guard(records).write_excel(book, worksheet="Records", freeze_panes=(1, 0), autofilter=True)


def _write_parquet(records: pl.DataFrame, file: Path) -> None:
    records.write_parquet(file)


def _write_json(records: pl.DataFrame, file: Path) -> None:
    records.write_json(file)


def _write_jsonl(records: pl.DataFrame, file: Path) -> None:
    records.write_ndjson(file)


WRITERS: dict[str, Callable[[pl.DataFrame, Path], None]] = {
    "csv": _write_csv,
    "xlsx": _write_xlsx,
    "parquet": _write_parquet,
    "json": _write_json,
    "jsonl": _write_jsonl,
}
