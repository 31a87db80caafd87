"""Whom a waiting link may mean: the records that have the name, or those that are nearly called so, each with a score."""

import polars as pl

from xrm_lake.model.catalog import Catalog
from xrm_lake.store.lake import Lake
from xrm_lake.store.near_records import near_records

_MOST_TEXTS = 1_000
_UNSEEN = "; too many records have words that begin like its own to look at all of them"
_NOT_ASKED = "; whether somebody is nearly called so was not looked for, as too many names wait"


def with_scores(lake: Lake, waiting: pl.DataFrame) -> pl.DataFrame:
    """
    Waiting links with `scores` beside `candidates`: 1 for each record that has the name, and where none has it, those nearly called so.

    Of names that nobody has, the first thousand are looked at, those that most links wait for. Where not all was looked at and nobody
    was found, `reason` says so.
    """
    nobody = waiting.filter((pl.col("match_by") == "name") & (pl.col("candidates").list.len() == 0))
    unknown = nobody.select("to_type", "to_text").unique(maintain_order=True)
    names = unknown.head(_MOST_TEXTS)
    parts = [
        pl.DataFrame(
            schema={**names.schema, "near": pl.List(pl.Int64), "near_scores": pl.List(pl.Float64), "unseen": pl.Boolean}
        )
    ]
    for (types,), part in names.group_by(["to_type"], maintain_order=True):
        parts += [_near(lake, type_name, part) for type_name in _called(lake.catalog, str(types).split("|"))]
    # Of several types that may be meant, the one with the best candidate is told.
    best = (
        pl.concat(parts)
        .sort(pl.col("near_scores").list.first(), descending=True, nulls_last=True)
        .unique(["to_type", "to_text"], keep="first", maintain_order=True)
    )
    rest = unknown.tail(max(0, unknown.height - _MOST_TEXTS)).with_columns(later=True)
    found = waiting.join(best, on=["to_type", "to_text"], how="left", maintain_order="left", nulls_equal=True)
    found = found.join(rest, on=["to_type", "to_text"], how="left", maintain_order="left", nulls_equal=True)
    exact = pl.col("candidates").list.len() > 0
    near = pl.when(pl.col("match_by") == "name").then(pl.col("near")).fill_null([])
    ones = pl.col("candidates").list.eval(pl.lit(1.0))
    return found.with_columns(
        scores=pl.when(exact)
        .then(ones)
        .otherwise(pl.when(pl.col("match_by") == "name").then("near_scores").fill_null([])),
        reason=pl.when(exact | (near.list.len() > 0))
        .then("reason")
        .when(pl.col("match_by") == "name", "later")
        .then(pl.col("reason") + _NOT_ASKED)
        .when(pl.col("match_by") == "name", "unseen")
        .then(pl.col("reason") + _UNSEEN)
        .otherwise("reason"),
        candidates=pl.when(exact).then("candidates").otherwise(near),
    ).drop("near", "near_scores", "unseen", "later")


def _near(lake: Lake, type_name: str, names: pl.DataFrame) -> pl.DataFrame:
    entity_type = lake.catalog.type(type_name)
    field = entity_type.caption[0]
    asked = names.select(pl.col("to_text").alias(field)).with_row_index("n").cast({"n": pl.Int64})
    found = near_records(lake, entity_type, asked, [field], [field])
    numbered = names.with_row_index("n").cast({"n": pl.Int64})
    return numbered.join(found, on="n").select(
        "to_type", "to_text", near="candidates", near_scores="scores", unseen="unseen"
    )


def _called(catalog: Catalog, names: list[str]) -> list[str]:
    """The types that are called by one field of their own; a role is called as its party."""
    types = [catalog.type(name) for name in names if name and catalog.has_type(name)]
    parties = [party for each in types for party in (each.party_types if each.role_of else (each.name,))]
    return [name for name in dict.fromkeys(parties) if len(catalog.type(name).caption) == 1]
