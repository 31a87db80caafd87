"""Read the generated files back with the readers of others: csv and openpyxl."""

import csv
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl

from xrm_lake.demo.generate import Truth

ROW = "(row)"


def table(folder: Path, truth: Truth, file: str) -> pl.DataFrame:
    """The good rows of a file as text, with the key of each in the column `(row)`."""
    told = described(truth, file)
    head, rows = _workbook_rows(folder, told) if told["encoding"] is None else _csv_rows(folder, told)
    good = [row for row in rows if not row[0].startswith("broken-")]
    frame = pl.DataFrame(good, schema=dict.fromkeys(head, pl.String), orient="row")
    numbered = pl.int_range(1, frame.height + 1, eager=True).cast(pl.String)
    return frame.with_columns((frame[told["key"]] if told["key"] else numbered).alias(ROW))


def broken_rows(folder: Path, truth: Truth, file: str) -> list[list[str]]:
    """The rows of a CSV file that are to be refused, as a lenient reader sees them."""
    told = described(truth, file)
    _, rows = _csv_rows(folder, told)
    return [row for row in rows if row[0].startswith("broken-")]


def described(truth: Truth, file: str) -> dict[str, Any]:
    """What the truth says about a file."""
    return truth.files.row(by_predicate=pl.col("file") == file, named=True)


def named(truth: Truth, part: str) -> str:
    """The file whose name contains the part."""
    return truth.files.filter(pl.col("file").str.contains(part, literal=True))["file"].item()


def planted(truth: Truth, fault: str, file: str) -> set[str]:
    """The keys of the rows of a file with the fault."""
    found = truth.faults.filter(pl.col("fault") == fault, pl.col("file") == file)
    return set(found["external_key"])


def _csv_rows(folder: Path, told: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    with (folder / told["path"]).open(encoding=told["encoding"], newline="") as file:
        head, *rows = csv.reader(file, delimiter=told["separator"])
    return head, rows


def _workbook_rows(folder: Path, told: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    book = openpyxl.load_workbook(folder / told["path"])
    sheet = book[told["sheet"]] if told["sheet"] else book.worksheets[0]
    head, *rows = ([_text(value) for value in row] for row in sheet.iter_rows(values_only=True))
    return head, rows


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return "" if value is None else str(value)
