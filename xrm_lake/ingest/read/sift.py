"""
Go through the records of a text once: sound ones in blocks, the rest one by one, each into the account.

What is sound is copied byte for byte, what is mended is written anew, what is refused stays out, so that the text that comes
out can be read by any parser in one way only.
"""

import os
from pathlib import Path
from typing import BinaryIO

from xrm_lake.errors import ImportRefused
from xrm_lake.ingest.read.account import Account
from xrm_lake.ingest.read.below import reason_below
from xrm_lake.ingest.read.sound import Prover
from xrm_lake.ingest.read.tolerant import Outcome, TolerantReader
from xrm_lake.model.progress import Progress

LONGEST_RECORD = 1 << 26  # bytes; what goes on longer is cut into rejects of this size
_BLOCKS = (1 << 16, 1 << 19)  # bytes proved at once: at first and after a fault, and at most
_PATIENCE = 1024
_COPIED_AT_ONCE = 1 << 26


class CleanText:
    """
    The text that the parser will see, written lazily: as long as everything is sound, it is the text itself.

    `rewritten` stays False as long as nothing had to be left out or mended. What is sound is copied by the system, in long runs.
    """

    def __init__(self, text: Path, start: int, target: Path, *, delimiter: bytes, quote: bytes, newline: bytes) -> None:
        self.text, self.target = text, target
        self.delimiter, self.quote, self.newline = delimiter, quote, newline
        self.rewritten = False
        self._from = self._to = start

    def __enter__(self) -> "CleanText":
        self._source, self._copy = self.text.open("rb", buffering=0), self.target.open("wb")
        return self

    def __exit__(self, *_: object) -> None:
        self._source.close()
        self._copy.close()

    def sound(self, size: int) -> None:
        """The next `size` bytes of the text may be copied as they are."""
        self._to += size

    def left_out(self, size: int) -> None:
        """The next `size` bytes of the text are not for the parser."""
        self.flush(anew=True)
        self._from = self._to = self._to + size

    def record(self, cells: list[bytes | None], size: int) -> None:
        """A record to be written anew, in the place of `size` bytes of the text."""
        self.left_out(size)
        self._copy.write(self.delimiter.join(map(self._cell, cells)) + self.newline)

    def flush(self, *, anew: bool = False) -> None:
        """Write what is still to be copied, unless the text may stay as it is."""
        self.rewritten |= anew
        if not self.rewritten:
            return
        self._copy.flush()
        while self._from < self._to:
            size = min(self._to - self._from, _COPIED_AT_ONCE)
            if hasattr(os, "copy_file_range"):
                source, copy = self._source.fileno(), self._copy.fileno()
                size = os.copy_file_range(source, copy, size, offset_src=self._from)
            else:
                self._source.seek(self._from)
                size = self._copy.write(self._source.read(size))
            if not size:
                raise OSError(f"{self.text.name} became shorter while it was read")
            self._from += size

    def _cell(self, text: bytes | None) -> bytes:
        if text is None:
            return b""
        if self.quote and (not text or any(mark in text for mark in (self.delimiter, self.quote, b"\n", b"\r"))):
            return self.quote + text.replace(self.quote, self.quote * 2) + self.quote
        return text


