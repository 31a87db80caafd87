"""The nearest of some words, by how alike they are written: for people to choose from, never to be taken unasked."""

import polars as pl

from xrm_lake.store.identify import name_sql
from xrm_lake.store.lake import Lake
from xrm_lake.store.write import Batch

NEAR = pl.Schema({"text": pl.String(), "candidate": pl.String(), "score": pl.Float64()})


def nearest(
    reader: Lake | Batch, texts: pl.Series, candidates: pl.Series, *, most: int = 1, at_least: float = 0.8
) -> pl.DataFrame:
    """
    For each text the candidates that are written most like it, best first (frame NEAR).

    `score` is the Jaro-Winkler similarity of the two without case, accents and superfluous spaces, from 0 to 1. Each text is held
    against each candidate, so this is for lists of thousands, not of millions.
    """
    if texts.is_empty() or candidates.is_empty():
        return pl.DataFrame(schema=NEAR)
    asked = texts.drop_nulls().unique(maintain_order=True).alias("text").to_frame()
    known = candidates.drop_nulls().unique(maintain_order=True).alias("candidate").to_frame()
    with reader.frame("asked", asked), reader.frame("known", known):
        return (
            reader.query(
                f"""
                with a as (select text, {name_sql("text")} as folded from asked),
                     k as (select candidate, {name_sql("candidate")} as folded from known)
                select a.text, k.candidate, round(jaro_winkler_similarity(a.folded, k.folded), 3) as score
                from a, k where score >= $at_least
                qualify row_number() over (partition by a.text order by score desc, k.candidate) <= $most
                order by a.text, score desc, k.candidate
                """,
                at_least=at_least,
                most=most,
            )
            .frame()
            .cast(NEAR)
        )
