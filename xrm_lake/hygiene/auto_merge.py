"""Merging without a person: only behind measured precision, or when somebody takes the risk by name."""

import polars as pl

from xrm_lake.errors import NotCertified
from xrm_lake.hygiene.clusters import clusters
from xrm_lake.model.results import AutoMerge, Certificate
from xrm_lake.store.lake import Lake
from xrm_lake.store.verdicts import add_verdicts, refuse_conflicts

CONFIDENCE = 0.95
CERTIFIED = 0.99
AUTO = "auto"


def auto_merge(
    lake: Lake, type: str, *, at_least: float = 0.99, force: bool = False, by: str | None = None, reason: str = ""
) -> AutoMerge:
    """
    Merge the clusters of the last match run whose pairs score `at_least` (0..1), as one decision that can be undone.

    What is merged already stays as it is and is no part of the decision. Raises NotCertified unless people's verdicts on such
    pairs show a precision of 99 % with 95 % confidence, or `force`; ConflictingVerdict if somebody judged records different meanwhile.
    """
    certificate = certify(lake, type, at_least=at_least)
    if not certificate.holds and not force:
        raise NotCertified(_what_is_missing(type, at_least, certificate))
    found = _not_yet_one(lake, type, clusters(lake, type, at_least=at_least))
    if found.is_empty():
        return AutoMerge(None, 0, 0, certificate)
    with lake.write("judge", by=by, source=AUTO) as batch:
        pairs = _joins(found)
        batch.totals["note"] = reason or f"automatic, score {at_least} or more"
        add_verdicts(batch, pairs, reason=batch.totals["note"])
        refuse_conflicts(batch, pairs)
        return AutoMerge(batch.id, found["cluster_id"].n_unique(), found.height, certificate)


def certify(lake: Lake, type: str, *, at_least: float = 0.99) -> Certificate:
    """The certificate that people's verdicts on pairs of this score give."""
    row = lake.query(
        """
        with audited as (
            select arg_max(v.verdict, v.seq) as verdict from verdict v
            join batch b on b.batch_id = v.decision_id and b.undone_by is null and b.source is distinct from 'auto'
            join match m on m.left_id = v.left_id and m.right_id = v.right_id and m.type = $type and m.score >= $at_least
            group by v.left_id, v.right_id
        )
        select count(*) filter (where verdict in ('same', 'different')) as audited,
               count(*) filter (where verdict = 'different') as wrong from audited
        """,
        type=type,
        at_least=at_least,
    ).one()
    assert row is not None
    return Certificate(row["audited"], row["wrong"], lower_bound(row["audited"], row["wrong"]))


def lower_bound(audited: int, wrong: int) -> float:
    """
    The precision (0..1) that `wrong` errors in `audited` pairs show with 95 % confidence, one-sided.

    >>> round(lower_bound(299, 0), 4), round(lower_bound(473, 1), 4), lower_bound(0, 0)
    (0.99, 0.99, 0.0)
    """
    right = audited - wrong
    if right <= 0:
        return 0.0
    from scipy.stats import beta

    return float(beta.ppf(1 - CONFIDENCE, right, wrong + 1))


def needed(wrong: int) -> int:
    """
    How many audited pairs certify a precision of 99 % with 95 % confidence if `wrong` of them are wrong.

    >>> [needed(wrong) for wrong in range(4)]
    [299, 473, 628, 773]
    """
    audited = 299
    while lower_bound(audited, wrong) < CERTIFIED:
        audited += 1
    return audited


def _what_is_missing(type: str, at_least: float, certificate: Certificate) -> str:
    audited, wrong = certificate.audited, certificate.wrong
    return (
        f"Matching of {type} is not certified to merge by itself: of its pairs of score {at_least} or more, people have judged"
        f" {audited}, {wrong} of them different. A precision of 99 % is certain enough from {needed(wrong)} pairs on with {wrong} different."
        " Nothing was changed. Judge more pairs, or take the risk yourself: it can be undone."
    )


def _not_yet_one(lake: Lake, type: str, found: pl.DataFrame) -> pl.DataFrame:
    """The clusters that have something left to merge: record_id, cluster_id, and standing, what stands for the record now."""
    standing = lake.query(
        "select id as record_id, coalesce(golden_id, id) as standing from entity where type = $type", type=type
    ).frame()
    return (
        found.select("record_id", "cluster_id")
        .join(standing, on="record_id")
        .filter(pl.col("standing").n_unique().over("cluster_id") > 1)
    )


def _joins(found: pl.DataFrame) -> pl.DataFrame:
    """Of each cluster, the oldest of what stands alone judged the same as the oldest of each of the rest."""
    oldest = found.group_by("cluster_id", "standing").agg(pl.col("record_id").min())
    pairs = oldest.select(
        left_id=pl.col("record_id").min().over("cluster_id"), right_id="record_id", verdict=pl.lit("same")
    )
    return pairs.filter(pl.col("left_id") != pl.col("right_id")).sort("left_id", "right_id")
