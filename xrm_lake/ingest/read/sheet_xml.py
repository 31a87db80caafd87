"""The rows of a sheet of an XLSX workbook counted in its XML, apart from the reader of its cells."""

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from html import unescape
from xml.etree import ElementTree

from xrm_lake.ingest.read.number_formats import elapsed_text, small_text
from xrm_lake.ingest.read.sheet_rows import SheetRows, column_number

_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_ROW_END = re.compile(rb"</(?:\w+:)?row>")
_NUMBER = re.compile(rb'\br="(\d+)"')
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
_FILLED = re.compile(rb"<(?:\w+:)?(?:v|t)(?:\s[^>]*)?>[^<]")
_USED_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]+)\d+"[^>]*(?<!/)>(?!\s*</)')
_UNCALCULATED = re.compile(
    rb"<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b")
_COLUMN = re.compile(rb"<(?:\w+:)?col\b([^>]*)>")
_SPAN = re.compile(rb'\b(min|max)="(\d+)"')
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*[^/>])>(.*?)</(?:\w+:)?c>", re.DOTALL)
_PLACE = re.compile(rb'\br="([A-Z]+)\d+"')
_STYLE = re.compile(rb'\bs="(\d+)"')
_TYPE = re.compile(rb'\bt="(\w+)"')
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]+)<")
_DAYS = re.compile(rb"-?\d{1,9}(?:\.\d*)?(?:[eE][-+]?\d{1,3})?")
_SMALL = rb">-?0?\.00|\d[eE]-\d"
_CHUNK = 1 << 22
_MOST_COLUMNS = 16_384


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


def count_rows(archive: zipfile.ZipFile, path: str, meanings: Mapping[int, str]) -> SheetRows:
    """
    Read the XML of one sheet to its end; `meanings` says what the cell styles mean, see `number_formats.meanings`.

    Raises zipfile.BadZipFile if it does not unpack to what it claims.
    """
    found = SheetRows()
    telling = b"|".join(b"%d" % style for style in meanings)
    wanted = re.compile(rb'\bt="e"|' + _SMALL + (rb'|\bs="(?:' + telling + rb')"' if telling else b""))
    last = 0
    rest = b""
    with archive.open(path) as file:
        while True:
            chunk = file.read(_CHUNK)
            block = rest + chunk
            end = 0
            if not last:
                found.hidden_columns = _hidden_columns(block)
            for attributes, content, row_end in _rows(block):
                end = row_end
                number = _NUMBER.search(attributes)
                last = int(number[1]) if number else last + 1
                if _take_row(found, last, content) and _HIDDEN.search(attributes):
                    found.hidden_rows += 1
                if wanted.search(content):
                    _take_cells(found, last, content, meanings)
            if not chunk:
                found.merged += len(_MERGED.findall(block, end))
                return found
            if end:
                rest = block[end:]
            else:
                # Between rows there is nothing to keep but what may be the start of one.
                start = max(block.rfind(b"<row"), block.rfind(b":row"))
                rest = block[max(0, start - 64) :] if start >= 0 else block[-64:]
                if start < 0:
                    found.merged += len(_MERGED.findall(block[:-64]))


def _take_row(found: SheetRows, row: int, content: bytes) -> bool:
    """Note what a row holds; whether it holds anything."""
    bare = len(_UNCALCULATED.findall(content)) if b"f" in content else 0
    found.uncalculated += bare
    if not bare and not _FILLED.search(content):
        return False
    found.filled.append(row)
    cells = _USED_CELL.findall(content)
    first, last = (column_number(cells[0]), column_number(cells[-1])) if cells else (1, content.count(b"<c"))
    found.used(first, last)
    return True


def _take_cells(found: SheetRows, row: int, content: bytes, meanings: Mapping[int, str]) -> None:
    """Note the cells of a row that hold an error, or a number whose format means something."""
    for attributes, inside in _CELL.findall(content):
        place, value = _PLACE.search(attributes), _VALUE.search(inside)
        if place is None or value is None:
            continue
        column, sort = column_number(place[1]), _TYPE.search(attributes)
        if sort and sort[1] == b"e":
            found.errors[row, column] = unescape(value[1].decode("utf-8", "replace")).strip()
        elif sort is None or sort[1] == b"n":
            style = _STYLE.search(attributes)
            meaning = meanings.get(int(style[1]), "") if style else ""
            if meaning == "elapsed" and _DAYS.fullmatch(value[1]):
                found.elapsed[row, column] = elapsed_text(float(value[1]))
            elif meaning:
                found.formatted(column, meaning)
            if meaning != "elapsed" and _DAYS.fullmatch(value[1]) and (text := small_text(float(value[1]))):
                found.small[row, column] = text


def _hidden_columns(block: bytes) -> int:
    """How many columns are hidden, of those that may hold something: a width up to the last column is no column."""
    count = 0
    for attributes in _COLUMN.findall(block.partition(b"<sheetData")[0]):
        if _HIDDEN.search(attributes):
            span = {name: int(number) for name, number in _SPAN.findall(attributes)}
            first, last = span.get(b"min", 1), span.get(b"max", 1)
            count += last - first + 1 if last < _MOST_COLUMNS else 0
    return count


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
