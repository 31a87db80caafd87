"""
The tolerant reader: takes over where a record is not plainly sound, and lets go at the next one that is.

Each stretch of bytes ends as exactly one of: a sound record, a mended one (staged, and listed as a repair), a reject, or a
blank line. Nothing is skipped in between, which is what lets the account be proved.
"""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from xrm_lake.ingest.read.another_table import LOOK, begins_table
from xrm_lake.ingest.read.comment import SIGN
from xrm_lake.ingest.read.encoding import latin
from xrm_lake.ingest.read.grammar import Grammar, Parsed
from xrm_lake.ingest.read.profile import Profile
from xrm_lake.ingest.read.refit import Refitter, counted

MOST_TRIED = 30  # cells of a record in which a stray quote is looked for
LENIENT_LOOK = 1 << 15  # how far a quoted cell with undoubled quotes is followed
FIRST_LOOK = 1 << 20  # how far a quoted cell is followed before its first line is tried by itself
_STRAY = "a quotation mark without its partner was read as text"
_UNDOUBLED = "quotation marks inside a quoted cell are not doubled"
_BROKEN_QUOTES = "a quotation mark in it is never closed, or stands where none may stand"


class Outcome(NamedTuple):
    """
    What the bytes from `at` to `end` are; `cells` if they are staged, `reason` if a person should know.

    "table": none of these, but another table begins here.
    """

    kind: Literal["sound", "mended", "rejected", "blank", "table"]
    end: int
    cells: list[bytes | None] | None = None
    reason: str = ""


