"""Pairs of two types that wait for an answer."""

import polars as pl

from xrm_lake.errors import Misuse
from xrm_lake.hygiene.in_words import with_sentence
from xrm_lake.hygiene.matched import refuse_uncompared
from xrm_lake.hygiene.open_pairs import ANSWERED
from xrm_lake.store.lake import Lake
from xrm_lake.store.search import captions_of
from xrm_lake.store.torn import NAMES

# Records that are merged are asked about as one; what is tied already, by an answer or by hand, is not asked.
_OPEN = f"""
    with answered as ({ANSWERED}), guessed as (
        select m.left_type, m.right_type, coalesce(l.golden_id, l.id) as left_id, coalesce(r.golden_id, r.id) as right_id,
               l.source_key as left_key, r.source_key as right_key, m.score, m.evidence
        from cross_match m
        join entity l on l.id = m.left_id and l.deleted_at is null
        join entity r on r.id = m.right_id and r.deleted_at is null
        qualify row_number() over (partition by coalesce(l.golden_id, l.id), coalesce(r.golden_id, r.id)
                                   order by m.score desc, m.left_id, m.right_id) = 1
    ), tied as (
        select from_golden, to_golden from link where list_contains($ties, type) and ended_at is null
    )
    select g.* from guessed g
    where not exists (from answered a where a.one = least(g.left_id, g.right_id) and a.other = greatest(g.left_id, g.right_id))
      and not exists (from tied t where t.from_golden = g.left_id and t.to_golden = g.right_id)
      and not exists (from tied t where t.from_golden = g.right_id and t.to_golden = g.left_id)
"""


def list_matches_across(
    lake: Lake,
    type: str | None = None,
    other: str | None = None,
    *,
    at_least: float = 0.5,
    limit: int | None = None,
    offset: int = 0,
) -> pl.DataFrame:
    """
    Pairs of two types, from the last runs of `match_types`, that nobody has answered yet, best first; of all types, of one, or of two.

    Returns left_id, right_id (golden records where they are merged), left_type, right_type (the first and the second by name), left, right
    (what they are called), left_key, right_key (their keys in their sources), score (0..1), sentence (the evidence in words) and evidence
    (for each pair of fields left_field, right_field, level and weight in bits). Raises UnknownName, Misuse for `other` without `type`, and
    Refused for two types that were never compared.
    """
    if type is None and other is not None:
        raise Misuse("Name both types, or none.")
    for name in (type, other):
        if name is not None:
            lake.catalog.type(name)
    if type is not None and other is not None:
        refuse_uncompared(lake, type, other)
    found = lake.query(
        f"""
        select left_id, right_id, left_type, right_type, left_key, right_key, score, evidence from ({_OPEN})
        where score >= $at_least and ($type is null or $type in (left_type, right_type))
          and ($other is null or $other in (left_type, right_type))
        order by score desc, left_id, right_id limit $limit offset $offset
        """,
        ties=list(NAMES),
        type=type,
        other=other,
        at_least=at_least,
        limit=limit,
        offset=offset,
    ).frame()
    captions = captions_of(lake, [*found["left_id"], *found["right_id"]], [*found["left_type"], *found["right_type"]])
    called = [pl.Series(way, [captions[id] for id in found[f"{way}_id"]], dtype=pl.String) for way in ("left", "right")]
    return with_sentence(found.with_columns(called)).select(
        "left_id",
        "right_id",
        "left_type",
        "right_type",
        "left",
        "right",
        "left_key",
        "right_key",
        "score",
        "sentence",
        "evidence",
    )
