"""What stands below the records of a table: lines of totals and notes, which are no records."""

import re
from collections.abc import Iterator
from pathlib import Path

from xrm_lake.ingest.read.cell_type import cell_type
from xrm_lake.ingest.read.grammar import Grammar

TOTALS = "is a line of totals below the records, not a record"
NOTE = "is a note below the records, not a record"
_LOOKED_AT = 1 << 16
_FEWEST_OF_A_TABLE = 3  # lines of one width behind a blank line may be another table
_PROSE = 2  # spaces in a note that fills a record's first cell
_TOTAL = re.compile(
    r"(?:(?:grand|overall|sub|end|gesamt)[ -]?)?(?:total(?:s|e|en|summe)?|total g[ée]n[ée]ral|sum(?:me|ma|a|s)?|gesamt(?:summe)?"
    r"|zusammen|insgesamt|итого|всего|razem|totaal|yhteensä|összesen|celkem|合计|总计|合計|総計)\s*[:.]?",
    re.IGNORECASE,
)


def is_total(cells: list[str]) -> bool:
    """
    Whether a record adds up those above it: it says so first, and the rest is numbers.

    >>> is_total(["", "Total:", "847", "", "12.5 %"]), is_total(["Total", "Paris", "847"]), is_total(["Total", ""])
    (True, False, False)
    """
    filled = [cell.strip() for cell in cells if cell.strip()]
    if len(filled) < 2 or not _TOTAL.fullmatch(filled[0]):
        return False
    return all(cell_type(cell) in ("number", "missing") for cell in filled[1:])


def reason_of_row(cells: list[str], *, after_blank: bool) -> str:
    """
    What the last row of a sheet is, if it is no record: a line of totals, or behind a blank row a note in its first cell; else "".

    >>> reason_of_row(["Exported on 3 May", "", ""], after_blank=True), reason_of_row(["D1", "", ""], after_blank=True)
    ('is a note below the records, not a record', '')
    """
    if len(cells) < 2:
        return ""
    if is_total(cells):
        return TOTALS
    alone = not any(cell.strip() for cell in cells[1:])
    return NOTE if after_blank and alone and cells[0].strip().count(" ") >= _PROSE else ""


def find_below(path: Path, start: int, grammar: Grammar, width: int, *, end: int | None = None) -> int:
    """Where what stands below the records begins, in bytes of the file; where the table ends (`end`, else the file) if there is nothing."""
    size = path.stat().st_size if end is None else end
    if width < 2:
        return size
    with path.open("rb") as file:
        file.seek(max(start, size - _LOOKED_AT))
        tail = file.read(size - file.tell())
    if size - len(tail) > start:
        tail = tail[grammar.line_end(tail, 0, len(tail)) :]
    lines = list(_lines(tail, grammar))
    found = len(lines)
    while end := _without_blank(lines, found, grammar):
        begin = _begin_of_block(lines, end, grammar)
        last = _cells(lines[end - 1], grammar)
        if begin and _are_notes(lines[begin:end], grammar, width):
            found = begin
        elif last and len(last) * 2 >= width and is_total(last):
            found = end - 1
        else:
            break
    below = b"".join(lines[found:])
    # An odd number of quotes means that a cell goes on from the records into what only seems to stand below them.
    inside = bool(grammar.quote) and below.count(grammar.quote) % 2 == 1
    return size if inside else size - len(below)


def reason_below(line: bytes, grammar: Grammar) -> str:
    """What a line below the records is."""
    cells = _cells(line, grammar)
    return TOTALS if cells and is_total(cells) else NOTE


def _without_blank(lines: list[bytes], end: int, grammar: Grammar) -> int:
    """Where the lines end, blank ones at their end left aside."""
    while end and grammar.is_blank(lines[end - 1]):
        end -= 1
    return end


def _begin_of_block(lines: list[bytes], end: int, grammar: Grammar) -> int:
    """Where the lines begin that end here, without a blank one between them."""
    while end and not grammar.is_blank(lines[end - 1]):
        end -= 1
    return end


def _are_notes(block: list[bytes], grammar: Grammar, width: int) -> bool:
    """Whether lines behind a blank one are notes: each shorter than a record, and together no table."""
    if any(grammar.strict(line, 0, len(line)).cells is None for line in block):
        return False  # a cell that goes on in the next line
    widths = [len(cells) for line in block if (cells := _cells(line, grammar))]
    if len(widths) < len(block) or any(w >= width for w in widths):
        return False
    return len(block) < _FEWEST_OF_A_TABLE or len(set(widths)) > 1 or set(widths) == {1}


def _cells(line: bytes, grammar: Grammar) -> list[str] | None:
    parsed = grammar.strict(line, 0, len(line))
    if parsed.cells is None:
        parsed = grammar.literal(line, 0, len(line))
    if parsed.cells is None:
        return None
    cells = [(cell or b"").decode("utf-8", "replace") for cell in parsed.cells]
    if not any(cell.strip() for cell in cells[1:]) and cells[0].count(" ") >= _PROSE:
        return cells[:1]  # a note in the first cell of an otherwise empty record
    return cells


def _lines(tail: bytes, grammar: Grammar) -> Iterator[bytes]:
    at = 0
    while at < len(tail):
        end = grammar.line_end(tail, at, len(tail))
        yield tail[at:end]
        at = end
