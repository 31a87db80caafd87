"""What a new record keeps of where it comes from, when it comes by an export of another lake."""

import polars as pl

from xrm_lake.ingest.layout import Side
from xrm_lake.model.own_file import REFERENCE
from xrm_lake.store.golden import GOLDEN

_NOT_VALUES = ("id", "extra", "first_")


def origin(side: Side) -> list[pl.Expr]:
    """
    The columns of new records beside their fields: `source_key_`, and for those of an export `source_` and `uid_`.

    A record stays what it was called by its source, so that the next delivery of that source finds it. One that stood for several is
    one of its own in another lake.
    """
    if not side.exact:
        return [pl.col("source_key").alias("source_key_")]
    if side.prefix == "p.":
        uid = pl.col("own.party").str.extract(REFERENCE, 2)
        return [
            pl.coalesce("own.party", "source_key").alias("source_key_"),
            pl.lit(None, pl.String).alias("source_"),
            uid.alias("uid_"),
        ]
    own = pl.col("own.record").is_not_null() & (pl.col("own.source") != GOLDEN)
    return [
        pl.when(own & pl.col("own.source").is_not_null()).then("own.key").otherwise("source_key").alias("source_key_"),
        pl.when(own).then("own.source").alias("source_"),
        pl.col("own.record").str.extract(REFERENCE, 2).alias("uid_"),
    ]


def told_of(side: Side, rows: pl.DataFrame) -> pl.Series:
    """Of which rows there is a record on a side: a role of an export may have no party."""
    if not side.exact or side.prefix != "p.":
        return pl.repeat(True, rows.height, dtype=pl.Boolean, eager=True)
    values = [name for name in rows.columns if name.startswith("p.") and name.removeprefix("p.") not in _NOT_VALUES]
    named = pl.any_horizontal(pl.col("own.party").is_not_null(), *(pl.col(name).is_not_null() for name in values))
    return rows.select(named.alias("named")).to_series()
