"""Drafts become files: CSV as the system writes it, or workbooks; the same draft gives the same bytes."""

import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from xrm_lake.demo.generate.exports.desk import Form
from xrm_lake.demo.generate.faults.draft import Draft


def store_csv(folder: Path, form: Form, draft: Draft) -> None:
    """Write a CSV file: every cell quoted in UTF-8, or quoted where needed and with CRLF in cp1252."""
    path = folder / form.path
    path.parent.mkdir(parents=True, exist_ok=True)
    frame, lines = draft.frame(), sorted(draft.broken, key=lambda told: told[0])
    write = _modern if form.encoding == "utf-8" else _old
    with path.open("wb") as file:
        start = 0
        for place, line in [*lines, (draft.size, "")]:
            part = write(frame.slice(start, place - start), header=start == 0 and file.tell() == 0, form=form)
            file.write(part)
            if line:
                file.write((line + _newline(form)).encode(form.encoding or "utf-8"))
            start = place


def store_workbook(path: Path, sheets: list[tuple[Form, Draft]], made: date) -> None:
    """Write a workbook with one sheet for each draft; dates and numbers that can be read are typed cells."""
    import xlsxwriter

    path.parent.mkdir(parents=True, exist_ok=True)
    quiet = {"strings_to_urls": False, "strings_to_formulas": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, **quiet})
    book.set_properties({"created": datetime(made.year, made.month, made.day, tzinfo=UTC).replace(tzinfo=None)})
    head, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    for form, draft in sheets:
        sheet = book.add_worksheet(form.sheet or "Sheet1")
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, list(draft.cells), head)
        columns = [_typed(form, name, values.tolist()) for name, values in draft.cells.items()]
        for row, values in enumerate(zip(*columns, strict=True), start=1):
            for column, value in enumerate(values):
                if isinstance(value, date):
                    sheet.write_datetime(row, column, value, day)
                elif isinstance(value, str) and value.startswith("="):
                    sheet.write_formula(row, column, value)
                elif value != "":
                    sheet.write(row, column, value)
    book.close()


def _modern(frame: pl.DataFrame, *, header: bool, form: Form) -> bytes:
    text = frame.write_csv(include_header=header, separator=form.separator or ",", quote_style="always")
    return text.encode("utf-8") if frame.height or header else b""


def _old(frame: pl.DataFrame, *, header: bool, form: Form) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=form.separator or ";", lineterminator=_newline(form))
    if header:
        writer.writerow(frame.columns)
    writer.writerows(frame.iter_rows())
    return text.getvalue().encode(form.encoding or "cp1252")


def _newline(form: Form) -> str:
    return "\n" if form.encoding == "utf-8" else "\r\n"


def _typed(form: Form, name: str, values: list[str]) -> list[Any]:
    read = _day if name in form.dates else _number if name in form.numbers else None
    return [read(value) for value in values] if read else values


def _day(text: str) -> date | str:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text
