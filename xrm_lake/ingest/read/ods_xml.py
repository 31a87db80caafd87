"""The rows of the sheets of an ODS workbook counted in its XML, and the cells that its reader loses: errors and elapsed times."""

import re
import zipfile
from collections.abc import Callable
from functools import partial
from xml.etree import ElementTree

from xrm_lake.ingest.read.number_formats import elapsed_text
from xrm_lake.ingest.read.sheet_rows import SheetRows

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_ERROR = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_ERROR_TEXT = re.compile(r"#[A-Z][A-Z0-9/_]*[!?]?|Err:\d{3}")
_DURATION = re.compile(r"(-?)P(?:(\d+)D)?T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.,]+)S)?")
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384


def count_ods(archive: zipfile.ZipFile, refuse: Callable[[str, int, int], None]) -> dict[str, SheetRows]:
    """
    Each sheet by its name. `refuse` is told name, rows and columns of each row, and stops what would grow too large.

    Raises xml.etree.ElementTree.ParseError if the XML is damaged.
    """
    sheets: dict[str, SheetRows] = {}
    path: list[ElementTree.Element] = []
    sheet, name, row, column = SheetRows(), "", 0, 0
    with archive.open("content.xml") as file:
        for event, element in ElementTree.iterparse(file, ("start", "end")):
            if event == "start":
                path.append(element)
                if element.tag == f"{_TABLE}table":
                    name = element.get(f"{_TABLE}name", "")
                    sheet, row = sheets.setdefault(name, SheetRows()), 0
                elif element.tag == f"{_TABLE}table-row":
                    column = 0
                continue
            path.pop()
            if element.tag in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
                again = min(_repeated(element, "columns"), _MOST_COLUMNS)
                _take_cell(sheet, element, row + 1, range(column + 1, column + again + 1))
                column += again
            elif element.tag == f"{_TABLE}table-row":
                row = _take_row(sheet, element, row, partial(refuse, name))
                path[-1].remove(element)
    return sheets


def _repeated(element: ElementTree.Element, what: str) -> int:
    return int(element.get(f"{_TABLE}number-{what}-repeated", "1"))


def _take_cell(sheet: SheetRows, cell: ElementTree.Element, row: int, columns: range) -> None:
    sort, text = cell.get(f"{_OFFICE}value-type", ""), _text(cell)
    if cell.get(f"{_TABLE}number-columns-spanned", "1") != "1" or cell.get(f"{_TABLE}number-rows-spanned", "1") != "1":
        sheet.merged += 1
    if not sort or (sort == "string" and not text and not cell.get(f"{_OFFICE}string-value")):
        return
    cell.set("first", str(columns[0]))
    cell.set("last", str(columns[-1]))
    for column in columns if len(columns) < 1000 else ():
        if cell.get(_ERROR) == "error" or (cell.get(f"{_TABLE}formula") and _ERROR_TEXT.fullmatch(text)):
            sheet.errors[row, column] = text or "#ERROR!"
        elif sort == "time" and (days := _days(cell.get(f"{_OFFICE}time-value", ""))) is not None:
            # Times of the day and times that passed are written alike; within a day they are shown as the former.
            sheet.elapsed[row, column] = elapsed_text(days).rjust(8, "0") if 0 <= days < 1 else elapsed_text(days)
        elif sort in ("percentage", "currency"):
            sheet.formatted(column, "percent" if sort == "percentage" else cell.get(f"{_OFFICE}currency", ""))


def _take_row(sheet: SheetRows, element: ElementTree.Element, before: int, refuse: Callable[[int, int], None]) -> int:
    """Note a row, as often as it is repeated; the number of its last repetition."""
    again = min(_repeated(element, "rows"), max(1, _MOST_ROWS - before))
    used = [(int(cell.get("first", "")), int(cell.get("last", ""))) for cell in element if cell.get("first")]
    if used:
        sheet.used(used[0][0], used[-1][1])
        refuse(before + again, sheet.columns)
        sheet.filled += range(before + 1, before + again + 1)
        sheet.hidden_rows += again if element.get(f"{_TABLE}visibility", "visible") != "visible" else 0
        for of in (sheet.errors, sheet.elapsed):
            for (row, column), text in list(of.items()) if again > 1 else ():
                if row == before + 1:
                    of.update({(other, column): text for other in range(row, row + again)})
    return before + again


def _text(cell: ElementTree.Element) -> str:
    """The text of a cell, without that of a comment on it."""
    return "\n".join("".join(part.itertext()) for part in cell if part.tag == f"{_TEXT}p").strip()


def _days(duration: str) -> float | None:
    found = _DURATION.fullmatch(duration)
    if found is None:
        return None
    sign, *parts = found.groups()
    days, hours, minutes, seconds = (float((part or "0").replace(",", ".")) for part in parts)
    total = days + hours / 24 + minutes / 1440 + seconds / 86400
    return -total if sign else total
