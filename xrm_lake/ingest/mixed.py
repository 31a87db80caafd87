"""
Tables whose rows are of several sorts, told apart by a column such as `schema`: each sort is read as a table of its own.

They are known by their gaps: what stands in a row of one sort has no place in those of another.
"""

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from xrm_lake.ingest.json_text import json_items
from xrm_lake.ingest.mapping.header import words as in_words
from xrm_lake.ingest.mapping.lexicon import word_set
from xrm_lake.ingest.mapping.sample import Column, Table
from xrm_lake.ingest.mapping.vocabulary import Vocabulary
from xrm_lake.ingest.parts import part_of
from xrm_lake.ingest.read.delivery import Delivery
from xrm_lake.model.names import slug

_LISTED = r"(?s)^\[.*\]$"
_MOST_SORTS, _FEWEST_COLUMNS, _PARTICULAR = 24, 4, 0.5


def sorts_of(table: Table, words: Vocabulary) -> list[Delivery]:
    """
    The tables that a table of several sorts is made of, the sort with most rows first; none if it is of one sort.

    The sorts must be called like at least two types that there are: a `type` of committees or calls only divides them.
    """
    column = next((column for column in table.columns if _tells(column) and _names_types(column, words)), None)
    others = [other for other in table.columns if column is not other and not other.content.empty]
    if column is None or len(others) < _FEWEST_COLUMNS:
        return []
    rows = _unlisted(pl.read_parquet(table.delivery.staged, glob=False))
    sort = pl.col(f"c{column.position}").str.strip_chars()
    if not _has_gaps(rows, sort, others):
        return []
    sorts = rows.select(sort.alias("sort")).to_series().value_counts(sort=True)["sort"].to_list()
    parts = [
        part_of(table.delivery, slug(str(name)), rows.filter(sort == name), first=name == sorts[0]) for name in sorts
    ]
    note = f"Its rows are of {len(sorts)} sorts, told apart by {column.header!r}; each is a table of its own."
    return [
        replace(part, name=_named(table.delivery.name, str(name)), notes=(*part.notes, note))
        for part, name in zip(parts, sorts, strict=True)
    ]


def _unlisted(rows: pl.DataFrame) -> pl.DataFrame:
    """Columns whose cells are all lists of one item, in JSON, as the items: a graph writes each value so."""
    for name in (name for name in rows.columns if name.startswith("c")):
        texts = rows[name]
        if texts.null_count() < rows.height and texts.drop_nulls().str.contains(_LISTED).all():
            items = {text: json_items(text) for text in texts.drop_nulls().unique()}
            if all(len(each) == 1 for each in items.values()):
                alone = {text: each[0] for text, each in items.items()}
                rows = rows.with_columns(texts.replace_strict(alone, default=None, return_dtype=pl.String).alias(name))
    return rows


def _tells(column: Column) -> bool:
    """Whether a column says of every row what it is."""
    few = 2 <= len(column.values) <= min(_MOST_SORTS, max(2, column.filled // 2))
    whole = column.whole and 0 < column.filled == column.seen
    return column.words in word_set("sorts") and few and whole and column.content.share("words") > 0.9


def _names_types(column: Column, words: Vocabulary) -> bool:
    named = (words.subject(in_words(value)) for value in column.values)
    return len({subject.types for subject in named if subject and not subject.attribute}) >= 2


def _has_gaps(rows: pl.DataFrame, sort: pl.Expr, others: Sequence[Column]) -> bool:
    """Whether most columns are filled for some of the sorts alone, and more than one sort has a column that another lacks."""
    filled = rows.group_by(sort.alias("sort")).agg(
        (pl.col(f"c{other.position}").str.strip_chars().fill_null("") != "").any() for other in others
    )
    there = [filled[f"c{other.position}"].sum() for other in others]
    particular = sum(count < filled.height for count in there)
    lacking = filled.select(pl.any_horizontal(~pl.col(f"c{other.position}") for other in others)).to_series().sum()
    return particular >= _PARTICULAR * len(others) and lacking >= 2


def _named(name: str, sort: str) -> str:
    file, _, sheet = name.partition("#")
    return f"{file}#{sheet} {sort}" if sheet else f"{file}#{sort}"
