"""A second reader for XLSX workbooks, slower, for those that the first cannot open, such as ones with macro or dialog sheets."""

from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

import polars as pl

from xrm_lake.ingest.read.landing import Kept
from xrm_lake.ingest.read.number_formats import elapsed_text


class SecondReader:
    """A workbook as openpyxl opens it; `why` the first reader does not."""

    def __init__(self, book: Any, why: str) -> None:
        self._sheets = {sheet.title: sheet for sheet in book.worksheets}
        self.sheet_names = list(self._sheets)
        self.why = why

    def cells(self, name: str) -> pl.DataFrame:
        """All cells of a sheet from row 1 on as text, columns c0, c1, …"""
        sheet = self._sheets[name]
        # What a sheet claims to be its size may be a lie; without it the cells themselves are gone through.
        sheet.reset_dimensions()
        rows = [[_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
        width = max(map(len, rows), default=0)
        columns = {f"c{at}": [row[at] if at < len(row) else None for row in rows] for at in range(width)}
        return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def open_second(kept: Kept, why: str) -> SecondReader | None:
    """The workbook, or None if this reader cannot open it either."""
    import openpyxl

    try:
        # In memory: the workbook is read when its sheets are, long after this.
        content = BytesIO(kept.path.read_bytes())
        return SecondReader(openpyxl.load_workbook(content, read_only=True, data_only=True, keep_links=False), why)
    except Exception:  # noqa: BLE001  (whatever it raises at a damaged workbook, the first reader's refusal stands)
        return None


def _text(value: object) -> str | None:
    match value:
        case None | "":
            return None
        case bool():
            return "true" if value else "false"
        case float():
            return repr(value).removesuffix(".0")
        case timedelta():
            return elapsed_text(value / timedelta(days=1))
        case datetime() | date() | time():
            return str(value)
    return str(value)
