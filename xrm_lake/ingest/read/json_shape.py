"""Whether a text is JSON: one document, or a document in each line."""

import codecs
import json
from pathlib import Path
from typing import Literal

_HEAD_BYTES = 1 << 20
_LINES = 8
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def json_shape(path: Path, name: str) -> Literal["json", "jsonl"] | None:
    """What JSON a file holds, by its first lines; None if it holds something else."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    whole = len(head) < _HEAD_BYTES
    encoding = next((encoding for mark, encoding in _MARKS if head.startswith(mark)), "utf-8-sig")
    text = head.decode(encoding, "replace").lstrip()
    if text[:1] not in ("{", "["):
        return None
    lines = [line for line in text.split("\n") if line.strip()]
    complete = lines if whole else lines[:-1]
    objects = sum(isinstance(_value(line), dict) for line in complete[:_LINES])
    named = name.lower().endswith((".jsonl", ".ndjson"))
    if objects * 2 >= min(len(complete), _LINES) and (len(lines) > 1 or named) and objects:
        return "jsonl"
    if named and text.startswith("{"):
        return "jsonl"
    if whole and isinstance(_value(text), dict | list):
        return "json"
    after = text[1:].lstrip()[:1]
    telling = after in ('"', "{", "[", "}") and '":' in text.replace(" ", "")
    return "json" if telling or (complete and isinstance(_value(complete[0]), dict | list)) else None


def _value(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
