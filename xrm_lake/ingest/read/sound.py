"""
How many records from here on are plainly sound: proved over whole blocks of bytes at once.

A record is plainly sound if it has the expected number of cells, its quotes stand only where quotes may stand, it ends in an
ordinary newline, and it is neither blank, nor the header again, nor several records between two stray quotes. Any reader
understands such bytes alike. What it says of records is worked out from the places of three bytes and never from a CSV
parser, so it is the independent count that the parser is held against.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from xrm_lake.ingest.read.grammar import Grammar
from xrm_lake.ingest.read.tolerant import swallows

Positions = npt.NDArray[np.int64]
_CR, _LF = 13, 10


class Sound(NamedTuple):
    """The first `records` of the block are sound and end at `end`; `stopped`: the next one is not, or not plainly."""

    records: int
    end: int
    stopped: bool
    line_offsets: Positions | None  # the line of each record, counted from 0; None: one line each
    lines: int


class Prover:
    """Proves blocks of one dialect (one-byte delimiter, doubled quotes) and width."""

    def __init__(self, grammar: Grammar, width: int, header: bytes = b"", *, check_utf8: bool = False) -> None:
        self.grammar, self.width, self.check_utf8 = grammar, width, check_utf8
        self.header = header.replace(grammar.quote, b"") if grammar.quote else header
        self.delimiter, self.end_byte = grammar.delimiter[0], grammar.newline[0]
        self.quote = grammar.quote[0] if grammar.quote else -1

    def prove(self, block: bytes, *, final: bool) -> Sound:
        """The sound records at the start of a block that begins with a record; `final`: the file ends with it."""
        size = len(block)
        if final and not block.endswith(self.grammar.newline):
            block += self.grammar.newline
        data = np.frombuffer(block, np.uint8)
        newlines = data == self.end_byte
        marks = newlines | (data == self.delimiter)
        quotes, within = self._quotes(data)
        if within is not None:
            marks &= ~within
        structure = np.flatnonzero(marks)
        ends_in_structure = np.flatnonzero(data[structure] == self.end_byte)
        ends = structure[ends_in_structure] + 1
        if not len(ends):
            return Sound(0, 0, final and size > 0, None, 0)
        widths = np.diff(ends_in_structure, prepend=-1)
        starts = np.concatenate(([0], ends[:-1]))
        sound = self._first_fault(block, data, starts, ends, widths, quotes, within)
        stopped = sound < len(ends) or (final and int(ends[-1]) < size)
        if sound == 0:
            return Sound(0, 0, stopped, None, 0)
        end = int(ends[sound - 1])
        offsets, lines = _line_offsets(newlines, within, starts[:sound], end)
        return Sound(sound, min(end, size), stopped, offsets, lines)

    def _quotes(self, data: npt.NDArray[np.uint8]) -> tuple[Positions, npt.NDArray[np.bool_] | None]:
        if self.quote < 0:
            return np.empty(0, np.int64), None
        is_quote = data == self.quote
        if not is_quote.any():
            return np.empty(0, np.int64), None
        return np.flatnonzero(is_quote), np.bitwise_xor.accumulate(is_quote.view(np.uint8)).view(np.bool_)

    def _first_fault(
        self,
        block: bytes,
        data: npt.NDArray[np.uint8],
        starts: Positions,
        ends: Positions,
        widths: Positions,
        quotes: Positions,
        within: npt.NDArray[np.bool_] | None,
    ) -> int:
        """How many records come before the first that is not plainly sound."""
        faults = [len(ends)]
        wrong = widths != self.width
        if wrong.any():
            faults.append(int(wrong.argmax()))
        reach = int(ends[-1])
        places = [*self._misplaced(data, quotes, reach), *self._odd_returns(block, data, within, reach)]
        if self.check_utf8 and (bad := _not_utf8(block[:reach])) is not None:
            places.append(bad)
        if self.header:
            faults.extend(self._header_again(block, data, starts, ends))
        faults.extend(int(np.searchsorted(ends, place, side="right")) for place in places if place < reach)
        if self.width == 1:
            lengths = ends - starts
            blank = (lengths == 1) | ((lengths == 2) & (data[starts] == _CR))
            if blank.any():
                faults.append(int(blank.argmax()))
        first = min(faults)
        if within is not None and self.width > 2:
            first = self._first_swallower(block, data, within, starts[:first], ends[:first])
        return first

    def _misplaced(self, data: npt.NDArray[np.uint8], quotes: Positions, reach: int) -> list[int]:
        """The first quote that neither opens a cell, closes one, nor is one of a pair."""
        found = []
        opening, closing = quotes[0::2], quotes[1::2]
        if len(opening):
            before = data[opening - 1]
            wrong = (before != self.delimiter) & (before != self.end_byte) & (before != self.quote)
            if opening[0] == 0:
                wrong[0] = False
            if wrong.any():
                found.append(int(opening[wrong.argmax()]))
        closing = closing[closing < reach - 1]
        if len(closing):
            after = data[closing + 1]
            wrong = (after != self.delimiter) & (after != self.end_byte) & (after != self.quote) & (after != _CR)
            if wrong.any():
                found.append(int(closing[wrong.argmax()]))
        return found

    def _odd_returns(
        self, block: bytes, data: npt.NDArray[np.uint8], within: npt.NDArray[np.bool_] | None, reach: int
    ) -> list[int]:
        """The first carriage return (in a file of returns: line feed) outside quotes that ends no line."""
        other = _CR if self.end_byte == _LF else _LF
        if bytes([other]) not in block:
            return []
        odd = data[:reach] == other
        if within is not None:
            odd &= ~within[:reach]
        if other == _CR:
            odd[:-1] &= data[1:reach] != _LF
        return [int(odd.argmax())] if odd.any() else []

    def _header_again(
        self, block: bytes, data: npt.NDArray[np.uint8], starts: Positions, ends: Positions
    ) -> list[int]:
        """The first record that says the same as the header, quotes apart."""
        sizes = ends - starts
        likely = (sizes > len(self.header)) & (sizes < len(self.header) + 2 * self.width + 3)
        first = data[starts]
        likely &= (first == self.header[0]) | (first == self.quote)
        for index in np.flatnonzero(likely).tolist():
            line = block[starts[index] : ends[index]].rstrip(b"\r\n")
            if line.startswith(self.header[:2], 1 if first[index] == self.quote else 0):
                bare = line.replace(self.grammar.quote, b"") if self.grammar.quote else line
                if bare == self.header:
                    return [int(index)]
        return []

    def _first_swallower(
        self,
        block: bytes,
        data: npt.NDArray[np.uint8],
        within: npt.NDArray[np.bool_],
        starts: Positions,
        ends: Positions,
    ) -> int:
        inner = np.flatnonzero((data == self.end_byte) & within)
        if not len(inner) or not len(ends):
            return len(ends)
        record = np.searchsorted(ends, inner, side="right")
        twice = record[1:][(record[1:] == record[:-1]) & (record[1:] < len(ends))]
        for index in dict.fromkeys(twice.tolist()):
            if swallows(block[starts[index] : ends[index]], self.grammar, self.width):
                return int(index)
        return len(ends)


def _line_offsets(
    newlines: npt.NDArray[np.bool_], within: npt.NDArray[np.bool_] | None, starts: Positions, end: int
) -> tuple[Positions | None, int]:
    if within is None or not (newlines[:end] & within[:end]).any():
        return None, len(starts)
    places = np.flatnonzero(newlines[:end])
    return np.searchsorted(places, starts), len(places)


def _not_utf8(raw: bytes) -> int | None:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as trouble:
        return trouble.start
    return None
