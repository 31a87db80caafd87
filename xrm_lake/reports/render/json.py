"""
Reports as JSON: everything a page holds, with its exact values.

Whole numbers and decimals are JSON numbers with all their digits: read them with `parse_float=Decimal` to
keep money exact. Other numbers are the shortest form that reads back as the same float; NaN and infinity are
null. A percentage is a share (0..1). Dates and times (UTC) are ISO 8601 text. Keys come in a fixed order, and
tables hold every row and column of their frame. `schema` is raised when a key changes its meaning or goes.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any

import polars as pl

from xrm_lake.reports.page import (
    Block,
    Chart,
    Column,
    Link,
    Metric,
    Note,
    Page,
    QualityNote,
    Section,
    Table,
    Text,
)
from xrm_lake.reports.render.marks import alt_text
from xrm_lake.reports.render.visible import address

SCHEMA = "xrm_lake.report/1"
_NAMES: dict[type, str] = {
    Metric: "metric", Table: "table", Chart: "chart", Text: "text", Note: "note", Section: "section",
}  # fmt: skip


def render_json(page: Page) -> str:
    """A page as JSON text, indented by two spaces."""
    head = {"schema": SCHEMA, "name": page.name, "title": page.title, "question": page.question}
    dates = {"subtitle": page.subtitle, "as_of": page.as_of, "made_at": page.made_at}
    rest = {"links": list(page.links), "blocks": list(page.blocks), "appendix": list(page.appendix)}
    return "".join(_pieces(_plain({**head, **dates, **rest}, page.base_url), "\n")) + "\n"


def _plain(value: Any, base_url: str) -> Any:
    """A value as nothing but dicts, lists, text, numbers, booleans and None."""
    match value:
        case Metric() | Table() | Chart() | Text() | Note() | Section():
            named = {"block": _NAMES[type(value)], **_shallow(value), **_extras(value, base_url)}
            return _plain(named, base_url)
        case Link():
            return {"label": value.label, "url": address(value.url, base_url) or value.url}
        case QualityNote():
            excluded = [{"count": count, "reason": reason} for count, reason in value.excluded]
            return _plain({**_shallow(value), "excluded": excluded, "sentence": value.sentence()}, base_url)
        case Column():
            return _shallow(value)
        case pl.DataFrame():
            return [_plain(row, base_url) for row in value.iter_rows(named=True)]
        case Mapping():
            return {str(key): _plain(inner, base_url) for key, inner in value.items()}
        case bytes() | timedelta():
            return str(value)
        case date():
            return value.isoformat()
        case str() | None | bool() | int() | float() | Decimal():
            return value
        case Sequence() | pl.Series():
            return [_plain(inner, base_url) for inner in value]
    return str(value)


def _shallow(value: Any) -> dict[str, Any]:
    return {each.name: getattr(value, each.name) for each in fields(value)}


def _extras(block: Block, base_url: str) -> dict[str, Any]:
    if isinstance(block, Metric):
        return {"url": address(block.url, base_url) or block.url}
    return {"alt": alt_text(block)} if isinstance(block, Chart) else {}


def _pieces(value: Any, line: str) -> list[str]:
    """JSON text in pieces; the standard encoder cannot write a Decimal as a number."""
    inner = line + "  "
    if isinstance(value, dict) and value:
        parts = [[inner, _text(key), ": ", *_pieces(each, inner)] for key, each in value.items()]
        return ["{", *_joined(parts), line, "}"]
    if isinstance(value, list) and value:
        return ["[", *_joined([[inner, *_pieces(each, inner)] for each in value]), line, "]"]
    return [_scalar(value)]


def _joined(parts: list[list[str]]) -> list[str]:
    return [piece for at, part in enumerate(parts) for piece in (*([","] if at else []), *part)]


def _scalar(value: Any) -> str:
    match value:
        case str():
            return _text(value)
        case Decimal():
            return f"{value:f}" if value.is_finite() else "null"
        case float():
            return repr(value) if isfinite(value) else "null"
    return json.dumps(value)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=any("\ud800" <= letter <= "\udfff" for letter in value))
