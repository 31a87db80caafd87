"""Fields that hold many values: a list of any kind, as JSON text."""

import json

import polars as pl

from .base import DEFAULTS, Kind, Options
from .choice import Choice
from .tidy import derive, judge, matches, tidy

# Kinds whose values hold no comma, so that a comma parts them. All others are parted by `;`, `|` and new lines only.
_NO_COMMA = frozenset((
    "email", "phone", "url", "domain", "country", "currency", "postal_code", "choice", "identifier", "given_name",
    "family_name", "boolean", "date", "datetime", "user", "city",
))  # fmt: skip
_BETWEEN = "\u001f"
_SIMPLE = r'^\["[^"\\\n]*"(?:,"[^"\\\n]*")*\]$'
_LIST = pl.List(pl.String)


def physical(kind: Kind, many: bool = False) -> str:
    """The type of the column that holds values of this kind; a list is always one of text."""
    return "varchar[]" if many else kind.duck_type


def clean_many(kind: Kind, values: pl.Series, options: Options = DEFAULTS) -> pl.Series:
    """
    Each text as a JSON list of canonical texts, without repetitions, in the order written.

    Reads JSON lists, and texts parted by `;`, `|`, new lines, or by commas where
    the kind's values hold none. Null where nothing is listed.
    """
    kind = _of_one(kind)
    items = _items(_split(tidy(values, lines=True), kind))
    distinct = items["item"].unique()
    cleaned = pl.DataFrame({"item": distinct, "clean": kind.clean(distinct, options)})
    read = items.join(cleaned, on="item", maintain_order="left").select("row", item="clean").drop_nulls()
    return _listed(read.unique(maintain_order=True), values)


def is_valid_many(kind: Kind, values: pl.Series) -> pl.Series:
    """Whether each text is a JSON list of texts that are all valid; null where null."""
    items = _items(_parse(values))
    verdicts = items.with_columns(ok=_of_one(kind).is_valid(items["item"])).group_by("row").agg(ok=pl.col("ok").all())
    rows = pl.DataFrame({"row": pl.int_range(len(values), dtype=pl.UInt32, eager=True)})
    return judge(values, rows.join(verdicts, on="row", how="left", maintain_order="left")["ok"])


def mask_many(kind: Kind, values: pl.Series) -> pl.Series:
    """Each JSON list with its items masked."""
    items = _items(_parse(values))
    return _listed(items.with_columns(item=_of_one(kind).mask(items["item"])), values)


def _of_one(kind: Kind) -> Kind:
    """The kind of one item: a list of choices is of choices."""
    return Choice() if kind.name == "choices" else kind


def _split(raw: pl.Series, kind: Kind) -> pl.Series:
    """The items of each text, as a list of text."""
    signs = r"[;|\n]|," if kind.name in _NO_COMMA else r"[;|\n]"
    lists = raw.str.replace_all(signs, _BETWEEN).str.split(_BETWEEN)
    parsed = _parse(raw)
    return parsed.zip_with(parsed.is_not_null(), lists)


def _parse(values: pl.Series) -> pl.Series:
    """The items of each JSON list, as a list of text; null where there is no such list."""

    def items(text: str) -> list[str] | None:
        try:
            found = json.loads(text, parse_int=str, parse_float=str)
        except (json.JSONDecodeError, RecursionError):
            return None
        return [item if isinstance(item, str) else json.dumps(item) for item in found if item is not None]

    simple = derive(values, pl.when(pl.col("v").str.contains(_SIMPLE)).then(pl.col("v").str.slice(2)))
    lists = simple.str.strip_suffix('"]').str.split('","')
    other = matches(values, r"(?s)^\[.*\]$") & simple.is_null()
    if not other.any():
        return lists
    texts = zip(values.to_list(), other.to_list(), strict=True)
    parsed = pl.Series(values.name, [items(text) if ask else None for text, ask in texts], dtype=_LIST)
    return lists.zip_with(lists.is_not_null(), parsed)


def _items(lists: pl.Series) -> pl.DataFrame:
    """Columns row (place of the list) and item, one row for each item that is not null."""
    return lists.to_frame("item").with_row_index("row").explode("item", empty_as_null=True).drop_nulls("item")


def _listed(items: pl.DataFrame, values: pl.Series) -> pl.Series:
    """JSON lists of the items, one for each of the values; null where there are no items."""
    item = pl.col("item").str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
    quoted = pl.concat_str(pl.lit('"'), item.str.replace_all("\n", "\\n", literal=True), pl.lit('"'))
    texts = items.group_by("row").agg(text="[" + quoted.str.join(",") + "]")
    rows = pl.DataFrame({"row": pl.int_range(len(values), dtype=pl.UInt32, eager=True)})
    return rows.join(texts, on="row", how="left", maintain_order="left")["text"].rename(values.name)
