"""
Matching: which records may be one. A guess with its evidence; deciding is another verb.

Matching runs over the records as their sources gave them, merged or not, so that a run says the same whatever
was decided since; what was judged already is left out of the answer, not out of the evidence.
"""

from collections.abc import Iterable

import polars as pl

from xrm_lake.hygiene.in_words import with_known_names, with_sentence
from xrm_lake.hygiene.known import Lesson, learn
from xrm_lake.hygiene.matching import Fit, find_pairs
from xrm_lake.hygiene.open_pairs import OPEN_PAIRS
from xrm_lake.hygiene.seen import read_records as read_records
from xrm_lake.model.progress import Progress, quiet
from xrm_lake.store.lake import Lake
from xrm_lake.store.matcher import last_batch, last_change
from xrm_lake.store.write import Batch

# Clusters are weighed on pairs from here on; what scores less says nothing of who is one.
LOWEST = 0.5


def match(
    lake: Lake, type: str, *, at_least: float = 0.5, by: str | None = None, progress: Progress = quiet
) -> pl.DataFrame:
    """
    Find pairs of records of a type that may be the same, best first, and remember them in place of the former run's.

    Returns left_id, right_id, left_key, right_key (their keys in their sources), score (0..1, what the model makes of the
    evidence: it ranks pairs, and tells no share of right ones), sure (whether score and evidence leave no doubt), brought_by (what made
    them candidates), sentence (the evidence in words) and evidence (for each field its level of agreement and its weight in bits). Pairs
    that somebody judged, or that are merged already, are left out. What was learned is kept for `match_new` and `similar`.
    Raises Misuse if no field of the type tells records apart.
    """
    entity_type = lake.catalog.type(type)
    # Asked before the records are read: what is changed meanwhile is looked at again by the next `match_new`.
    seq, judged = last_change(lake), last_batch(lake)
    records, meaning = read_records(lake, entity_type)
    found = find_pairs(records, meaning, at_least=min(at_least, LOWEST), progress=progress)
    progress("keep", 0, None)
    lesson = learn(lake, entity_type, found, seq=seq, judged=judged)
    keep_pairs(lake, type, found.frame, fit=found.fit, by=by, lesson=lesson)
    return list_matches(lake, type, at_least=at_least)


def keep_pairs(
    lake: Lake, type: str, pairs: pl.DataFrame, *, fit: Fit, by: str | None = None, lesson: Lesson | None = None
) -> None:
    """
    Remember pairs (left_id, right_id, score, sure, brought_by, evidence) in place of the type's former run, and how far
    their model is to be trusted.

    With a lesson, also what was learned, for the records to come.
    """
    with lake.write("match", by=by, source=type) as batch:
        doubt = f" ({fit.fallback})" if fit.fallback else ""
        batch.totals["note"] = f"{type}: {pairs.height} pairs of {fit.rows} records{doubt}"
        batch.totals["doubt"] = fit.fallback
        batch.execute("delete from match where type = $type", type=type)
        add_pairs(batch, type, pairs)
        if lesson is not None:
            lesson.write(batch, type)


def list_matches(lake: Lake, type: str, *, at_least: float = 0.5, limit: int | None = None) -> pl.DataFrame:
    """
    The pairs of the last match run that nobody has judged yet, best first; columns as `match` gives them.

    A pair of records that are merged, or whose clusters were judged different, is not among them.
    """
    lake.catalog.type(type)
    found = lake.query(
        f"""
        select left_id, right_id, left_key, right_key, score, sure, brought_by, evidence from ({OPEN_PAIRS})
        where type = $type and score >= $at_least order by score desc, left_id, right_id limit $limit
        """,
        type=type,
        at_least=at_least,
        limit=limit,
    ).frame()
    return with_sentence(found)


def add_pairs(batch: Batch, type: str, pairs: pl.DataFrame) -> None:
    """Remember pairs that a run found: left_id, right_id, score, sure, brought_by, evidence."""
    told = with_known_names(pairs, batch.catalog.type(type)).with_columns(evidence=json_of(pl.col("evidence")))
    batch.append(
        "match",
        told.select("left_id", "right_id", "score", "sure", "brought_by", "evidence").with_columns(
            run_id=pl.lit(batch.id, dtype=pl.Int64), type=pl.lit(type)
        ),
    )


def remove_pairs(batch: Batch, type: str, ids: Iterable[int]) -> None:
    """Forget the pairs in which any of these records takes part."""
    with batch.frame("moved", pl.DataFrame({"id": list(ids)}, schema={"id": pl.Int64})):
        batch.execute(
            "delete from match where type = $type and (left_id in (select id from moved) or right_id in (select id from moved))",
            type=type,
        )


def replace_pairs(batch: Batch, type: str, pairs: pl.DataFrame) -> None:
    """Remember pairs as `add_pairs` does, in place of what is there of the same two records."""
    with batch.frame("moved", pairs.select("left_id", "right_id")):
        batch.execute(
            "delete from match using moved m where match.type = $type"
            " and match.left_id = m.left_id and match.right_id = m.right_id",
            type=type,
        )
    add_pairs(batch, type, pairs)


def json_of(evidence: pl.Expr) -> pl.Expr:
    """The evidence as JSON text."""
    wrapped = pl.struct(evidence.alias("e")).struct.json_encode()  # {"e":[...]}
    return wrapped.str.slice(5).str.head(-1)
