"""The file in which rejects are mended: the columns that they came in, and before them which reject a row is, and why it was refused."""

import csv
import io
from pathlib import Path

import polars as pl

from xrm_lake.errors import Refused
from xrm_lake.ingest.read import Delivery
from xrm_lake.model.formula_guard import guarded

# `BATCH/RECORD`, by which a row is known again whatever was done to the others.
MARK, WHY = "xrm_reject", "xrm_reason"


def mend_rows(delivery: Delivery, batch_id: int, rejects: pl.DataFrame) -> list[tuple[str, ...]]:
    """
    A row for each record that was refused or lacks a cell: mark, reasons, and its cells as far as they could be told apart.

    `rejects` has record_no, column_name, reason.
    """
    said = pl.concat_str(pl.col("column_name"), pl.col("reason"), separator=": ", ignore_nulls=True)
    reasons = rejects.group_by("record_no").agg(said.str.join("; ").alias("why")).drop_nulls("record_no")
    # A reason begins with the name of a column, which may be a formula as well as a cell.
    why = dict(zip(reasons["record_no"], guarded(reasons["why"]), strict=True))
    numbers = pl.Series(list(why), dtype=pl.Int64)
    cells = [f"c{place}" for place in range(len(delivery.headers))]
    staged = pl.scan_parquet(delivery.staged, glob=False).filter(pl.col("record_no").is_in(numbers.implode())).collect()
    safe = staged.select("record_no", *(guarded(staged[name]) for name in cells))
    found: dict[int, tuple[str, ...]] = {row[0]: tuple(cell or "" for cell in row[1:]) for row in safe.iter_rows()}
    unread = delivery.rejects.filter(pl.col("record_no").is_in(numbers.implode()))
    for number, raw in unread.select("record_no", "raw").iter_rows():
        line = bytes(raw or b"").decode("utf-8", "replace").strip("\r\n")
        found[number] = tuple(guarded(pl.Series(_cells(line, delivery.dialect.delimiter or ","), dtype=pl.String)))
    return [(f"{batch_id}/{number}", why[number], *found[number]) for number in sorted(found)]


def write_mend_file(out: Path, headers: tuple[str, ...], rows: list[tuple[str, ...]], delimiter: str) -> None:
    """Write the rows as a workbook if the file's name ends so, else as text. Raises Refused if it cannot be written."""
    table = [(MARK, WHY, *guarded(pl.Series(headers, dtype=pl.String))), *rows]
    try:
        if out.suffix.lower() == ".xlsx":
            _write_workbook(out, table)
        else:
            text = io.StringIO()
            csv.writer(text, delimiter=delimiter if len(delimiter) == 1 else ",", lineterminator="\r\n").writerows(
                table
            )
            out.write_text(text.getvalue(), encoding="utf-8", newline="")
    except OSError as trouble:
        raise Refused(f"{out} cannot be written: {trouble.strerror}. Nothing was changed.") from trouble


def _cells(line: str, delimiter: str) -> tuple[str, ...]:
    """The cells of a line that could not be read, as a spreadsheet would part them; more than there are columns stand behind the last."""
    if len(delimiter) != 1:
        return tuple(line.split(delimiter))
    try:
        return tuple(next(csv.reader([line], delimiter=delimiter), (line,)))
    except csv.Error:
        return tuple(line.split(delimiter))


def _write_workbook(out: Path, table: list[tuple[str, ...]]) -> None:
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    try:
        with xlsxwriter.Workbook(out, options) as book:
            sheet = book.add_worksheet("Rejects")
            # As text, or a spreadsheet would turn ids into numbers and dates into days once they are touched.
            text = book.add_format({"num_format": "@"})
            sheet.set_column(0, max(map(len, table)) - 1, 18, text)
            sheet.freeze_panes(1, 2)
            for place, row in enumerate(table):
                sheet.write_row(place, 0, row, text)
    except FileCreateError as trouble:
        raise Refused(f"{out} cannot be written. Nothing was changed. Is it open in another program?") from trouble
