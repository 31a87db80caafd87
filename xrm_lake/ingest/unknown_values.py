"""Values of a file that a list of known ones does not hold, each with the nearest that it does: to be told what they mean."""

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from xrm_lake.ingest.clean import Cleaner
from xrm_lake.ingest.layout import Layout, Side
from xrm_lake.ingest.plan import ColumnPlan
from xrm_lake.model.kinds import kind
from xrm_lake.model.kinds.text import Text
from xrm_lake.store.near import nearest
from xrm_lake.store.write import Batch

UNKNOWN = pl.Schema(
    {
        "file": pl.String(), "header": pl.String(), "field": pl.String(), "value": pl.String(), "count": pl.Int64(),
        "suggestion": pl.String(), "score": pl.Float64(),
    }
)  # fmt: skip
# Beyond so many of a column it is no list of choices that is off here and there, but another thing altogether.
MOST = 200


def unknown_values(batch: Batch, layout: Layout) -> pl.DataFrame:
    """
    The values of fields with allowed values, of stages and of countries that are none of those known (frame UNKNOWN).

    `count` says in how many rows, `suggestion` which known one is written most alike, `score` how much (0 to 1); both are null where none is
    near. The most frequent 200 of a column are told, most frequent first.
    """
    parts = [pl.DataFrame(schema=UNKNOWN)]
    for side in layout.sides:
        for column, cleaner in side.columns:
            off = _unknown(layout, side, column, cleaner)
            if not off.is_empty():
                near = _near(batch, off, _known(side, cleaner))
                parts.append(_told(near, layout.plan.delivery.name, column.header, cleaner.field.name))
    return pl.concat(parts)


def _known(side: Side, cleaner: Cleaner) -> Mapping[str, str]:
    """What can be read in a column, and what each word means; empty where there is no end to it."""
    field = cleaner.field
    if field.allowed:
        return {name: name for name in field.allowed}
    if field.name == side.entity_type.stage_field:
        return {stage.name: stage.name for stage in side.entity_type.stages}
    return kind(field.kind).words()


def _is_known(side: Side, cleaner: Cleaner, read: pl.Series) -> pl.Series | None:
    """Which values are known, without the words that may mean them: those of countries take long to load. None: any is."""
    field = cleaner.field
    if field.allowed or field.name == side.entity_type.stage_field:
        words = _known(side, cleaner)
        return read.is_in(list(words.values())) if words else None
    sort = kind(field.kind)
    return None if getattr(type(sort), "words", None) is Text.words else sort.is_valid(read)


def _unknown(layout: Layout, side: Side, column: ColumnPlan, cleaner: Cleaner) -> pl.DataFrame:
    """value, count of what is not known in a column."""
    if _is_known(side, cleaner, pl.Series([], dtype=pl.String)) is None:
        return pl.DataFrame()
    texts = pl.scan_parquet(layout.plan.delivery.staged, glob=False).select(value=f"c{column.position}").drop_nulls()
    counted = texts.group_by("value").agg(count=pl.len().cast(pl.Int64)).collect()
    # A choice that is refused for not being known is told here, too.
    read = replace(cleaner, only_known="").clean(counted["value"]).values
    counted = counted.with_columns(read=read)
    if cleaner.field.many:
        # Of a list each item is a value of its own.
        counted = counted.explode("read").with_columns(value="read")
    known = _is_known(side, cleaner, counted["read"])
    assert known is not None
    return (
        counted.filter(counted["read"].is_not_null() & ~known)
        .group_by("value")
        .agg(pl.col("count").sum())
        .sort("count", "value", descending=[True, False])
        .head(MOST)
    )


def _near(batch: Batch, off: pl.DataFrame, words: Mapping[str, str]) -> pl.DataFrame:
    """value, count, and of the words the one written most alike, as what it means (suggestion, score)."""
    near = nearest(batch, off["value"], pl.Series(list(words), dtype=pl.String))
    meant = near["candidate"].replace_strict(dict(words), default=None, return_dtype=pl.String)
    return off.join(
        near.with_columns(suggestion=meant), left_on="value", right_on="text", how="left", maintain_order="left"
    )


def _told(near: pl.DataFrame, file: str, header: str, field: str) -> pl.DataFrame:
    return near.select(
        pl.lit(file).alias("file"), pl.lit(header).alias("header"), pl.lit(field).alias("field"),
        "value", "count", "suggestion", "score",
    ).cast(UNKNOWN)  # fmt: skip
