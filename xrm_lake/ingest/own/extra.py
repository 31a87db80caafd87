"""What stands beside the fields of an exported record: JSON that comes back as it is."""

import json
from typing import Any

import polars as pl


def told_extra(told: pl.Series, kept: pl.Series, unread: pl.Series | None) -> pl.Series:
    """
    What a row says beside its fields, as JSON text: the export's own object, columns that were added to the file (`kept`), and the
    texts of cells that could not be read (`unread`). A text that is no object any more says nothing.

    >>> told_extra(pl.Series(['{"a": 1}', "spoilt"]), pl.Series([None, '{"b": "x"}']), None).to_list()
    ['{"a": 1}', '{"b": "x"}']
    """
    if unread is None and kept.null_count() == len(kept):
        distinct = told.drop_nulls().unique()
        sound = [text for text in distinct if _object(text) is not None]
        return told if len(sound) == len(distinct) else pl.select(pl.when(told.is_in(sound)).then(told)).to_series()
    parts = [told, kept, unread if unread is not None else pl.repeat(None, len(told), dtype=pl.String, eager=True)]
    merged = [_merged(*texts) for texts in zip(*parts, strict=True)]
    return pl.Series(told.name, merged, dtype=pl.String)


def _merged(told: str | None, kept: str | None, unread: str | None) -> str | None:
    found = (_object(told) or {}) | (_object(kept) or {})
    if unread is not None:
        found["_raw"] = found.get("_raw", {}) | json.loads(unread)
    return json.dumps(found, ensure_ascii=False) if found else None


def _object(text: str | None) -> dict[str, Any] | None:
    try:
        found = json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and found else None
