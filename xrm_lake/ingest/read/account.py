"""
The account of a file: where each of its records went.

Every record is staged or rejected, every byte belongs to one record or blank line, and both are checked at the end.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from xrm_lake.ingest.read.delivery import Place

RAW_KEPT = 1 << 24  # raw bytes kept of one record; the file itself is kept whole in the landing

Positions = npt.NDArray[np.int64]


class Numbering(NamedTuple):
    """From the row of a staged record, counted from 0, to its record_no and line_no: what to add, from which row on."""

    rows: Positions
    record_shift: Positions
    line_shift: Positions

    def numbers(self, row: Positions) -> tuple[Positions, Positions]:
        """The record_no and line_no of each row."""
        run = np.searchsorted(self.rows, row, side="right") - 1
        return row + self.record_shift[run], row + self.line_shift[run]


class Account:
    """Counts records, lines and bytes in the order in which they stand in the file."""

    def __init__(self, *, position: int, line: int) -> None:
        self.start = self.position = position
        self.line = line
        self.records = self.staged = self.blank = 0
        self.rejects: list[Place] = []
        self.repairs: list[Place] = []
        self._runs: list[tuple[Positions, Positions, Positions]] = []
        self._last = (0, 0)

    def sound(self, records: int, size: int, lines: int, offsets: Positions | None = None) -> None:
        """`records` good records in `size` bytes and `lines` lines; `offsets`: the line of each, if not one each."""
        if offsets is None:
            self._run(np.zeros(1, np.int64))
        else:
            self._run(np.asarray(offsets, np.int64))
        self.records += records
        self.staged += records
        self._advance(size, lines)

    def mended(self, raw: bytes, lines: int, reason: str) -> None:
        """One record that is staged after a repair."""
        self.repairs.append(self._place(raw, reason))
        self.sound(1, len(raw), lines)

    def rejected(self, raw: bytes, lines: int, reason: str) -> None:
        """One record that is not staged."""
        self.rejects.append(self._place(raw, reason))
        self.records += 1
        self._advance(len(raw), lines)

    def skipped(self, raw: bytes, lines: int) -> None:
        """A blank line."""
        self.blank += 1
        self._advance(len(raw), lines)

    def numbering(self) -> Numbering:
        """How staged rows are numbered."""
        if not self._runs:
            return Numbering(np.zeros(1, np.int64), np.ones(1, np.int64), np.full(1, self.line, np.int64))
        rows, records, lines = (np.concatenate(parts) for parts in zip(*self._runs, strict=True))
        return Numbering(rows, records, lines)

    def _place(self, raw: bytes, reason: str) -> Place:
        if len(raw) > RAW_KEPT:
            reason += f" (the first {RAW_KEPT >> 20} MB of {len(raw) >> 20} MB are shown)"
        return (self.records + 1, self.line, self.position, None, reason, raw[:RAW_KEPT])

    def _run(self, offsets: Positions) -> None:
        """Remember from which rows on the distance between row and line, or row and record, is another one."""
        steps = offsets - np.arange(len(offsets))
        changes = np.concatenate(([0], np.flatnonzero(np.diff(steps)) + 1))
        lines = steps[changes] + self.line - self.staged
        record = self.records + 1 - self.staged
        if (record, int(lines[0])) == self._last and self._runs:
            changes, lines = changes[1:], lines[1:]
        if len(changes):
            self._runs.append((changes + self.staged, np.full(len(changes), record), lines))
            self._last = (record, int(lines[-1]))

    def _advance(self, size: int, lines: int) -> None:
        self.position += size
        self.line += lines
