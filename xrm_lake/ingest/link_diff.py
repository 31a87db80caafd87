"""Wanted links against standing ones, as frames: which are there, which are new, which take another's place."""

import polars as pl


def compare(wanted: pl.DataFrame, standing: pl.DataFrame, ended: pl.DataFrame, single: list[str]) -> pl.DataFrame:
    """Each wanted link with its state and, where it takes another's place, the link that it replaces."""
    pair = ["type", "from_id", "to_golden"]
    once = wanted.unique([*pair, "fields", "since", "until"], keep="first", maintain_order=True)
    repeated = wanted.join(once, on="place", how="anti").with_columns(
        state=pl.lit("same"), replaces=pl.lit(None, pl.Int64)
    )
    exact = _exact(once, standing, pair)
    left = once.join(exact, on="place", how="anti", maintain_order="left")
    gone = left.join(ended, on=pair, how="semi")
    left = left.join(gone, on="place", how="anti", maintain_order="left")
    free = standing.filter(~pl.col("link_id").is_in(exact["link_id"].implode()))
    renewed = _renewed(left, free, pair)
    left = left.join(renewed, on="place", how="left", maintain_order="left")
    one = left.filter(pl.col("type").is_in(single) & pl.col("replaces").is_null())
    moved = _moved(one, standing)
    left = left.join(moved, on="place", how="left", maintain_order="left").with_columns(
        replaces=pl.coalesce("replaces", "gives_way"),
        state=pl.coalesce(
            "verdict", pl.when(pl.col("replaces").is_not_null()).then(pl.lit("changed")).otherwise(pl.lit("new"))
        ),
    )
    same = once.join(pl.concat([exact.select("place"), gone.select("place")]), on="place", how="semi")
    columns = [*wanted.columns, "state", "replaces", "instead_of"]
    rest = pl.concat(
        [same.with_columns(state=pl.lit("same"), replaces=pl.lit(None, pl.Int64)), repeated], how="diagonal"
    )
    return (
        pl.concat([left, rest.with_columns(instead_of=pl.lit(None, pl.Int64))], how="diagonal")
        .select(columns)
        .sort("place")
    )


def _exact(wanted: pl.DataFrame, standing: pl.DataFrame, pair: list[str]) -> pl.DataFrame:
    """Wanted links that stand as they are: an empty field or date says nothing."""
    met = wanted.join(standing, on=pair)
    says = [
        pl.col("fields").is_null() | (_plain("fields") == _plain("old_fields")),
        pl.col("since").is_null() | pl.col("since").eq_missing(pl.col("old_since")),
        pl.col("until").is_null() | pl.col("until").eq_missing(pl.col("old_until")),
    ]
    return (
        met.filter(pl.all_horizontal(says).fill_null(False))
        .unique("place", keep="first", maintain_order=True)
        .select("place", "link_id")
    )


def _renewed(wanted: pl.DataFrame, standing: pl.DataFrame, pair: list[str]) -> pl.DataFrame:
    """Wanted links that say something else of the one pair that an import has joined: the old link gives way."""
    met = wanted.join(standing.filter("imported"), on=pair)
    lone = (pl.len().over("place") == 1) & (pl.len().over("link_id") == 1)
    return met.filter(lone).select("place", replaces="link_id")


def _moved(wanted: pl.DataFrame, standing: pl.DataFrame) -> pl.DataFrame:
    """Where one link only may stand: what becomes of a second one."""
    ends = ["type", "from_id"]
    ranked = wanted.with_columns(first=pl.col("place") == pl.col("place").min().over(ends))
    met = ranked.join(
        standing.select(*ends, "link_id", "imported", "old_to"), on=ends, how="left", maintain_order="left"
    )
    met = met.unique("place", keep="first", maintain_order=True)
    free = pl.col("first") & (pl.col("link_id").is_null() | pl.col("imported"))
    return met.select(
        "place",
        verdict=pl.when(free & pl.col("link_id").is_null())
        .then(pl.lit("new"))
        .when(free)
        .then(pl.lit("changed"))
        .otherwise(pl.lit("conflict")),
        gives_way=pl.when(free).then(pl.col("link_id")),
        instead_of=pl.col("old_to"),
    )


def _plain(column: str) -> pl.Expr:
    """JSON text without the spaces that its writers put between members."""
    return pl.col(column).str.replace_all('": "', '":"', literal=True).str.replace_all('", "', '","', literal=True)