class Sifter:
    """One pass over the text; `prover` is None where the dialect is beyond whole-block proofs."""

    def __init__(
        self,
        reader: TolerantReader,
        prover: Prover | None,
        account: Account,
        clean: CleanText,
        *,
        below: int,
        end: int | None,
    ) -> None:
        self.reader, self.prover, self.account, self.clean = reader, prover, account, clean
        self.below, self.end = below, end
        self.ended = False  # by another table
        self.buffer, self.at, self.final = b"", 0, False
        self.block, self.patience = _BLOCKS[0], 1

    def run(self, progress: Progress, name: str) -> None:
        """Go through all of the text."""
        total = self.clean.text.stat().st_size
        with self.clean.text.open("rb") as source:
            source.seek(self.account.position)
            while True:
                self._refill(source)
                if self.at >= len(self.buffer) or self.ended:
                    break
                if self.account.position >= self.below:
                    self._read_below(source)
                    break
                progress(f"Reading {name}", self.account.position, total)
                if self.prover is None or not self._prove():
                    self._read_one_by_one(source)
        self.clean.flush()
        if self.account.position != total and not self.ended:
            raise ImportRefused(
                f"{total - self.account.position} bytes of {name} are unaccounted for. Nothing was imported."
            )

    def _refill(self, source: BinaryIO, *, more: bool = False) -> None:
        left = len(self.buffer) - self.at
        if self.final or (left >= self.block and not more):
            return
        wanted = max(_BLOCKS[1], left)  # doubles what holds no whole record yet
        fresh = source.read(wanted)
        self.buffer, self.at = self.buffer[self.at :] + fresh, 0
        self.final = len(fresh) < wanted

    def _prove(self) -> bool:
        """Take what is sound; False if the next record is to be read by itself."""
        assert self.prover is not None
        block = self.buffer[self.at : min(self.at + self.block, self._limit())]
        final = self.final and self.at + len(block) == len(self.buffer)
        sound = self.prover.prove(block, final=final)
        if sound.records:
            self.clean.sound(sound.end)
            self.account.sound(sound.records, sound.end, sound.lines, sound.line_offsets)
            self.at += sound.end
        if sound.stopped or not sound.records:
            self.block = _BLOCKS[0]
            self.patience = min(self.patience * 2, _PATIENCE) if sound.records < self.patience * 8 else 1
            return False
        self.block = min(self.block * 2, _BLOCKS[1])
        return True

    def _limit(self) -> int:
        """Where in the buffer the records end at the latest."""
        return min(len(self.buffer), self.at + self.below - self.account.position)

    def _read_one_by_one(self, source: BinaryIO) -> None:
        left = self.patience if self.prover else _PATIENCE
        while left and self.account.position < self.below:
            outcome = self._next(source)
            if outcome is None:
                return
            if outcome.kind == "table":
                self.ended = True
                self.clean.flush(anew=True)
                return
            raw = self.buffer[self.at : outcome.end]
            self._enter(outcome, raw)
            self.at = outcome.end
            # What stands behind a blank line is looked at, however plain: it may be another table.
            left -= outcome.kind != "blank"

    def _read_below(self, source: BinaryIO) -> None:
        """Totals and notes below the records, line by line."""
        grammar = self.reader.grammar
        left = self.buffer[self.at :] + source.read()
        if self.end is not None:
            left, self.ended = left[: self.end - self.account.position], True
        self.buffer, self.at, self.final = left, 0, True
        while self.at < len(self.buffer):
            end = grammar.line_end(self.buffer, self.at, len(self.buffer))
            raw = self.buffer[self.at : end]
            blank = grammar.is_blank(raw)
            below = Outcome("blank", end) if blank else Outcome("rejected", end, reason=reason_below(raw, grammar))
            self._enter(below, raw)
            self.at = end

    def _next(self, source: BinaryIO) -> Outcome | None:
        while self.at < len(self.buffer) or not self.final:
            limit = self._limit()
            ends = self.final or limit < len(self.buffer)
            forced = not ends and limit - self.at >= LONGEST_RECORD
            outcome = self.reader.read(self.buffer, self.at, limit, final=ends or forced)
            if outcome is not None and forced and outcome.end >= limit:
                return Outcome("rejected", limit, reason=f"goes on for more than {LONGEST_RECORD >> 20} MB")
            if outcome is not None:
                return outcome
            self._refill(source, more=True)
        return None

    def _enter(self, outcome: Outcome, raw: bytes) -> None:
        account, lines = self.account, max(1, raw.count(self.reader.grammar.newline))
        if outcome.cells is not None:
            if self.prover is None or outcome.kind == "mended" or self._ambiguous(raw):
                self.clean.record(outcome.cells, len(raw))
            else:
                self.clean.sound(len(raw))
        else:
            self.clean.left_out(len(raw))
        if outcome.kind == "sound":
            account.sound(1, len(raw), lines)
        elif outcome.kind == "mended":
            account.mended(raw, lines, outcome.reason)
        elif outcome.kind == "rejected":
            account.rejected(raw, lines, outcome.reason)
        else:
            account.skipped(raw, lines)

    def _ambiguous(self, raw: bytes) -> bool:
        """Whether a sound record is written in a way that parsers understand differently."""
        assert self.prover is not None
        if not raw.endswith(self.reader.grammar.newline):
            return True
        proof = self.prover.prove(raw, final=True)
        return proof.records != 1 or proof.stopped
