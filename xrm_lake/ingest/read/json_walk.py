"""
The records of a JSON document, one by one: the elements of its outermost arrays, each with its place in the text.

Only one element is held at a time beside the text. How many there are is counted apart, from the brackets and commas alone.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

_SPACE = re.compile(r"[ \t\r\n]*")
_SPACES, _OTHER = 0, 1
_MARKS = np.full(256, _OTHER, np.uint8)
_MARKS[[*b" \t\r\n"]] = _SPACES
_MARKS[[*b"[]{},"]] = [*b"[]{},"]
_DEEPEST = 20


class Element(NamedTuple):
    """A value in a document: `path` of names that lead to it, where its text begins and ends, and whether an array holds it."""

    path: tuple[str, ...]
    start: int
    end: int
    value: Any
    listed: bool


def elements(text: str, decoder: json.JSONDecoder) -> Iterator[Element]:
    """
    The elements of the arrays that stand in no other array, and the values beside these arrays.

    Raises ValueError where the text is no JSON, RecursionError where it is too deep.
    """
    at = _skip(text, 0)
    if text[at : at + 1] not in ("[", "{"):
        raise json.JSONDecodeError("neither an object nor an array", text, at)
    for element, reached in _walk(text, at, (), decoder):
        at = reached
        if element is not None:
            yield element
    if _skip(text, at) < len(text):
        raise json.JSONDecodeError("something after the end", text, at)


def _walk(text: str, at: int, path: tuple[str, ...], decoder: json.JSONDecoder) -> Iterator[tuple[Element | None, int]]:
    """Go through an array or an object that begins at a place; with each step where it ends, so the last tells the end."""
    closing = "]" if text[at] == "[" else "}"
    at = _skip(text, at + 1)
    if text[at : at + 1] == closing:
        yield None, at + 1
        return
    while True:
        here = path
        if closing == "}":
            name, at = _name(text, at, decoder)
            here = (*path, name)
        if len(here) > _DEEPEST:
            raise RecursionError
        if closing == "}" and text[at : at + 1] in ("[", "{"):
            end = at
            for element, end in _walk(text, at, here, decoder):
                yield element, end
            at = end
        else:
            value, end = decoder.raw_decode(text, at)
            yield Element(here, at, end, value, closing == "]"), end
            at = end
        at = _skip(text, at)
        if text[at : at + 1] == closing:
            yield None, at + 1
            return
        if text[at : at + 1] != ",":
            raise json.JSONDecodeError("a comma is missing", text, at)
        at = _skip(text, at + 1)


def _name(text: str, at: int, decoder: json.JSONDecoder) -> tuple[str, int]:
    if text[at : at + 1] != '"':
        raise json.JSONDecodeError("a name is missing", text, at)
    name, at = decoder.raw_decode(text, at)
    at = _skip(text, at)
    if text[at : at + 1] != ":":
        raise json.JSONDecodeError("a colon is missing", text, at)
    return str(name), _skip(text, at + 1)


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def count_listed(raw: bytes) -> int:
    r"""
    How many elements the outermost arrays of a document have, by its brackets and commas.

    >>> count_listed(b'{"of": "[,]", "a": [1, {"b": [2, 3]}], "c": {"d": []}, "e": [ ["x"] ]}')
    3
    """
    marks = _marks(raw)
    arrays = np.cumsum((marks == ord("[")).astype(np.int8) - (marks == ord("]")), dtype=np.int32)
    objects = np.cumsum((marks == ord("{")).astype(np.int8) - (marks == ord("}")), dtype=np.int32)
    opening = (marks == ord("[")) & (arrays == 1)
    # At each place, how deep in objects the array stands that it is in.
    began = np.maximum.accumulate(np.where(opening, np.arange(len(marks), dtype=np.int32), 0))
    commas = (marks == ord(",")) & (arrays == 1) & (objects == objects[began])
    filled = opening[:-1] & (marks[1:] != ord("]"))
    return int(commas.sum() + filled.sum())


def _marks(raw: bytes) -> npt.NDArray[np.uint8]:
    """The brackets and commas of a document, and one other mark for whatever else stands between two of them."""
    # Escapes stand in strings only; without them each quote begins or ends one.
    found: npt.NDArray[np.uint8] = np.frombuffer(raw.replace(b"\\\\", b"").replace(b'\\"', b""), np.uint8)
    found = _MARKS[found[~np.bitwise_xor.accumulate(found == ord('"'))]]
    found = found[found != _SPACES]
    other = found == _OTHER
    return found[np.concatenate(([True], ~(other[1:] & other[:-1])))] if len(found) else found
