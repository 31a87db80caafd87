"""A line of column names that is not built like the records below it, read so that it names them."""

from collections.abc import Iterator, Sequence

from xrm_lake.ingest.read.delivery import Dialect
from xrm_lake.ingest.read.dialect import SampleRecord
from xrm_lake.ingest.read.grammar import Grammar
from xrm_lake.ingest.read.header import has_names

_OTHER_DELIMITERS = (",", ";", "\t", "|", " ")
_MOST_TRIED = 60


def mended_names(
    sample: bytes, record: SampleRecord, grammar: Grammar, below: Sequence[Sequence[str]]
) -> list[str] | None:
    """
    The names of the columns of the records below, if the line above them can be read as just as many names in one way.

    Its quotes may be amiss, it may have empty cells too many, or be written with another delimiter.
    """
    width = len(below[0])
    for cells in _readings(sample[record.position : record.end].rstrip(b"\r\n"), record, grammar, width):
        names = [(cell or b"").decode("utf-8", "replace") for cell in cells]
        if has_names(names, below):
            return names
    return None


def _readings(line: bytes, record: SampleRecord, grammar: Grammar, width: int) -> Iterator[list[bytes | None]]:
    given = [cell.encode() or None for cell in record.cells]
    filled = [cell for cell in given if (cell or b"").strip()]
    if len(filled) == width < len(given):
        yield filled
    if len(given) > width and not any(given[width:]):
        yield given[:width]
    if grammar.quote and grammar.quote in line:
        for cell in range(min(width, _MOST_TRIED)):
            parsed = grammar.literal(line, 0, len(line), cell=cell)
            if parsed.cells is not None and len(parsed.cells) == width:
                yield parsed.cells
        parsed = grammar.literal(line, 0, len(line))
        if parsed.cells is not None and len(parsed.cells) == width:
            yield parsed.cells
    for delimiter in _OTHER_DELIMITERS:
        if delimiter.encode() != grammar.delimiter:
            parsed = Grammar(Dialect("utf-8", delimiter)).strict(line, 0, len(line))
            if parsed.cells is not None and len(parsed.cells) == width and parsed.end == len(line):
                yield parsed.cells