class TolerantReader:
    """
    Reads one record of `width` cells at a time; `header` is the record of column names, refused where it comes again.

    `only`: no other table is looked for behind this one.
    """

    def __init__(
        self, grammar: Grammar, profile: Profile, header: list[bytes | None] | None = None, *, only: bool = False
    ) -> None:
        self.grammar, self.profile, self.width = grammar, profile, profile.width
        width = profile.width
        self.header = header if header and width > 1 else None
        self.refitter = Refitter(grammar, profile)
        self.only, self.after_blank = only, False

    def read(self, buf: bytes, at: int, limit: int, *, final: bool) -> Outcome | None:
        """What begins at `at`; None if more bytes (`final`: there are none) are needed to say."""
        g = self.grammar
        line_end = g.line_end(buf, at, limit)
        if not final and line_end >= limit:
            return None
        if not buf[at:line_end].strip(b"\r\n") or (self.width > 1 and g.is_blank(buf[at:line_end])):
            self.after_blank = True
            return Outcome("blank", line_end)
        if not _is_utf8(buf[at:line_end]):
            return self._in_windows_1252(buf[at:line_end], line_end)
        parsed = g.strict(buf, at, limit)
        if parsed.cells is not None:
            if not final and parsed.end >= limit:
                return None
            if not self.only and (self.after_blank or len(parsed.cells) != self.width):
                if not final and limit - at < LOOK:
                    return None
                if begins_table(buf, at, limit, g, self.profile, after_blank=self.after_blank):
                    return Outcome("table", at)
            self.after_blank = False
            return self._judged(buf, at, line_end, parsed)
        if not final and self._runs_off(buf, at, limit):
            # A cell of many lines is rarer than a stray quote, so the first line gets its chance before more is read.
            lone = g.literal(buf, at, line_end) if limit - at >= FIRST_LOOK else None
            if lone is None or lone.cells is None or len(lone.cells) != self.width:
                return None
        if mended := self._mended(buf, at, line_end):
            return mended
        if closed := self.refitter.close_quotes(buf[at:line_end]):
            return Outcome("mended", line_end, *closed)
        if mended := self._mended_over_lines(buf, at, line_end, limit):
            return mended
        return Outcome("rejected", line_end, reason=_BROKEN_QUOTES)

    def _judged(self, buf: bytes, at: int, line_end: int, parsed: Parsed) -> Outcome:
        assert parsed.cells is not None
        if len(parsed.cells) == self.width:
            if parsed.cells == self.header:
                return Outcome("rejected", parsed.end, reason="repeats the line of column names")
            if parsed.end > line_end:
                if not _is_utf8(buf[at : parsed.end]):
                    return self._in_windows_1252(buf[at : parsed.end], parsed.end)
                if swallows(buf[at : parsed.end], self.grammar, self.width):
                    mended = self._mended(buf, at, line_end)
                    return mended or Outcome("sound", parsed.end, parsed.cells)
            if better := self.refitter.doubt(parsed.cells, buf[at : parsed.end]):
                return Outcome("mended", parsed.end, *better)
            return Outcome("sound", parsed.end, parsed.cells)
        if parsed.end > line_end:
            if mended := self._mended(buf, at, line_end):
                return mended
            begins = self._next_plausible(buf, line_end, parsed.end)
            if begins < parsed.end:
                return Outcome("rejected", begins, reason=self._miscounted(parsed))
        if b"\r" in buf[at : line_end - 2]:
            halves = self.grammar.split(buf, at, line_end)
            if halves.cells is not None and len(halves.cells) == self.width:
                return Outcome("sound", halves.end, halves.cells)
        if self._is_comment(buf, at):
            return Outcome("rejected", parsed.end, reason="is a comment, not a record")
        if refitted := self.refitter.refit(parsed.cells, buf[at : parsed.end]):
            return Outcome("mended", parsed.end, *refitted)
        return Outcome("rejected", parsed.end, reason=self._miscounted(parsed))

    def _mended(self, buf: bytes, at: int, line_end: int) -> Outcome | None:
        """The line as a record with its quotes understood otherwise, if that gives just the cells that are expected."""
        for parsed, reason in self._attempts(buf, at, line_end):
            if parsed.cells is not None and len(parsed.cells) == self.width and _is_utf8(buf[at : parsed.end]):
                return Outcome("mended", parsed.end, parsed.cells, reason)
        return None

    def _mended_over_lines(self, buf: bytes, at: int, line_end: int, limit: int) -> Outcome | None:
        """The same with a cell that goes on over several lines, unless one of them is a record by itself."""
        parsed = self.grammar.lenient(buf, at, min(limit, at + LENIENT_LOOK))
        if parsed.cells is None or len(parsed.cells) != self.width or not _is_utf8(buf[at : parsed.end]):
            return None
        if self.width > 1 and self._next_plausible(buf, line_end, parsed.end) < parsed.end:
            return None
        return Outcome("mended", parsed.end, parsed.cells, _UNDOUBLED)

    def _attempts(self, buf: bytes, at: int, line_end: int) -> Iterator[tuple[Parsed, str]]:
        g = self.grammar
        yield g.lenient(buf, at, line_end), _UNDOUBLED
        if g.quote:
            for cell in range(min(self.width, MOST_TRIED)):
                yield g.literal(buf, at, line_end, cell=cell), _STRAY
        yield g.literal(buf, at, line_end), _STRAY

    def _is_comment(self, buf: bytes, at: int) -> bool:
        return self.width > 1 and buf.startswith(SIGN.encode(), at)

    def _runs_off(self, buf: bytes, at: int, limit: int) -> bool:
        """Whether the strict record is still open where the bytes end, rather than broken before."""
        probe = self.grammar.strict(buf[at:limit] + self.grammar.quote, 0, limit - at + 1)
        return probe.cells is not None

    def _next_plausible(self, buf: bytes, start: int, end: int) -> int:
        """The first line between that is a record of the right width by itself, else the end."""
        at = start
        while at < end:
            line_end = self.grammar.line_end(buf, at, end)
            parsed = self.grammar.strict(buf, at, line_end)
            if parsed.cells is not None and len(parsed.cells) == self.width and self.width > 1:
                return at
            at = line_end
        return end

    def _in_windows_1252(self, raw: bytes, end: int) -> Outcome:
        text = latin(raw)
        parsed = self.grammar.strict(text, 0, len(text))
        if parsed.cells is not None and len(parsed.cells) == self.width and parsed.end == len(text):
            return Outcome("mended", end, parsed.cells, "bytes that are not UTF-8 were read as Windows-1252")
        return Outcome("rejected", end, reason="holds bytes that are not UTF-8, " + self._miscounted(parsed))

    def _miscounted(self, parsed: Parsed) -> str:
        if parsed.cells is None:
            return "and its quotation marks do not pair"
        return f"has {counted(len(parsed.cells))}, {self.width} expected"


def swallows(raw: bytes, grammar: Grammar, width: int) -> bool:
    """
    Whether a record of several lines looks like several records caught between two stray quotes.

    It does if it has three lines or more and each by itself has as many delimiters as a record.
    """
    if width < 3:
        return False
    lines = raw.rstrip(b"\r\n").split(grammar.newline)
    return len(lines) > 2 and all(line.count(grammar.delimiter) == width - 1 for line in lines)


def _is_utf8(raw: bytes) -> bool:
    if raw.isascii():
        return True
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
