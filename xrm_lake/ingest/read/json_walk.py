"""
The records of a JSON document, one by one: the elements of its outermost arrays, each with its place in the file.

The document is read piece by piece: held are one element and what was read ahead, never the whole.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple, TextIO

MOST_AT_ONCE = 64 << 20
_PIECE = 1 << 20
_SPACE = re.compile(r"[ \t\r\n]*")
_DEEPEST = 20
# A number that ends here may go on in the next piece, and so may the sign or the exponent behind it.
_AHEAD = 4


class Element(NamedTuple):
    """A value in a document: `path` of names that lead to it, its text, line and byte, and whether an array holds it."""

    path: tuple[str, ...]
    value: Any
    listed: bool
    line: int
    start: int
    end: int


class Damaged(ValueError):
    """The text is no JSON from a line and a column on."""

    def __init__(self, line: int, column: int) -> None:
        super().__init__(line, column)
        self.line, self.column = line, column


class TooLong(ValueError):
    """A value that begins in a line is longer than what is held at once, or its end is missing."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class JsonWalk:
    """
    One walk through a document. `text` says what an element was written like, until the next is asked for.

    Raises Damaged where the text is no JSON, TooLong at a value of more than MOST_AT_ONCE characters, RecursionError where it is too deep.
    """

    def __init__(self, file: TextIO, decoder: json.JSONDecoder, *, piece: int = _PIECE) -> None:
        self._file, self._decoder, self._piece = file, decoder, piece
        self._held, self._at, self._ended = "", 0, False
        # Of what was let go: its line breaks, the characters behind the last of them, its bytes as UTF-8.
        self._lines, self._column, self._bytes = 0, 0, 0
        self._counted, self._line = 0, 1

    def elements(self) -> Iterator[Element]:
        """The elements of the arrays that stand in no other array, and the values beside these arrays."""
        if self._next() not in ("[", "{"):
            raise self._damaged(self._at)
        yield from self._walk((), 0)
        if self._next():
            raise self._damaged(self._at)

    def whole(self) -> tuple[Any, str]:
        """The document as one value, and its text."""
        self._next()
        value, start = self._value()
        return value, self._held[start : self._at]

    def text(self, element: Element) -> str:
        """What the element that came last was written like."""
        return self._held[element.start : element.end]

    def position(self, element: Element) -> int:
        """How many bytes of UTF-8 stand before the element that came last."""
        return self._bytes + len(self._held[: element.start].encode())

    def _walk(self, path: tuple[str, ...], depth: int) -> Iterator[Element]:
        """Go through the array or object that begins here, to its end."""
        if depth > _DEEPEST:
            raise RecursionError
        closing = "]" if self._held[self._at] == "[" else "}"
        self._at += 1
        if self._next() == closing:
            self._at += 1
            return
        while True:
            here = (*path, self._name()) if closing == "}" else path
            if closing == "}" and self._next() in ("[", "{"):
                yield from self._walk(here, depth + 1)
            else:
                value, start = self._value()
                yield Element(here, value, closing == "]", self._line_of(start), start, self._at)
            found = self._next()
            if found not in (closing, ","):
                raise self._damaged(self._at)
            self._at += 1
            if found == closing:
                return
            self._next()

    def _name(self) -> str:
        if self._next() != '"':
            raise self._damaged(self._at)
        name, _ = self._value()
        if self._next() != ":":
            raise self._damaged(self._at)
        self._at += 1
        self._next()
        return str(name)

    def _next(self) -> str:
        """The character behind white space, nothing at the end."""
        while True:
            found = _SPACE.match(self._held, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._held) or not self._more():
                return self._held[self._at : self._at + 1]

    def _value(self) -> tuple[Any, int]:
        """The value that begins here, and where it began."""
        while True:
            try:
                value, end = self._decoder.raw_decode(self._held, self._at)
            except json.JSONDecodeError as trouble:
                if not self._more():
                    raise self._damaged(trouble.pos) from None
            else:
                if end + _AHEAD <= len(self._held) or not self._more():
                    start, self._at = self._at, end
                    return value, start

    def _more(self) -> bool:
        """Read on, and let go of what was passed; False at the end of the file."""
        if self._ended:
            return False
        rest = len(self._held) - self._at
        if rest > MOST_AT_ONCE:
            raise TooLong(self._line_of(self._at))
        # A long value is tried again each time: twice as much makes that few times.
        piece = self._file.read(max(self._piece, rest))
        if not piece:
            self._ended = True
            return False
        gone = self._held[: self._at]
        self._line_of(self._at)
        breaks = gone.count("\n")
        self._lines += breaks
        self._column = len(gone) - gone.rfind("\n") - 1 if breaks else self._column + len(gone)
        self._bytes += len(gone.encode())
        self._held, self._at, self._counted = self._held[self._at :] + piece, 0, 0
        return True

    def _line_of(self, place: int) -> int:
        """The line of a place not before the one that was asked for last."""
        self._line += self._held.count("\n", self._counted, place)
        self._counted = max(self._counted, place)
        return self._line

    def _damaged(self, place: int) -> Damaged:
        before = self._held[:place]
        breaks = before.count("\n")
        column = len(before) - before.rfind("\n") if breaks else self._column + len(before) + 1
        return Damaged(self._lines + breaks + 1, column)
