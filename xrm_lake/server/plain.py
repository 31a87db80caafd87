"""
Results as plain JSON, for programs of others.

Numbers keep all their digits (read them with `parse_float=Decimal` to keep money exact); NaN and infinity are
null. Dates and times (UTC) are ISO 8601 text, bytes are text too, a frame is a list of its rows by name.
"""

import dataclasses
import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any


def to_json(value: Any, *, indent: int | None = None) -> str:
    r"""
    Any result of a verb as JSON text.

    >>> to_json({"amount": Decimal("10.50"), "on": date(2017, 3, 1), "rate": float("nan")})
    '{"amount": 10.50, "on": "2017-03-01", "rate": null}'
    """
    return "".join(_pieces(value, "\n" if indent else "", indent or 0))


def _pieces(value: Any, line: str, indent: int) -> Iterator[str]:
    value = _plain(value)
    inner = line + " " * indent
    if isinstance(value, dict) and value:
        yield "{"
        for place, (name, item) in enumerate(value.items()):
            yield _separator(place, inner) + json.dumps(name, ensure_ascii=False) + ": "
            yield from _pieces(item, inner, indent)
        yield line + "}"
    elif isinstance(value, list) and value:
        yield "["
        for place, item in enumerate(value):
            yield _separator(place, inner)
            yield from _pieces(item, inner, indent)
        yield line + "]"
    else:
        yield _scalar(value)


def _separator(place: int, line: str) -> str:
    return (line if not place else "," + line) if line else (", " if place else "")


def _plain(value: Any) -> Any:
    """One level of a value as a dict, a list or a scalar."""
    if isinstance(value, Mapping):
        return {str(name): item for name, item in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if hasattr(value, "iter_rows"):
        return list(value.iter_rows(named=True))
    if isinstance(value, list | tuple | set | frozenset) or hasattr(value, "to_list"):
        return list(value)
    return value


def _scalar(value: Any) -> str:
    match value:
        case None | bool() | int():
            return json.dumps(value)
        case float():
            return repr(value) if isfinite(value) else "null"
        case Decimal():
            return f"{value:f}" if value.is_finite() else "null"
        case datetime() | date() | time():
            return json.dumps(value.isoformat())
        case timedelta():
            return repr(value.total_seconds())
        case bytes():
            return json.dumps(value.decode("utf-8", "replace"), ensure_ascii=False)
        case dict():
            return "{}"
        case list():
            return "[]"
        case _:
            text = str(value)
            return json.dumps(text, ensure_ascii=any("\ud800" <= letter <= "\udfff" for letter in text))
