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
Flags = npt.NDArray[np.bool_]
_CR, _LF = 13, 10
# So many first bytes tell nearly all records from the header.
_TOLD_APART = 8


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

    def prove(self, raw: bytes, *, final: bool) -> Sound:
        """The sound records at the start of bytes that begin with a record; `final`: the file ends with them."""
        size = len(raw)
        if final and not raw.endswith(self.grammar.newline):
            raw += self.grammar.newline
        block = self._taken_apart(raw)
        if block is None:
            return Sound(0, 0, final and size > 0, None, 0)
        sound = self._first_fault(block)
        stopped = sound < len(block.ends) or (final and block.reach < size)
        if sound == 0:
            return Sound(0, 0, stopped, None, 0)
        end = int(block.ends[sound - 1])
        offsets, lines = _line_offsets(block, sound, end)
        return Sound(sound, min(end, size), stopped, offsets, lines)

    def _taken_apart(self, raw: bytes) -> "Block | None":
        """Where records begin and end by the parity of quotes; None if none ends."""
        data = np.frombuffer(raw, np.uint8)
        newlines = data == self.end_byte
        marks = newlines | (data == self.delimiter)
        quotes, within = self._quotes(data)
        if within is not None:
            marks &= ~within
        structure = np.flatnonzero(marks)
        last = np.flatnonzero(data[structure] == self.end_byte)
        if not len(last):
            return None
        ends = structure[last] + 1
        starts = np.concatenate(([0], ends[:-1]))
        return Block(raw, data, newlines, quotes, within, starts, ends, np.diff(last, prepend=-1))

    def _quotes(self, data: npt.NDArray[np.uint8]) -> tuple[Positions, Flags | None]:
        if self.quote < 0:
            return np.empty(0, np.int64), None
        is_quote = data == self.quote
        if not is_quote.any():
            return np.empty(0, np.int64), None
        return np.flatnonzero(is_quote), np.bitwise_xor.accumulate(is_quote.view(np.uint8)).view(np.bool_)

    def _first_fault(self, block: "Block") -> int:
        """How many records come before the first that is not plainly sound."""
        faults = [len(block.ends), *self._header_again(block)]
        wrong = block.widths != self.width
        if wrong.any():
            faults.append(int(wrong.argmax()))
        places = [*self._misplaced(block), *self._odd_returns(block)]
        if self.check_utf8 and (bad := _not_utf8(block.raw[: block.reach])) is not None:
            places.append(bad)
        faults += [int(np.searchsorted(block.ends, p, side="right")) for p in places if p < block.reach]
        if (blank := self._blank(block)) is not None:
            faults.append(blank)
        return self._first_swallower(block, min(faults))

    def _blank(self, block: "Block") -> int | None:
        """The first record without content: nothing but delimiters, or pairs of quotes between them."""
        sizes, first = block.ends - block.starts, block.data[block.starts]
        last = block.data[np.maximum(block.ends - 2, 0)]
        marks = (self.delimiter, self.quote, self.end_byte, _CR) if self.width > 1 else (self.end_byte, _CR)
        bare = (sizes <= (3 * self.width + 1 if self.width > 1 else 2)) & np.isin(first, marks) & np.isin(last, marks)
        for index in np.flatnonzero(bare).tolist():
            if self.grammar.is_blank(block.raw[block.starts[index] : block.ends[index]]):
                return int(index)
        return None

    def _misplaced(self, block: "Block") -> list[int]:
        """The first quote that neither opens a cell, closes one, nor is one of a pair."""
        data, found = block.data, []
        opening, closing = block.quotes[0::2], block.quotes[1::2]
        if len(opening):
            before = data[opening - 1]
            wrong = (before != self.delimiter) & (before != self.end_byte) & (before != self.quote)
            if opening[0] == 0:
                wrong[0] = False
            if wrong.any():
                found.append(int(opening[wrong.argmax()]))
        closing = closing[closing < block.reach - 1]
        if len(closing):
            after = data[closing + 1]
            wrong = (after != self.delimiter) & (after != self.end_byte) & (after != self.quote) & (after != _CR)
            if wrong.any():
                found.append(int(closing[wrong.argmax()]))
        return found

    def _odd_returns(self, block: "Block") -> list[int]:
        """The first carriage return (in a file of returns: line feed) outside quotes that ends no line."""
        other = _CR if self.end_byte == _LF else _LF
        if bytes([other]) not in block.raw:
            return []
        odd = block.data[: block.reach] == other
        if block.within is not None:
            odd &= ~block.within[: block.reach]
        if other == _CR:
            odd[:-1] &= block.data[1 : block.reach] != _LF
        return [int(odd.argmax())] if odd.any() else []

    def _header_again(self, block: "Block") -> list[int]:
        """The first record that says the same as the header, quotes apart."""
        if not self.header:
            return []
        sizes, first = block.ends - block.starts, block.data[block.starts]
        likely = (sizes > len(self.header)) & (sizes < len(self.header) + 2 * self.width + 3)
        likely &= (first == self.header[0]) | (first == self.quote)
        for index in self._begun_alike(block, np.flatnonzero(likely)).tolist():
            line = block.raw[block.starts[index] : block.ends[index]].rstrip(b"\r\n")
            if line.startswith(self.header[:2], 1 if first[index] == self.quote else 0):
                bare = line.replace(self.grammar.quote, b"") if self.grammar.quote else line
                if bare == self.header:
                    return [int(index)]
        return []

    def _begun_alike(self, block: "Block", records: Positions) -> Positions:
        """Those of these records whose first bytes are the header's; a quote further on may hide that they are."""
        at = block.starts[records]
        at = at + (block.data[at] == self.quote)
        quoted = np.zeros(len(records), np.bool_)
        for place in range(1, min(_TOLD_APART, len(self.header))):
            byte = block.data[at + place]
            quoted |= (byte == self.quote) & (place > 1)
            alike = quoted | (byte == self.header[place])
            records, at, quoted = records[alike], at[alike], quoted[alike]
        return records

    def _first_swallower(self, block: "Block", sound: int) -> int:
        """How many of the records that are sound otherwise come before one that may hold others between stray quotes."""
        if block.within is None or self.width < 3 or not sound:
            return sound
        ends = block.ends[:sound]
        inner = np.flatnonzero(block.newlines & block.within)
        record = np.searchsorted(ends, inner, side="right")
        twice = record[1:][(record[1:] == record[:-1]) & (record[1:] < sound)]
        for index in dict.fromkeys(twice.tolist()):
            if swallows(block.raw[block.starts[index] : ends[index]], self.grammar, self.width):
                return int(index)
        return sound


class Block(NamedTuple):
    """Bytes taken apart: where newlines and quotes are, which bytes stand within quotes, and where records begin and end."""

    raw: bytes
    data: npt.NDArray[np.uint8]
    newlines: Flags
    quotes: Positions
    within: Flags | None  # None: there are no quotes
    starts: Positions
    ends: Positions
    widths: Positions

    @property
    def reach(self) -> int:
        """Where the last record ends that ends in the block."""
        return int(self.ends[-1])


def _line_offsets(block: Block, sound: int, end: int) -> tuple[Positions | None, int]:
    """The line of each sound record, counted from 0 (None: one line each), and how many lines they have."""
    if block.within is None or not (block.newlines[:end] & block.within[:end]).any():
        return None, sound
    places = np.flatnonzero(block.newlines[:end])
    return np.searchsorted(places, block.starts[:sound]), len(places)


def _not_utf8(raw: bytes) -> int | None:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as trouble:
        return trouble.start
    return None
