"""Read a JSON document: an array of objects is a table, and so is each such array in an object; an object alone is a record."""

import json
from contextlib import ExitStack
from typing import Any

from xrm_lake.errors import ImportRefused, NoTable
from xrm_lake.ingest.read.asked import Asked, choose
from xrm_lake.ingest.read.collect import Collector
from xrm_lake.ingest.read.delivery import Delivery
from xrm_lake.ingest.read.encoding import Encoding, as_utf8, find_encoding
from xrm_lake.ingest.read.json_cells import cells_of, decoder
from xrm_lake.ingest.read.json_walk import Element, count_listed, elements
from xrm_lake.ingest.read.landing import Kept, written_whole
from xrm_lake.ingest.read.sfdx import count_references, is_plan, is_salesforce, salesforce_records
from xrm_lake.ingest.read.stage import agree

MOST_BYTES = 2 << 30
_TOLD = 20_000
# What an array is called that holds the only table of a document, and says nothing of it.
_WRAPPERS = frozenset({"data", "items", "list", "records", "results", "rows", "value", "values"})


def read_json(kept: Kept, asked: Asked) -> list[Delivery]:
    """
    The tables of a document that are wanted and not empty.

    Raises ImportRefused if it is damaged, larger than 2 GB, or has no such table, NoTable if there are no objects in it.
    """
    if kept.path.stat().st_size > MOST_BYTES:
        raise ImportRefused(
            f"{kept.name} is a JSON document of more than {MOST_BYTES >> 30} GB. Nothing was imported."
            " Write it as JSON Lines, one object a line: that is read piece by piece."
        )
    encoding = find_encoding(kept.path)
    text = _text(kept, encoding)
    with ExitStack() as stack:
        document = _Document(kept, text, encoding, stack)
        try:
            document.take_all(asked)
        except RecursionError:
            raise ImportRefused(
                f"{kept.name} has objects in objects, too deep to read. Nothing was imported."
            ) from None
        except json.JSONDecodeError as trouble:
            raise ImportRefused(
                f"{kept.name} is damaged: it is no JSON from line {trouble.lineno}, column {trouble.colno} on."
                " Nothing was imported. Export it again."
            ) from None
        return document.deliveries(asked)


def _text(kept: Kept, encoding: Encoding) -> str:
    """The text of a file; what is no UTF-8 in a text that mostly is gets replaced."""
    if encoding.is_utf8:
        return kept.path.read_bytes()[encoding.mark :].decode("utf-8", "replace")
    with written_whole(kept.path.parent) as utf8:
        as_utf8(kept.path, encoding, utf8, kept.name)
        return utf8.read_bytes().decode()


class _Document:
    """The tables of a document while it is gone through: for each array of objects the records met so far."""

    def __init__(self, kept: Kept, text: str, encoding: Encoding, stack: ExitStack) -> None:
        self.kept, self.text, self.encoding, self.stack = kept, text, encoding, stack
        self.tables: dict[str, Collector] = {}
        self.beside: list[str] = []
        self.listed = self.children = 0
        self._line, self._counted_to = 1, 0

    def take_all(self, asked: Asked) -> None:
        """Go through the document once. Raises ValueError where it is no JSON, NoTable if it is a plan of other files."""
        for element in elements(self.text, decoder()):
            self._line += self.text.count("\n", self._counted_to, element.start)
            self._counted_to = element.start
            if not element.listed:
                self.beside.append(".".join(element.path))
                continue
            if is_plan(element.value):
                raise NoTable(
                    f"{self.kept.name} names the files of an export, and holds no records. Nothing was imported."
                )
            if self.listed % _TOLD == 0:
                asked.progress(f"Reading {self.kept.name}", element.start, len(self.text))
            self.listed += 1
            self._take(element)
        agree(self.kept.name, counted=count_listed(self.text.encode()), staged=self.listed, rejected=0)
        if not any(table.staged for table in self.tables.values()):
            self._take_alone()

    def _take(self, element: Element) -> None:
        if is_salesforce(element.value):
            for place, (sort, record) in enumerate(salesforce_records(element.value)):
                self.children += place > 0
                self._add(sort, record, element)
        elif isinstance(element.value, dict):
            self._add(".".join(element.path), element.value, element)
        else:
            raw = self.text[element.start : element.end].encode()
            position = len(self.text[: element.start].encode()) + self.encoding.mark if self.encoding.is_utf8 else None
            self._table(".".join(element.path)).reject("is no object", line=self._line, raw=raw, position=position)

    def _add(self, name: str, record: dict[str, Any], element: Element) -> None:
        cells, mended = cells_of(record)
        raw = self.text[element.start : element.end].encode() if mended else b""
        self._table(name).add(cells, line=self._line, mended=mended, raw=raw)

    def _table(self, name: str) -> Collector:
        if name not in self.tables:
            self.tables[name] = self.stack.enter_context(Collector(self.kept, self.kept.name, len(self.tables)))
        return self.tables[name]

    def _take_alone(self) -> None:
        """A document without a table is one record, if it is an object with something in it."""
        start = len(self.text) - len(self.text.lstrip())
        whole, _ = decoder().raw_decode(self.text, start)
        if not isinstance(whole, dict) or not whole:
            raise NoTable(f"{self.kept.name} is JSON without any object in it. Nothing was imported. Export it again.")
        self.tables, self.beside, self._line = {}, [], 1
        for sort, record in salesforce_records(whole) if is_salesforce(whole) else [("", whole)]:
            self._add(sort, record, Element((), start, len(self.text), whole, True))

    def deliveries(self, asked: Asked) -> list[Delivery]:
        """The tables that are wanted. Raises ImportRefused if there is no such table, or records do not add up."""
        filled = {name: table for name, table in self.tables.items() if table.staged}
        if self.children:
            total = sum(table.records for table in self.tables.values())
            agree(self.kept.name, counted=count_references(self.text), staged=total, rejected=0)
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
