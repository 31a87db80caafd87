"""Decide how a text table is going to be read, by looking at its first half megabyte."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from xrm_lake.errors import ImportRefused
from xrm_lake.ingest.read.below import find_below
from xrm_lake.ingest.read.comment import without_comments
from xrm_lake.ingest.read.delivery import Dialect
from xrm_lake.ingest.read.dialect import Candidate, SampleRecord, find_decimal, find_dialect, sample_records
from xrm_lake.ingest.read.encoding import Encoding
from xrm_lake.ingest.read.grammar import Grammar
from xrm_lake.ingest.read.header import Layout, find_layout
from xrm_lake.ingest.read.header_lines import joined_names, name_lines
from xrm_lake.ingest.read.mended_names import mended_names
from xrm_lake.ingest.read.profile import Profile

_SAMPLE = 1 << 19
_COMPARED = 100
_LONE_RETURN = re.compile(rb"\r(?!\n)")
MOST_COLUMNS = 10_000


@dataclass(frozen=True)
class Text:
    """A text file: what it is called, where its UTF-8 text stands, and the encoding that it came in."""

    name: str
    path: Path
    encoding: Encoding


@dataclass(frozen=True)
class Plan:
    """How a text is going to be read: dialect, width, and where its first record begins."""

    dialect: Dialect
    grammar: Grammar
    width: int
    names: tuple[str, ...]
    profile: Profile
    header: bytes
    position: int
    line: int
    below: int  # where what stands below the records begins; the size of the file, if nothing does
    end: int | None  # where another table begins, once it is known
    plain: bool  # one-byte delimiter, doubled quotes: blocks can be proved and parsed as they stand
    only: bool  # the file holds no other table
    again: bool  # another stands above it
    notes: tuple[str, ...]


def plan_reading(
    text: Text, given: Dialect | None, *, keep_empty: bool = False, begin: tuple[int, int] | None = None
) -> Plan:
    """
    Look at half a megabyte of a UTF-8 text and decide how to read all of it, but for what is given.

    `begin` is the byte and the line with which another table of the same file begins.
    """
    sample, start = _sample(text, begin[0] if begin else None)
    above = begin[1] - 1 if begin else 0
    encoding = text.encoding.name
    candidate = Candidate(given, False, 1.0) if given else find_dialect(sample, encoding)
    grammar = Grammar(candidate.dialect, skip_space=candidate.skip_space, keep_empty=keep_empty)
    records = list(sample_records(sample, grammar))
    layout = _given_layout(records, given) if given and not begin else _found_layout(sample, records, grammar)
    _refuse_oddities(text, layout)
    header, layout, names, notes = _named(records, layout)
    first = records[layout.data] if layout.data < len(records) else _behind(records)
    data = [r.cells for r in records[layout.data :] if r.cells and (header is None or r.cells != header.cells)]
    dialect = replace(
        candidate.dialect,
        encoding=encoding,
        header_line=header.line + above if header else 0,
        decimal=find_decimal(data),
    )
    return Plan(
        dialect=dialect,
        grammar=grammar,
        width=layout.width,
        names=names,
        profile=Profile(layout.width, data),
        header=sample[header.position : header.end].rstrip(b"\r\n") if header and layout.width > 1 else b"",
        position=start + first.position,
        line=first.line + above,
        below=find_below(text.path, start + first.position, grammar, 1 if keep_empty else layout.width),
        end=None,
        plain=_is_plain(dialect, candidate.skip_space, text.path),
        only=keep_empty,
        again=begin is not None,
        notes=(*notes, *_above(records, layout.data if layout.header is None else layout.header)),
    )


def _refuse_oddities(text: Text, layout: Layout) -> None:
    if layout.width == 1 and text.path.suffix in (".xls", ".xlsx", ".xlsm", ".xlsb", ".ods"):
        raise ImportRefused(
            f"{text.name} is named like a workbook, but is none. Nothing was imported. Export it again."
        )
    if layout.width > MOST_COLUMNS:
        raise ImportRefused(f"{text.name} has {layout.width} columns, more than {MOST_COLUMNS}. Nothing was imported.")


def _named(
    records: Sequence[SampleRecord], layout: Layout
) -> tuple[SampleRecord | None, Layout, tuple[str, ...], list[str]]:
    """The first line of the column names, the layout with all of their lines, the names, and what is to be said of them."""
    if layout.header is None:
        notes = ["No column names were found; the first line was read as a record."]
        return None, layout, ("",) * layout.width, notes
    rows = [record.cells for record in records]
    top, end = name_lines(rows, layout)
    several = end > top + 1
    names, notes = _names(joined_names(rows[top:end], layout.width) if several else rows[top], layout.width)
    if several:
        notes.append(f"The column names stand in {end - top} lines and were joined.")
    return records[top], layout._replace(header=top, data=end), names, notes


def _sample(text: Text, begin: int | None) -> tuple[bytes, int]:
    """The first bytes of the text or of another table in it, up to the end of a line, and where they begin in the file."""
    start = (text.encoding.mark if text.encoding.is_utf8 else 0) if begin is None else begin
    with text.path.open("rb") as file:
        file.seek(start)
        sample = file.read(_SAMPLE)
        whole = not file.read(1)
    if whole:
        return sample, start
    return sample[: max(sample.rfind(b"\n"), sample.rfind(b"\r")) + 1] or sample, start


def _found_layout(sample: bytes, records: list[SampleRecord], grammar: Grammar) -> Layout:
    """The layout of the first records; a line of names that is not built like them is mended in its place."""
    rows = without_comments([record.cells for record in records])
    layout = find_layout(rows)
    above = next((i for i in range(layout.data - 1, -1, -1) if rows[i]), None) if layout.header is None else None
    below = [row for row in rows[layout.data : layout.data + _COMPARED] if len(row) == layout.width]
    if above is None or not below or layout.width < 2:
        return layout
    names = mended_names(sample, records[above], grammar, below)
    if names is None:
        return layout
    records[above] = records[above]._replace(cells=names)
    return Layout(layout.width, above, layout.data)


def _given_layout(records: Sequence[SampleRecord], given: Dialect) -> Layout:
    """The layout of a table whose dialect says on which line its column names stand."""
    filled = [i for i, record in enumerate(records) if record.cells]
    header = next((i for i in filled if given.header_line and records[i].line >= given.header_line), None)
    data = next((i for i in filled if header is None or i > header), len(records))
    width = len(records[header].cells) if header is not None else find_layout([r.cells for r in records]).width
    return Layout(width, header, data)


def _is_plain(dialect: Dialect, skip_space: bool, text: Path) -> bool:
    if len(dialect.delimiter.encode()) > 1 or dialect.escape or skip_space:
        return False
    # Parsers drop a lone carriage return at a cell's edge, and without quotes there is no way to guard it.
    return bool(dialect.quote) or dialect.newline == "\r" or not _has_lone_return(text)


def _has_lone_return(text: Path) -> bool:
    with text.open("rb") as file:
        before = b""
        while chunk := file.read(1 << 22):
            if _LONE_RETURN.search(before + chunk, 0, len(before) + len(chunk) - 1):
                return True
            before = chunk[-1:]
    return False


def _behind(records: Sequence[SampleRecord]) -> SampleRecord:
    """The place after the last record."""
    if not records:
        return SampleRecord([], 0, 1, 0, 0)
    last = records[-1]
    return SampleRecord([], last.end, last.line + last.lines, last.end, 0)


def _names(cells: Sequence[str], width: int) -> tuple[tuple[str, ...], list[str]]:
    names, notes = list(cells), []
    if len(names) > width and any(names[width:]):
        notes.append(
            f"There are {len(names)} column names, but most records have {width} cells; the last names were left out."
        )
    if len(names) < width:
        notes.append(
            f"There are {len(names)} column names, but most records have {width} cells; the last have no name."
        )
    names = (names + [""] * width)[:width]
    if len(set(filter(None, names))) < len(list(filter(None, names))):
        notes.append("Some column names stand more than once.")
    return tuple(names), notes


def _above(records: Sequence[SampleRecord], begin: int) -> list[str]:
    """What a person should know of the lines above the table."""
    filled = sum(1 for record in records[:begin] if record.cells)
    blank = begin - filled
    notes = []
    if filled:
        notes.append(f"{filled} lines above the table were left out." if filled > 1 else _ONE_ABOVE)
    if blank:
        notes.append(f"{blank} blank lines above the table were skipped." if blank > 1 else _ONE_BLANK_ABOVE)
    return notes


_ONE_ABOVE = "1 line above the table was left out."
_ONE_BLANK_ABOVE = "1 blank line above the table was skipped."
