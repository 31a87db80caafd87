"""How many elements a JSON document has, by its brackets and commas alone, and how many references: a count apart from the reading."""

import re
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

_PIECE = 1 << 22
_SPACES, _OTHER = 0, 1
_MARKS = np.full(256, _OTHER, np.uint8)
_MARKS[[*b" \t\r\n"]] = _SPACES
_MARKS[[*b"[]{},"]] = [*b"[]{},"]
_REFERENCE = re.compile(rb'"referenceId"\s*:')
_LONGEST_REFERENCE = 1 << 10


def count_listed(file: BinaryIO, *, piece: int = _PIECE) -> int:
    r"""
    How many elements the outermost arrays of a document have, by its brackets and commas.

    >>> import io
    >>> count_listed(io.BytesIO(b'{"of": "[,]", "a": [1, {"b": [2, 3]}], "c": {"d": []}, "e": [ ["x"] ]}'))
    3
    """
    count = _Count()
    rest = b""
    while block := file.read(piece):
        block = rest + block
        # An escape is not cut in two.
        end = len(block.rstrip(b"\\"))
        rest = block[end:]
        count.take(block[:end])
    return count.listed


def count_references(file: BinaryIO, *, piece: int = _PIECE) -> int:
    """How many records a tree of Salesforce holds, by their references alone."""
    count, rest = 0, b""
    while block := file.read(piece):
        block = rest + block
        last = 0
        for found in _REFERENCE.finditer(block):
            count, last = count + 1, found.end()
        rest = block[max(last, len(block) - _LONGEST_REFERENCE) :]
    return count


class _Count:
    """What is known between two pieces: whether they part a string, how deep they are, whether an array has just begun."""

    def __init__(self) -> None:
        self.listed = 0
        self._in_string = self._begun = False
        self._arrays = self._objects = self._level = 0

    def take(self, raw: bytes) -> None:
        """One more piece, which ends with no backslash."""
        marks = self._marks(raw)
        if not len(marks):
            return
        arrays = self._arrays + np.cumsum((marks == ord("[")).astype(np.int8) - (marks == ord("]")), dtype=np.int32)
        objects = self._objects + np.cumsum((marks == ord("{")).astype(np.int8) - (marks == ord("}")), dtype=np.int32)
        opening = (marks == ord("[")) & (arrays == 1)
        # At each place, how deep in objects the array stands that it is in.
        began = np.maximum.accumulate(np.where(opening, np.arange(len(marks), dtype=np.int32), -1))
        level = np.where(began >= 0, objects[began], self._level)
        commas = (marks == ord(",")) & (arrays == 1) & (objects == level)
        filled = np.concatenate(([self._begun], opening[:-1])) & (marks != ord("]"))
        self.listed += int(commas.sum() + filled.sum())
        self._arrays, self._objects, self._level = int(arrays[-1]), int(objects[-1]), int(level[-1])
        self._begun = bool(opening[-1])

    def _marks(self, raw: bytes) -> npt.NDArray[np.uint8]:
        """The brackets and commas of a piece, and one other mark for whatever else stands between two of them."""
        # Escapes stand in strings only; without them each quote begins or ends one.
        found: npt.NDArray[np.uint8] = np.frombuffer(raw.replace(b"\\\\", b"").replace(b'\\"', b""), np.uint8)
        within = np.bitwise_xor.accumulate(found == ord('"')) ^ self._in_string
        self._in_string = bool(within[-1]) if len(within) else self._in_string
        found = _MARKS[found[~within]]
        found = found[found != _SPACES]
        other = found == _OTHER
        return found[np.concatenate(([True], ~(other[1:] & other[:-1])))] if len(found) else found
