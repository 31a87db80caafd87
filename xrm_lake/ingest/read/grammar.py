"""One record at a time: how the bytes of a dialect fall into cells, strictly, leniently, or with quotes as mere text."""

import re
from typing import NamedTuple

from xrm_lake.ingest.read.delivery import Dialect

NEEDS_MORE = -1


class Parsed(NamedTuple):
    """The cells of one record (None: nothing there) and where the next begins; no cells: it is not well formed."""

    cells: list[bytes | None] | None
    end: int


class Grammar:
    """
    Splits UTF-8 bytes into records by one dialect.

    `strict` is what the dialect says. `lenient` also ends a quoted cell at a quote before a delimiter though quotes within
    are not doubled. `literal` takes quotes as text. `split` reads a lone carriage return as the end of a record.
    """

    def __init__(self, dialect: Dialect, *, skip_space: bool = False, keep_empty: bool = False) -> None:
        self.delimiter = dialect.delimiter.encode()
        self.quote = (dialect.quote or "").encode()
        self.escape = (dialect.escape or "").encode()
        self.newline = b"\r" if dialect.newline == "\r" else b"\n"
        self._end = rb"\r\n?|\n" if self.newline == b"\r" else rb"\r?\n"
        self._skip = rb"[ ]*+" if skip_space else b""
        self._strict = self._quoted(self._inside()) if self.quote else None
        self._lenient = self._quoted(rb"(?s:.*?)", after=rb"[ \t]*+") if self.quote else None
        self._plain = self._unquoted(self._end)
        self._plain_split = self._unquoted(rb"\r\n?|\n")
        self._after = re.compile(rb"(?P<d>%s)|(?P<e>%s)" % (re.escape(self.delimiter), self._end))
        self._after_split = re.compile(rb"(?P<d>%s)|(?P<e>\r\n?|\n)" % re.escape(self.delimiter))
        empty = rb"(?:%s%s)?" % (re.escape(self.quote), re.escape(self.quote)) if self.quote else b""
        nothing = b"" if keep_empty else rb"%s(?:%s%s)*+" % (empty, re.escape(self.delimiter), empty)
        self._blank = re.compile(nothing + rb"[\r\n]*")
        self.line = re.compile(rb"(?s:.*?)(?:%s|\Z)" % self._end)

    def strict(self, buf: bytes, at: int, limit: int) -> Parsed:
        """The record at `at`, as the dialect says."""
        return self._read(buf, at, limit, self._strict)

    def lenient(self, buf: bytes, at: int, limit: int) -> Parsed:
        """The record at `at`, with quotes inside quoted cells that are not doubled."""
        return self._read(buf, at, limit, self._lenient)

    def literal(self, buf: bytes, at: int, limit: int, *, cell: int | None = None) -> Parsed:
        """The record at `at`, with its quotes as text; in one `cell` (from 0) only, if that is given."""
        if cell is None:
            return self._read(buf, at, limit, None)
        return self._read(buf, at, limit, self._strict, literal=cell)

    def split(self, buf: bytes, at: int, limit: int) -> Parsed:
        """The record at `at`, with a lone carriage return as its end."""
        return self._read(buf, at, limit, self._strict, split=True)

    def quoted(self, raw: bytes) -> list[bool]:
        """Which cells of a well-formed record stand between quotes."""
        flags: list[bool] = []
        at = 0
        while True:
            match = self._strict.match(raw, at) if self._strict else None
            flags.append(match is not None)
            match = match or self._plain.match(raw, at)
            after = self._after.match(raw, match.end()) if match else None
            if after is None or after["e"] is not None:
                return flags
            at = after.end()

    def is_blank(self, line: bytes) -> bool:
        """Whether a line holds nothing, or (unless such records are kept) nothing but empty cells."""
        return self._blank.fullmatch(line) is not None

    def line_end(self, buf: bytes, at: int, limit: int) -> int:
        """Where the physical line at `at` ends, its newline included."""
        found = buf.find(self.newline, at, limit)
        return limit if found < 0 else found + 1

    def _read(
        self,
        buf: bytes,
        at: int,
        limit: int,
        quoted: re.Pattern[bytes] | None,
        *,
        split: bool = False,
        literal: int | None = None,
    ) -> Parsed:
        cells: list[bytes | None] = []
        plain, after_cell = (self._plain_split, self._after_split) if split else (self._plain, self._after)
        while True:
            as_text = quoted is None or len(cells) == literal
            match = None if as_text or quoted is None else quoted.match(buf, at, limit)
            if match:
                cells.append(self._bare(match["text"]))
            elif not as_text and self._opens(buf, at, limit):
                return Parsed(None, at)
            else:
                match = plain.match(buf, at, limit)
                assert match is not None  # it matches the empty cell
                cells.append(self._unescaped(match.group()) or None)
            at = match.end()
            after = after_cell.match(buf, at, limit)
            if after is None:
                return Parsed(cells, at) if at >= limit else Parsed(None, at)
            at = after.end()
            if after["e"] is not None:
                return Parsed(cells, at)

    def _opens(self, buf: bytes, at: int, limit: int) -> bool:
        while self._skip and at < limit and buf[at] == 0x20:
            at += 1
        return buf.startswith(self.quote, at, limit)

    def _inside(self) -> bytes:
        q = re.escape(self.quote)
        if self.escape:
            e = re.escape(self.escape)
            return rb"(?s:[^%s%s]|%s.|%s%s)*+" % (q, e, e, q, q)
        return rb"[^%s]*+(?:%s%s[^%s]*+)*+" % (q, q, q, q)

    def _quoted(self, inside: bytes, after: bytes = b"") -> re.Pattern[bytes]:
        q, d = re.escape(self.quote), re.escape(self.delimiter)
        return re.compile(rb"%s%s(?P<text>%s)%s%s(?=%s|%s|\Z)" % (self._skip, q, inside, q, after, d, self._end))

    def _unquoted(self, end: bytes) -> re.Pattern[bytes]:
        d = re.escape(self.delimiter)
        escaped = rb"%s[^\r\n]|" % re.escape(self.escape) if self.escape else b""
        if len(self.delimiter) == 1:
            stop = rb"[^%s\r\n%s]" % (d, re.escape(self.escape))
            more = rb"\r(?!\n)|" if end == rb"\r?\n" else b""
            if self.escape:
                more += re.escape(self.escape) + b"|"
            return re.compile(rb"(?:%s%s%s++)*+" % (escaped, more, stop) if escaped or more else rb"%s*+" % stop)
        return re.compile(rb"(?s:%s(?!%s|%s).)*+" % (escaped, d, end))

    def _bare(self, text: bytes) -> bytes:
        text = text.replace(self.quote * 2, self.quote)
        return self._unescaped(text)

    def _unescaped(self, text: bytes) -> bytes:
        if not self.escape or self.escape not in text:
            return text
        special = re.escape(self.quote) + b"|" + re.escape(self.escape) if self.quote else re.escape(self.escape)
        return re.sub(rb"%s(%s|%s)" % (re.escape(self.escape), special, re.escape(self.delimiter)), rb"\1", text)
