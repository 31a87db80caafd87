"""Matching across sources: which record of one source is which record of another, each with one counterpart at most."""

import polars as pl

from xrm_lake.errors import Misuse, UnknownName
from xrm_lake.hygiene.match import LOWEST, keep_pairs, list_matches, read_records
from xrm_lake.hygiene.matching import find_pairs, one_to_one
from xrm_lake.hygiene.matching.pairs import PAIRS
from xrm_lake.hygiene.open_pairs import ANSWERED
from xrm_lake.model.progress import Progress, quiet
from xrm_lake.store.lake import Lake

_SIDE = "side_"


def match_sources(
    lake: Lake,
    type: str,
    source: str,
    other: str,
    *,
    at_least: float = 0.5,
    by: str | None = None,
    progress: Progress = quiet,
) -> pl.DataFrame:
    """
    Find pairs of records of a type across two sources that have no duplicates of their own: each record in one pair at most.

    Gives, and remembers in place of the former run's, what `match` does. What is merged has its counterpart already, and a record judged
    different from one is free for another. Raises UnknownName for a source without records of the type, Misuse for one named twice.
    """
    entity_type = lake.catalog.type(type)
    if source == other:
        raise Misuse(f"The source {source} was named twice. To find duplicates within a type: match {type}.")
    sides = _sides(lake, type, (source, other))
    seen, meaning = read_records(lake, entity_type)
    records = seen.join(sides, on="id", how="inner", maintain_order="left")
    found = find_pairs(records, meaning, at_least=min(at_least, LOWEST), side=_SIDE, progress=progress)
    keep_pairs(lake, type, _counterparts(lake, found.frame, records["id"]), fit=found.fit, by=by)
    return list_matches(lake, type, at_least=at_least)


def _sides(lake: Lake, type: str, sources: tuple[str, str]) -> pl.DataFrame:
    """The records of these sources: id and source. Raises UnknownName."""
    known = lake.query(
        "select distinct source from entity where type = $type and source <> 'golden' and deleted_at is null", type=type
    ).column()
    for name in sources:
        if name not in known:
            raise UnknownName(f"source of {type}", name, known)
    return lake.query(
        f"""
        select id, source as {_SIDE} from entity
        where type = $type and list_contains($sources, source) and deleted_at is null order by id
        """,
        type=type,
        sources=list(sources),
    ).frame()


def _counterparts(lake: Lake, pairs: pl.DataFrame, ids: pl.Series) -> pl.DataFrame:
    """One pair for each record: that of a merge, else the likeliest that nobody answered and whose records are free."""
    standing = lake.query(
        "select id, golden_id from entity where golden_id is not null and list_contains($ids, id)", ids=ids.to_list()
    ).frame()
    answered = lake.query(ANSWERED).frame().select("one", "other")
    for way in ("left", "right"):
        named = standing.select(pl.col("id").alias(f"{way}_id"), pl.col("golden_id").alias(f"{way}_golden"))
        pairs = pairs.join(named, on=f"{way}_id", how="left", maintain_order="left")
    merged = pairs["left_golden"] == pairs["right_golden"]
    known, rest = pairs.filter(merged.fill_null(False)), pairs.filter(~merged.fill_null(False))
    left, right = (pl.coalesce(f"{way}_golden", f"{way}_id") for way in ("left", "right"))
    rest = rest.with_columns(one=pl.min_horizontal(left, right), other=pl.max_horizontal(left, right))
    free = rest.join(answered, on=["one", "other"], how="anti", maintain_order="left")
    taken = pl.concat([known["left_id"], known["right_id"]]).implode()
    free = free.filter(~pl.col("left_id").is_in(taken), ~pl.col("right_id").is_in(taken))
    return pl.concat([known, one_to_one(free).select(known.columns)]).select(PAIRS.names())
