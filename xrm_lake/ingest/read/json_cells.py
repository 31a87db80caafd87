"""The cells of a JSON object: nested objects by dotted names, lists as JSON text, numbers as they are written."""

import json
import re
from decimal import Decimal
from typing import Any

_DEEPEST = 40
_SURROGATE = re.compile("[\ud800-\udfff]")


class Members(dict[str, Any]):
    """An object; of names that are `repeated` in it the later ones have a number behind them."""

    repeated = False


def _members(pairs: list[tuple[str, Any]]) -> Members:
    found = Members(pairs)
    if len(found) < len(pairs):
        found.clear()
        found.repeated = True
        for name, value in pairs:
            found[_free(name, found) if name in found else name] = value
    return found


def _free(name: str, taken: dict[str, Any]) -> str:
    number = 2
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"


def decoder() -> json.JSONDecoder:
    """Reads JSON so that no digit and no repeated name is lost."""
    return json.JSONDecoder(object_pairs_hook=_members, parse_float=Decimal, parse_constant=str)


def cells_of(record: dict[str, Any]) -> tuple[dict[str, str | None], list[str]]:
    """
    The cells of a record, and what had to be mended.

    >>> cells_of(decoder().decode('{"id": 7, "at": {"city": "Ulm", "zip": null}, "tags": ["a", 2.50], "vip": true}'))[0]
    {'id': '7', 'at.city': 'Ulm', 'at.zip': None, 'tags': '["a", 2.5]', 'vip': 'true'}

    Raises RecursionError for objects in objects more than 40 deep.
    """
    cells: dict[str, str | None] = {}
    mended: list[str] = []
    _fill(cells, mended, "", record, 0)
    return cells, mended


def _fill(cells: dict[str, str | None], mended: list[str], above: str, record: dict[str, Any], depth: int) -> None:
    if depth > _DEEPEST:
        raise RecursionError
    if isinstance(record, Members) and record.repeated:
        mended.append("a name stands in it more than once; the later ones have a number behind it")
    for name, value in record.items():
        whole = above + name
        if isinstance(value, dict) and value:
            _fill(cells, mended, f"{whole}.", value, depth + 1)
            continue
        text = _text(value)
        if text is not None and not text.isascii() and _SURROGATE.search(text):
            text = _SURROGATE.sub("\ufffd", text)
            mended.append("holds half of a character that takes two; it was replaced")
        cells[_free(whole, cells) if whole in cells else whole] = text


def _text(value: Any) -> str | None:
    match value:
        case None | {}:
            return None
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case list():
            return json.dumps(value, ensure_ascii=False, default=float)
    return str(value)
