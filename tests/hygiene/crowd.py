"""A crowd of people in a lake, some of them there twice with small errors, as imports bring them."""

from typing import Any

import polars as pl

from tests.hygiene.many import add_many
from tests.hygiene.matching.people import people
from xrm_lake.store.lake import Lake


def crowd(count: int, *, twins: int, seed: int = 1) -> list[dict[str, Any]]:
    """So many people, then the misspelt second records of the first of them."""
    frame = people(count, twins=twins, seed=seed).select(
        pl.format("{} {}", "first", "last").alias("full_name"),
        pl.col("first").alias("given_name"),
        pl.col("last").alias("family_name"),
        "email",
        pl.when(pl.col("phone") != "")
        .then(pl.lit("+49228") + pl.col("phone").str.slice(-6).str.zfill(6))
        .alias("phone"),
        pl.col("born").str.to_date().alias("birth_date"),
        pl.col("town").alias("city"),
    )
    return frame.to_dicts()


def import_people(lake: Lake, rows: list[dict[str, Any]]) -> list[int]:
    """Add them as one import; gives their ids."""
    return add_many(lake, "person", rows)


def found(lake: Lake, at_least: float = 0.5) -> dict[tuple[int, int], float]:
    """The pairs that the lake remembers, with their scores."""
    rows = lake.query("select left_id, right_id, score from match where score >= $p", p=at_least).rows()
    return {(left, right): score for left, right, score in rows}
