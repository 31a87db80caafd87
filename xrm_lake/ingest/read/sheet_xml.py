"""The rows of a sheet counted in its XML, apart from the reader of its cells."""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_ROW_END = re.compile(rb"</(?:\w+:)?row>")
_NUMBER = re.compile(rb'\br="(\d+)"')
_FILLED = re.compile(rb"<(?:\w+:)?(?:v|t)(?:\s[^>]*)?>[^<]")
_LAST_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]+)\d+"[^>]*>(?!\s*</)')
_UNCALCULATED = re.compile(
    rb"<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b")
_CHUNK = 1 << 22


@dataclass(frozen=True)
class SheetRows:
    """The numbers (from 1) of the rows that hold something, the last column used, merged ranges, formulas without a value."""

    filled: tuple[int, ...]
    columns: int
    merged: int
    uncalculated: int


def sheet_paths(archive: zipfile.ZipFile) -> dict[str, str]:
    """The part in which each sheet of an XLSX workbook stands, by the sheet's name; empty if it cannot be told."""
    names = {name.lower(): name for name in archive.namelist()}
    workbook = names.get("xl/workbook.xml")
    relations = names.get("xl/_rels/workbook.xml.rels")
    if workbook is None or relations is None:
        return {}
    try:
        targets = {
            relation.get("Id"): relation.get("Target", "")
            for relation in ElementTree.fromstring(archive.read(relations))
        }
        sheets = [e for e in ElementTree.fromstring(archive.read(workbook)).iter() if e.tag.endswith("}sheet")]
    except ElementTree.ParseError:
        return {}
    found = {}
    for sheet in sheets:
        link = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), None)
        path = posixpath.normpath(posixpath.join("xl", targets.get(link, ""))).lstrip("/")
        if path.lower() in names:
            found[sheet.get("name", "")] = names[path.lower()]
    return found


def count_rows(archive: zipfile.ZipFile, path: str) -> SheetRows:
    """Read the XML of one sheet to its end. Raises zipfile.BadZipFile if it does not unpack to what it claims."""
    filled: list[int] = []
    columns = merged = last = uncalculated = 0
    rest = b""
    with archive.open(path) as file:
        while True:
            chunk = file.read(_CHUNK)
            block = rest + chunk
            end = 0
            for attributes, content, row_end in _rows(block):
                end = row_end
                number = _NUMBER.search(attributes)
                last = int(number[1]) if number else last + 1
                bare = len(_UNCALCULATED.findall(content)) if b"f" in content else 0
                uncalculated += bare
                if bare or _FILLED.search(content):
                    filled.append(last)
                    cells = _LAST_CELL.findall(content)
                    columns = max(columns, _column(cells[-1]) if cells else content.count(b"<c"))
            if not chunk:
                merged += len(_MERGED.findall(block, end))
                return SheetRows(tuple(filled), columns, merged, uncalculated)
            if end:
                rest = block[end:]
            else:
                # Between rows there is nothing to keep but what may be the start of one.
                start = max(block.rfind(b"<row"), block.rfind(b":row"))
                rest = block[max(0, start - 64) :] if start >= 0 else block[-64:]
                if start < 0:
                    merged += len(_MERGED.findall(block[:-64]))


def _rows(block: bytes) -> Iterator[tuple[bytes, bytes, int]]:
    """The rows that are complete in a block: attributes, content, and where each ends."""
    at = 0
    while opening := _ROW.search(block, at):
        at = opening.end()
        if opening[1].endswith(b"/"):
            yield opening[1], b"", at
            continue
        closing = _ROW_END.search(block, at)
        if closing is None:
            return
        yield opening[1], block[at : closing.start()], closing.end()
        at = closing.end()


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
