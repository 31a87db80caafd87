"""Another table in the same file: where the records end and a line of names begins records of another build."""

from collections.abc import Sequence

from xrm_lake.ingest.read.cell_type import DATA, cell_type
from xrm_lake.ingest.read.grammar import Grammar
from xrm_lake.ingest.read.header import has_names
from xrm_lake.ingest.read.profile import Profile

_COMPARED = 5
_FEWEST = 2  # records below the names
LOOK = 1 << 14  # bytes that are enough to tell


def begins_table(buf: bytes, at: int, limit: int, grammar: Grammar, profile: Profile, *, after_blank: bool) -> bool:
    """
    Whether a table of its own begins here: names, then records that are as many cells wide, unlike those above.

    Of the same width as those above it must stand behind a blank line, and have words where there were numbers or dates.
    """
    return is_table(_rows(buf, at, min(limit, at + LOOK), grammar), profile, after_blank=after_blank)


def is_table(rows: Sequence[Sequence[str]], profile: Profile, *, after_blank: bool) -> bool:
    """Whether these are names over records, unlike the records of the profile."""
    if len(rows) <= _FEWEST or len({len(row) for row in rows}) > 1 or len(rows[0]) < 2:
        return False
    names, below = rows[0], rows[1:]
    if any(cell_type(cell) in DATA for cell in names) or len({cell.strip() for cell in names}) < len(names):
        return False
    if len(names) == profile.width and not (after_blank and _contradicts(names, profile)):
        return False
    typed = any(sum(cell_type(row[i]) in DATA for row in below) * 2 > len(below) for i in range(len(names)))
    return (typed or after_blank) and has_names(names, below)


def _contradicts(names: Sequence[str], profile: Profile) -> bool:
    return any(
        sum(count for kind, count in profile.columns[i].items() if kind in DATA) * 2 > profile.seen
        for i, name in enumerate(names)
        if name.strip()
    )


def _rows(buf: bytes, at: int, limit: int, grammar: Grammar) -> list[list[str]]:
    """The first records from here on, up to a blank line or one that is not well formed."""
    rows: list[list[str]] = []
    while at < limit and len(rows) <= _COMPARED:
        line_end = grammar.line_end(buf, at, limit)
        parsed = grammar.strict(buf, at, limit)
        if parsed.cells is None or grammar.is_blank(buf[at:line_end]):
            break
        rows.append([(cell or b"").decode("utf-8", "replace") for cell in parsed.cells])
        at = parsed.end
    return rows
