"""
What each row of a file is called in its source.

The source's own id where the file has one; else the row's content and how often it came before, so that the
same file brings the same records whenever it is imported.
"""

import hashlib
from dataclasses import dataclass

import polars as pl

from xrm_lake.ingest.distinct import all_differ
from xrm_lake.ingest.plan import FilePlan

_BETWEEN = "\x1f"
_CHUNK = 200_000


@dataclass(frozen=True)
class Keys:
    """
    The key of each row of a staged table, by its place.

    `derived` is true where the key was made from the content (None: nowhere). `twins` are later rows with the
    key of an earlier one: row, first (the earlier row), same (whether all of their cells are equal).
    """

    values: pl.Series
    derived: pl.Series | None
    twins: pl.DataFrame


def read_keys(plan: FilePlan) -> Keys:
    """The keys of a planned file's rows."""
    staged = pl.scan_parquet(plan.delivery.staged, glob=False)
    if not plan.key:
        values = _content_keys(plan)
        return Keys(values, pl.repeat(True, len(values), eager=True), _no_twins())
    parts = [pl.col(f"c{position}").str.strip_chars().fill_null("") for position in plan.key]
    joined = pl.concat_str(parts, separator="|") if len(parts) > 1 else parts[0]
    filled = pl.any_horizontal(part != "" for part in parts)
    values = staged.select(key=pl.when(filled).then(joined)).collect()["key"]
    twins = _twins(plan, values)
    if not values.has_nulls():
        return Keys(values, None, twins)
    return Keys(values.zip_with(values.is_not_null(), _content_keys(plan)), values.is_null(), twins)


def _content_keys(plan: FilePlan) -> pl.Series:
    staged = pl.scan_parquet(plan.delivery.staged, glob=False)
    cells = [pl.col(f"c{column.position}").fill_null("") for column in plan.columns if column.to != "ignore"]
    digests: list[str] = []
    for start in range(0, plan.delivery.staged_rows, _CHUNK):
        rows = staged.slice(start, _CHUNK).select(pl.concat_str(cells, separator=_BETWEEN).alias("content")).collect()
        digests += [hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:24] for text in rows["content"]]
    digest = pl.Series("digest", digests, dtype=pl.String).to_frame()
    nth = pl.int_range(1, pl.len() + 1).over("digest")
    again = pl.when(nth > 1).then("-" + nth.cast(pl.String)).otherwise(pl.lit(""))
    return digest.select(key=pl.lit("row-") + pl.col("digest") + again)["key"]


def _twins(plan: FilePlan, values: pl.Series) -> pl.DataFrame:
    if all_differ(values.drop_nulls()):
        return _no_twins()
    several = values.is_duplicated() & values.is_not_null()
    rows = values.alias("key").to_frame().with_row_index("row").filter(several)
    rows = rows.with_columns(first=pl.col("row").min().over("key")).with_columns(pl.col("row", "first").cast(pl.Int64))
    cells = [f"c{column.position}" for column in plan.columns if column.to != "ignore"]
    content = (
        pl.scan_parquet(plan.delivery.staged, glob=False)
        .select(cells)
        .with_row_index("row")
        .filter(pl.col("row").is_in(rows["row"].implode()))
        .select(pl.col("row").cast(pl.Int64), content=pl.struct(cells))
        .collect()
    )
    paired = rows.join(content, on="row").join(content.rename({"row": "first"}), on="first", suffix="_first")
    later = paired.filter(pl.col("row") != pl.col("first")).sort("row")
    return later.select("row", "first", same=pl.col("content").eq_missing(pl.col("content_first")))


def _no_twins() -> pl.DataFrame:
    return pl.DataFrame(schema={"row": pl.Int64, "first": pl.Int64, "same": pl.Boolean})
