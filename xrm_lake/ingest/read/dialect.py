"""
Find the dialect of a text table: delimiter, quote, escape and newline.

Each candidate splits the first records; the one whose records are most alike in length and whose cells look most like values
wins (the consistency measure of van den Burg, Nazábal and Sutton, "Wrangling messy CSV files", 2019), with a lean towards
what exports use.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from xrm_lake.ingest.read.cell_type import DATA, cell_type
from xrm_lake.ingest.read.comment import without_comments
from xrm_lake.ingest.read.delivery import Dialect
from xrm_lake.ingest.read.grammar import Grammar

SAMPLE_RECORDS = 150
_QUOTED = re.compile(rb'"[^"]*+"')
_LEAN = {
    ",": 1.0,
    ";": 1.0,
    "\t": 1.0,
    "|": 0.98,
    ", ": 0.9,
    "; ": 0.9,
    "||": 1.0,
    "\x1f": 1.0,
    "\x01": 1.0,
    "^": 0.9,
    "~": 0.9,
}
_LEAN |= {
    "::": 0.8,
    ":": 0.6,
    " ": 0.55,
    "#": 0.5,
    "*": 0.4,
    "&": 0.4,
    "%": 0.4,
    "§": 0.8,
    "¦": 0.9,
    "/": 0.3,
    "=": 0.3,
    "\x1e": 1.0,
}
_LEAN |= {"|~|": 1.0, "~|~": 1.0, "<|>": 1.0, "@|@": 1.0, "\t|\t": 1.0, " | ": 0.95, "$": 0.4, "!": 0.3}
_UNQUOTED = 0.97  # quotes that mean nothing must fit clearly better: some may come later in the file
_RARE = frozenset(delimiter for delimiter, lean in _LEAN.items() if lean < 0.85)
_UNKNOWN = frozenset({"other"})


class Candidate(NamedTuple):
    """A dialect, whether spaces before a quote belong to the delimiter, and how well it fits (0 to 1)."""

    dialect: Dialect
    skip_space: bool
    score: float


class SampleRecord(NamedTuple):
    """The cells of one of the first records, where it begins (byte, and line from 1), ends, its lines, and if it is well formed."""

    cells: list[str]
    position: int
    line: int
    end: int
    lines: int
    sound: bool = True


def find_dialect(sample: bytes, encoding: str) -> Candidate:
    """The dialect that fits the sample best; a single column if no delimiter fits."""
    newline = find_newline(sample)
    best = _single_column(sample, Dialect(encoding, ",", newline=newline))
    for dialect, skip_space in _candidates(sample, encoding, newline):
        score = _score(sample, dialect, skip_space) * _LEAN[dialect.delimiter]
        if dialect.quote is None:
            score *= _UNQUOTED
        if score > best.score * 1.0001:
            best = Candidate(dialect, skip_space, score)
    return _with_its_space(sample, best) if best.skip_space else best


def _with_its_space(sample: bytes, found: Candidate) -> Candidate:
    """The same dialect with a space as part of the delimiter, if each delimiter has one behind it."""
    dialect = replace(found.dialect, delimiter=found.dialect.delimiter + " ")
    before = [len(record.cells) for record in sample_records(sample, Grammar(found.dialect, skip_space=True))]
    after = list(sample_records(sample, Grammar(dialect)))
    if all(record.sound for record in after) and before == [len(record.cells) for record in after]:
        return Candidate(dialect, False, found.score)
    return found


def find_newline(sample: bytes) -> str:
    """What most lines end with."""
    bare = _QUOTED.sub(b"", sample)
    sample = bare if b"\n" in bare or b"\r" in bare else sample
    pairs = sample.count(b"\r\n")
    feeds, returns = sample.count(b"\n") - pairs, sample.count(b"\r") - pairs
    if returns > 2 * (feeds + pairs):
        return "\r"
    return "\r\n" if pairs > feeds else "\n"


def sample_records(sample: bytes, grammar: Grammar, most: int = SAMPLE_RECORDS) -> Iterator[SampleRecord]:
    """The first records, blank lines as records without cells; what is not well formed is split with quotes as text."""
    at, line = 0, 1
    for _ in range(most):
        if at >= len(sample):
            return
        line_end = grammar.line_end(sample, at, len(sample))
        if not sample[at:line_end].strip(b"\r\n"):
            yield SampleRecord([], at, line, line_end, 1)
            at, line = line_end, line + 1
            continue
        parsed = grammar.strict(sample, at, len(sample))
        sound = parsed.cells is not None
        if parsed.cells is None:
            parsed = grammar.lenient(sample, at, line_end)
        if parsed.cells is None:
            parsed = grammar.literal(sample, at, line_end)
        cells = [(cell or b"").decode("utf-8", "replace") for cell in parsed.cells or []]
        lines = max(1, sample.count(grammar.newline, at, parsed.end))
        yield SampleRecord(cells, at, line, parsed.end, lines, sound)
        at, line = parsed.end, line + lines


def find_decimal(rows: list[list[str]]) -> str | None:
    """The decimal sign, if the numbers of these records settle it."""
    votes: Counter[str] = Counter()
    for row in rows:
        for cell in row:
            text = cell.strip()
            if re.fullmatch(r"[-+]?\d{1,3}(?:\.\d{3})*,\d{1,2}|[-+]?\d+,\d{1,2}|[-+]?\d{1,3}(?:\.\d{3})+,\d+", text):
                votes[","] += 1
            elif re.fullmatch(
                r"[-+]?\d{1,3}(?:,\d{3})*\.\d{1,2}|[-+]?\d+\.(?:\d{1,2}|\d{4,})|[-+]?\d{1,3}(?:,\d{3})+\.\d+",
                text,
            ):
                votes["."] += 1
    if not votes or (len(votes) == 2 and max(votes.values()) < 5 * min(votes.values())):
        return None
    return votes.most_common(1)[0][0]


def _single_column(sample: bytes, dialect: Dialect) -> Candidate:
    """How well the lines fit as values themselves, such as dates, in which a delimiter may seem to stand."""
    # What is one column is read with a delimiter that stands nowhere in it.
    dialect = replace(dialect, delimiter=next((d for d in ",;\t|\x1f" if d.encode() not in sample), "\x1e"))
    lines = [line.strip().decode("utf-8", "replace").strip('"') for line in sample[: 1 << 16].splitlines()]
    kinds = Counter(cell_type(line) for line in lines[1:] if line)
    values = sum(kinds[kind] for kind in DATA)
    return Candidate(dialect, False, 0.45 if values and values > 0.6 * kinds.total() else 1e-3)


def _candidates(sample: bytes, encoding: str, newline: str) -> Iterator[tuple[Dialect, bool]]:
    start = sample[: 1 << 16]
    for delimiter in _LEAN:
        mark = delimiter.encode()
        if mark not in start:
            continue
        quotes: list[str | None] = ['"']
        if _stands_at_an_edge(start, mark, b"'"):
            quotes.append("'")
        if b'"' in start and not _stands_at_an_edge(start, mark, b'"'):
            quotes.append(None)
        escapes = [None, "\\"] if re.search(rb"\\(?:%s|[\"'])" % re.escape(mark), start) else [None]
        for quote in quotes:
            for escape in escapes:
                dialect = Dialect(encoding, delimiter, quote, escape, newline=newline)
                yield dialect, False
                if quote and mark + b" " + quote.encode() in start and delimiter != " ":
                    yield dialect, True


def _stands_at_an_edge(start: bytes, mark: bytes, quote: bytes) -> bool:
    """Whether some cell begins and some cell ends with the quote."""
    q, d = re.escape(quote), re.escape(mark)
    opens = re.search(rb"(?:^|%s *|[\r\n])%s" % (d, q), start)
    closes = re.search(rb"%s[ \t]*(?:%s|[\r\n]|\Z)" % (q, d), start)
    return bool(opens and closes)


def _score(sample: bytes, dialect: Dialect, skip_space: bool) -> float:
    grammar = Grammar(dialect, skip_space=skip_space)
    records = [record for record in sample_records(sample, grammar) if record.cells]
    rows = [row for row in without_comments([record.cells for record in records]) if row]
    if not rows:
        return 0.0
    well_formed = sum(record.sound for record in records) / len(records)
    widths = Counter(len(row) for row in rows)
    pattern = sum(count * (max(width - 1, 1e-3)) / width for width, count in widths.items()) / len(widths) / len(rows)
    # The share of the usual width forgives a preamble or a few odd records, which would divide the measure by their kinds.
    width, usual = max(widths.items(), key=lambda item: (item[1] if item[0] > 1 else 0, item[0]))
    steady = (usual / len(rows)) ** 2 * max(width - 1, 1e-3) / width
    kinds = Counter(_kind(cell, dialect) for row in rows[:80] for cell in row[:60])
    if dialect.delimiter in _RARE and (usual < 2 or usual < 0.6 * len(rows)):
        return 0.0
    known = sum(count for kind, count in kinds.items() if kind not in _UNKNOWN)
    return max(pattern, steady) * max(known / sum(kinds.values()), 1e-3) * (0.5 + 0.5 * well_formed)


def _kind(cell: str, dialect: Dialect) -> str:
    stray = cell.strip()
    if len(stray) > 1 and stray[0] == stray[-1] and stray[0] in "\"'" and stray[0] != dialect.quote:
        return "other"
    if stray[:1] in "\"'" and stray[:1]:
        return "other"
    return cell_type(cell)
