"""JSON objects as text, made column by column: one for each row, of those cells that are filled."""

from collections.abc import Iterable
from json import JSONDecodeError, dumps, loads

import polars as pl

# What a JSON text must not hold as it stands.
_UNSAFE = r'["\\\x00-\x1f]'


def json_objects(cells: Iterable[tuple[str, pl.Series]], rows: int) -> pl.Series:
    """
    One JSON object for each row, with a member for each cell that is filled; null where none is.

    >>> json_objects([("a", pl.Series(["x", None])), ("b", pl.Series(['"', None]))], 2).to_list()
    ['{"a": "x", "b": "\\\\""}', None]
    """
    members = [(dumps(name, ensure_ascii=False) + ": ") + json_strings(values) for name, values in cells]
    return _objects(members, rows)


def nested(objects: pl.Series | None, name: str, inner: pl.Series) -> pl.Series:
    """Each object with one more member, an object itself, where there is one."""
    member = dumps(name) + ": " + inner
    alone = "{" + member + "}"
    if objects is None:
        return alone
    both = objects.str.slice(0, objects.str.len_chars() - 1) + ", " + member + "}"
    return both.fill_null(alone).fill_null(objects)


def json_strings(values: pl.Series) -> pl.Series:
    """Each text as a JSON string; null where null."""
    unsafe = values.str.contains(_UNSAFE).fill_null(False)
    quoted = '"' + values + '"'
    if not unsafe.any():
        return quoted
    rows = unsafe.arg_true()
    written = [dumps(text, ensure_ascii=False) for text in values.gather(rows).to_list()]
    return quoted.scatter(rows, pl.Series(written, dtype=pl.String))


def _objects(members: list[pl.Series], rows: int) -> pl.Series:
    if not members:
        return pl.repeat(None, rows, dtype=pl.String, eager=True)
    frame = pl.DataFrame({str(place): member for place, member in enumerate(members)})
    text = pl.concat_str(pl.all(), separator=", ", ignore_nulls=True)
    return frame.select(pl.when(text != "").then("{" + text + "}").alias("object"))["object"]


def json_items(text: str) -> list[str]:
    """
    The items of a list in JSON as texts; a text that is no list is its own only item.

    >>> json_items('["a", 2]'), json_items("a")
    (['a', '2'], ['a'])
    """
    try:
        found = loads(text)
    except (JSONDecodeError, RecursionError):
        return [text]
    return [str(item) for item in found] if isinstance(found, list) else [text]
