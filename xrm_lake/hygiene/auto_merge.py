"""Merging without a person: only behind measured precision, or when somebody takes the risk by name."""

import polars as pl

from xrm_lake.errors import NotCertified
from xrm_lake.hygiene.clusters import clusters
from xrm_lake.model.results import AutoMerge, Certificate
from xrm_lake.store.lake import Lake
from xrm_lake.store.verdicts import add_verdicts

CONFIDENCE = 0.95
AUTO = "auto"


def auto_merge(
    lake: Lake, type: str, *, at_least: float = 0.99, force: bool = False, by: str | None = None, reason: str = ""
) -> AutoMerge:
    """
    Merge the clusters of the last match run whose pairs score `at_least` (0..1), as one decision that can be undone.

    Raises NotCertified unless people's verdicts on such pairs show a precision of 99 % with 95 % confidence, or `force`.
    """
    certificate = certify(lake, type, at_least=at_least)
    if not certificate.holds and not force:
        raise NotCertified(
            f"Matching of {type} is not certified to merge by itself: {certificate.audited} pairs of score {at_least} or more were audited"
            f" with {certificate.wrong} wrong, so its precision is only known to be {certificate.precision_at_least:.1%} or more, and 99 % is"
            " asked for (0 wrong in 299). Nothing was changed. Judge more pairs, or take the risk yourself with force; it can be undone."
        )
    found = clusters(lake, type, at_least=at_least)
    pairs = _stars(found)
    if pairs.is_empty():
        return AutoMerge(None, 0, 0, certificate)
    with lake.write("judge", by=by, source=AUTO) as batch:
        add_verdicts(batch, pairs, reason=reason or f"automatic, score {at_least} or more")
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


def _stars(found: pl.DataFrame) -> pl.DataFrame:
    """Each member of a cluster judged the same as its oldest; those that are together already say nothing new."""
    return (
        found.filter(pl.col("record_id") != pl.col("cluster_id"))
        .select(left_id="cluster_id", right_id="record_id")
        .with_columns(verdict=pl.lit("same"))
    )
