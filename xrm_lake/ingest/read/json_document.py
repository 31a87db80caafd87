"""Read a JSON document: an array of objects is a table, and so is each such array in an object; an object alone is a record."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from xrm_lake.errors import ImportRefused, NoTable
from xrm_lake.ingest.read.asked import Asked, choose
from xrm_lake.ingest.read.collect import Collector
from xrm_lake.ingest.read.delivery import Delivery
from xrm_lake.ingest.read.encoding import Encoding, as_utf8, find_encoding
from xrm_lake.ingest.read.json_cells import cells_of, decoder
from xrm_lake.ingest.read.json_count import count_listed, count_references
from xrm_lake.ingest.read.json_walk import MOST_AT_ONCE, Damaged, Element, JsonWalk, TooLong
from xrm_lake.ingest.read.landing import Kept, written_whole
from xrm_lake.ingest.read.sfdx import is_plan, is_salesforce, salesforce_records
from xrm_lake.ingest.read.stage import agree

_TOLD = 20_000
# What an array is called that holds the only table of a document, and says nothing of it.
_WRAPPERS = frozenset({"data", "items", "list", "records", "results", "rows", "value", "values"})


def read_json(kept: Kept, asked: Asked) -> list[Delivery]:
    """
    The tables of a document that are wanted and not empty. The document may be of any size; a single record of 64 MB at most.

    Raises ImportRefused if it is damaged, or has no such table, NoTable if there are no objects in it.
    """
    encoding = find_encoding(kept.path)
    with ExitStack() as stack:
        path = kept.path
        if not encoding.is_utf8:
            path = stack.enter_context(written_whole(kept.path.parent))
            as_utf8(kept.path, encoding, path, kept.name)
        document = _Document(kept, path, encoding, stack)
        try:
            document.take_all(asked)
        except RecursionError:
            raise ImportRefused(
                f"{kept.name} has objects in objects, too deep to read. Nothing was imported."
            ) from None
        except TooLong as trouble:
            raise ImportRefused(
                f"{kept.name} has a value of more than {MOST_AT_ONCE >> 20} MB, which begins in line {trouble.line}, or is damaged there."
                " Nothing was imported. Export it again, or write it as an array of records."
            ) from None
        except Damaged as trouble:
            raise ImportRefused(
                f"{kept.name} is damaged: it is no JSON from line {trouble.line}, column {trouble.column} on."
                " Nothing was imported. Export it again."
            ) from None
        return document.deliveries(asked)


class _Document:
    """The tables of a document while it is gone through: for each array of objects the records met so far."""

    def __init__(self, kept: Kept, path: Path, encoding: Encoding, stack: ExitStack) -> None:
        self.kept, self.path, self.encoding, self.stack = kept, path, encoding, stack
        self.mark = encoding.mark if encoding.is_utf8 else 0
        self.tables: dict[str, Collector] = {}
        self.beside: list[str] = []
        self.listed = self.children = 0

    def take_all(self, asked: Asked) -> None:
        """Go through the document once. Raises Damaged where it is no JSON, NoTable if it is a plan of other files."""
        size = self.path.stat().st_size
        with self._walk() as walk:
            for element in walk.elements():
                if not element.listed:
                    self.beside.append(".".join(element.path))
                    continue
                if is_plan(element.value):
                    raise NoTable(
                        f"{self.kept.name} names the files of an export, and holds no records. Nothing was imported."
                    )
                if self.listed % _TOLD == 0:
                    asked.progress(f"Reading {self.kept.name}", walk.position(element), size)
                self.listed += 1
                self._take(walk, element)
        with self.path.open("rb") as file:
            agree(self.kept.name, counted=count_listed(file), staged=self.listed, rejected=0)
        if not any(table.staged for table in self.tables.values()):
            self._take_alone()

    @contextmanager
    def _walk(self) -> Iterator[JsonWalk]:
        """A walk through the text; what is no UTF-8 in a text that mostly is gets replaced."""
        with self.path.open("rb") as file:
            file.seek(self.mark)
            yield JsonWalk(TextIOWrapper(file, encoding="utf-8", errors="replace", newline=""), decoder())

    def _take(self, walk: JsonWalk, element: Element) -> None:
        if is_salesforce(element.value):
            for place, (sort, record) in enumerate(salesforce_records(element.value)):
                self.children += place > 0
                self._add(sort, record, element.line, walk.text(element))
        elif isinstance(element.value, dict):
            self._add(".".join(element.path), element.value, element.line, walk.text(element))
        else:
            position = walk.position(element) + self.mark if self.encoding.is_utf8 else None
            raw = walk.text(element).encode()
            self._table(".".join(element.path)).reject("is no object", line=element.line, raw=raw, position=position)

    def _add(self, name: str, record: dict[str, Any], line: int, text: str) -> None:
        cells, mended = cells_of(record)
        self._table(name).add(cells, line=line, mended=mended, raw=text.encode() if mended else b"")

    def _table(self, name: str) -> Collector:
        if name not in self.tables:
            self.tables[name] = self.stack.enter_context(Collector(self.kept, self.kept.name, len(self.tables)))
        return self.tables[name]

    def _take_alone(self) -> None:
        """A document without a table is one record, if it is an object with something in it."""
        with self._walk() as walk:
            whole, text = walk.whole()
        if not isinstance(whole, dict) or not whole:
            raise NoTable(f"{self.kept.name} is JSON without any object in it. Nothing was imported. Export it again.")
        self.tables, self.beside = {}, []
        for sort, record in salesforce_records(whole) if is_salesforce(whole) else [("", whole)]:
            self._add(sort, record, 1, text)

    def deliveries(self, asked: Asked) -> list[Delivery]:
        """The tables that are wanted. Raises ImportRefused if there is no such table, or records do not add up."""
        filled = {name: table for name, table in self.tables.items() if table.staged}
        if self.children:
            total = sum(table.records for table in self.tables.values())
            with self.path.open("rb") as file:
                agree(self.kept.name, counted=count_references(file), staged=total, rejected=0)
        for name, table in filled.items():
            table.name = self.kept.name + (f"#{name}" if name and not (len(filled) == 1 and name in _WRAPPERS) else "")
        beside = [*self.beside, *(name or "the array" for name in self.tables if name not in filled)]
        first = next(iter(filled.values()))
        first.notes += self.encoding.notes
        if self.encoding.damaged:
            first.notes.append("Some bytes of the file are no UTF-8 text; they were replaced.")
        if beside:
            shown = ", ".join(beside[:8]) + (", …" if len(beside) > 8 else "")
            first.notes.append(f"Beside the tables stand values that are no table; they were left out: {shown}.")
        chosen = choose(list(filled), asked.table, file=self.kept.name, what="table")[: 1 if asked.first else None]
        return [filled[name].deliver(counted=filled[name].records, encoding=self.encoding.name) for name in chosen]
