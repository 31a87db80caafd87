"""Clusters: what would be one if the matches of the last run were believed, and what people said is kept to."""

import polars as pl

from xrm_lake.hygiene.matching import cluster_pairs
from xrm_lake.store.lake import Lake
from xrm_lake.store.verdicts import standing_verdicts

# The score from which a pair speaks for one cluster where nobody says another.
_USUAL = 0.8


def clusters(lake: Lake, type: str, *, at_least: float | None = None, only_sure: bool = False) -> pl.DataFrame:
    """
    The clusters of two or more records that the last match run and the standing verdicts make.

    With `at_least`, only pairs of that score (0..1) are believed; without, each cluster is weighed as a whole. With
    `only_sure`, a pair joins nothing unless score and evidence leave no doubt; a low score still speaks against.
    Records judged the same are together and records judged different are apart, whatever the score; a pair that
    somebody was unsure of is not believed.
    Returns record_id, source, source_key, cluster_id (the oldest record of the cluster).
    """
    lake.catalog.type(type)
    pairs = lake.query(
        "select left_id, right_id, case when $only_sure and not coalesce(sure, false) then least(score, $under) else score end as score"
        " from match where type = $type",
        type=type,
        only_sure=only_sure,
        under=(_USUAL if at_least is None else at_least) - 1e-6,
    ).frame()
    members = lake.query(
        "select id as record_id, source, source_key from entity"
        " where type = $type and deleted_at is null and source is distinct from 'golden'",
        type=type,
    ).frame()
    standing = _of(standing_verdicts(lake), members)
    doubted = standing.filter(pl.col("verdict") == "unsure")
    found = cluster_pairs(
        _of(pairs, members).join(doubted, on=["left_id", "right_id"], how="anti"),
        same=_pairs(standing, "same"),
        different=_pairs(standing, "different"),
        at_least=at_least,
    )
    return (
        found.join(members, on="record_id")
        .select("record_id", "source", "source_key", "cluster_id")
        .sort("cluster_id", "record_id")
    )


def _of(pairs: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    ids = members["record_id"].implode()
    return pairs.filter(pl.col("left_id").is_in(ids) & pl.col("right_id").is_in(ids))


def _pairs(standing: pl.DataFrame, verdict: str) -> list[tuple[int, int]]:
    return list(standing.filter(pl.col("verdict") == verdict).select("left_id", "right_id").iter_rows())
