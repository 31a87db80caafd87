"""The rows of a sheet counted in its XML, apart from the reader of its cells."""

import posixpath
import re
import zipfile
from dataclasses import dataclass
from xml.etree import ElementTree

_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?row>)", re.DOTALL)
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
            for match in _ROW.finditer(block):
                end = match.end()
                number = _NUMBER.search(match[1])
                last = int(number[1]) if number else last + 1
                bare = len(_UNCALCULATED.findall(match[2])) if match[2] and b"f" in match[2] else 0
                uncalculated += bare
                if match[2] and (bare or _FILLED.search(match[2])):
                    filled.append(last)
                    cells = _LAST_CELL.findall(match[2])
                    columns = max(columns, _column(cells[-1]) if cells else match[2].count(b"<c"))
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


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
