"""A system: its files, what stands in each, and what must land of them in a lake."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

from tests.ingest.systems.cells import Cell, Ids, ends, text_of
from tests.ingest.systems.firm import Firm


@dataclass(frozen=True)
class Sheet:
    """A file: its name, the role it is recognised as, the type of its rows, its columns; or links, each a row of its own."""

    file: str
    role: str
    type: str
    columns: dict[str, Cell]
    delimiter: str = ","
    quoting: int = csv.QUOTE_ALL
    encoding: str = "utf-8"
    newline: str = "\r\n"
    # For a table of links: the row of the record it begins at, and that of each end.
    pairs: Callable[[Firm], list[dict[str, object]]] | None = None
    link: str = ""


@dataclass(frozen=True)
class System:
    """A system by name, its ids, and its files in the order in which they are imported."""

    name: str
    ids: Ids
    sheets: tuple[Sheet, ...]

    def write(self, firm: Firm, folder: Path) -> list[Path]:
        """The files of the firm's export."""
        folder.mkdir(parents=True, exist_ok=True)
        paths: dict[Path, list[Sheet]] = {}
        for sheet in self.sheets:
            paths.setdefault(folder / sheet.file, []).append(sheet)
        for path, sheets in paths.items():
            tables = [self._table(sheet, firm) for sheet in sheets]
            if path.suffix == ".xlsx":
                _workbook(path, tables[0])
            else:
                _text(path, sheets[0], [tables[0][0], *(row for table in tables for row in table[1:])])
        return list(paths)

    def _table(self, sheet: Sheet, firm: Firm) -> list[list[object]]:
        rows = [list[object](sheet.columns)]
        for row, record in enumerate(records(sheet, firm)):
            own = self.ids(sheet.type, row) if sheet.type else ""
            rows.append([text_of(cell, firm, record, own, self.ids) for cell in sheet.columns.values()])
        return rows

    def fields(self, type: str) -> list[str]:
        """The fields of a type that its files carry."""
        return sorted(
            {cell.field for sheet in self.sheets if sheet.type == type for cell in sheet.columns.values() if cell.field}
        )

    def links(self, firm: Firm, *, ambiguous: bool) -> set[tuple[str, str, str]]:
        """
        The links that its files tell, as (key, link type, key): those that mean one record, or those told by a name that several
        records bear (`ambiguous`), which must wait.
        """
        found: set[tuple[str, str, str]] = set()
        for sheet in self.sheets:
            for row, record in enumerate(records(sheet, firm)):
                own = self.ids(sheet.type, row) if sheet.type else ""
                for cell in sheet.columns.values():
                    if cell.link and cell.to and (cell.by_name and _several(cell, firm, record)) == ambiguous:
                        found |= {(own, cell.link, self.ids(cell.to, end)) for end in ends(record, cell)}
                if sheet.link:
                    first, second = (
                        self.ids(cell.to, ends(record, cell)[0])
                        for cell in sheet.columns.values()
                        if cell.to and ends(record, cell)
                    )
                    found |= set() if ambiguous else {(first, sheet.link, second)}
        return found


def records(sheet: Sheet, firm: Firm) -> list[dict[str, object]]:
    """The rows of a sheet, before they are written."""
    return sheet.pairs(firm) if sheet.pairs else firm.records[sheet.type].to_dicts()


def _several(cell: Cell, firm: Firm, record: dict[str, object]) -> bool:
    folded = [name.casefold() for name in firm.names(cell.to)]
    return any(folded.count(folded[row]) > 1 for row in ends(record, cell))


def _text(path: Path, sheet: Sheet, rows: list[list[object]]) -> None:
    with path.open("w", encoding=sheet.encoding, newline="") as file:
        csv.writer(file, delimiter=sheet.delimiter, quoting=sheet.quoting, lineterminator=sheet.newline).writerows(rows)  # type: ignore[arg-type]


def _workbook(path: Path, rows: list[list[object]]) -> None:
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy hh:mm", "strings_to_urls": False})
    sheet = book.add_worksheet(path.stem[:31])
    for place, row in enumerate(rows):
        sheet.write_row(place, 0, row)
    book.close()
