"""
Merging without a person: only behind a certificate, and only what nothing speaks against.

What a guard, a doubt or the daily cap stands in the way of is left to people, counted, with the reason.
"""

from dataclasses import dataclass

import polars as pl

from xrm_lake.errors import InvalidValue, NotCertified
from xrm_lake.hygiene.certificate import AT_MOST, AUTO, certificate, needed
from xrm_lake.hygiene.clusters import clusters
from xrm_lake.hygiene.guards import guards_of
from xrm_lake.model.results import AutoMerge, Certificate
from xrm_lake.store.lake import Lake
from xrm_lake.store.torn import refuse_torn
from xrm_lake.store.verdicts import add_verdicts, refuse_conflicts
from xrm_lake.store.write import Batch

LEFT_OUT = pl.Schema({"cluster_id": pl.Int64(), "records": pl.Int64(), "reason": pl.String(), "detail": pl.String()})
CAP, VERDICT = "cap", "verdict"


def auto_merge(
    lake: Lake,
    type: str,
    *,
    at_least: float = 0.99,
    at_most: int = AT_MOST,
    dry_run: bool = False,
    force: bool = False,
    by: str | None = None,
    reason: str = "",
) -> AutoMerge:
    """
    Merge the clusters of the last match run whose pairs are sure and score `at_least` (0..1), as one decision that can be undone.

    What is merged already stays as it is and is no part of the decision. Clusters that a guard speaks against (see
    `guards_of`: conflicting identifiers, more than 6 records, a bridge below 0.8 …) are left out, and so is what goes beyond
    `at_most` clusters a day (UTC). A dry run decides nothing and is never refused for want of a certificate.

    Raises NotCertified unless people's verdicts on pairs drawn at random show a precision of 99 % with 95 % confidence, or
    `force`, which takes pairs that are not sure too; in any case if the model doubts itself, or if merges of the type were
    taken back and nobody let it go on; ConflictingVerdict if somebody judged records different meanwhile.
    """
    if at_most < 0:
        raise InvalidValue("A daily cap is a number of clusters, 0 or more. Nothing was changed.")
    seen = lake.commits
    found = plan(lake, type, at_least=at_least, at_most=at_most, force=force)
    if dry_run:
        return _done(found, None, dry_run=True)
    return carry_out(lake, found, seen, by=by, reason=reason)


@dataclass(frozen=True)
class Plan:
    """What would be merged (record_id, source, source_key, cluster_id, standing) and what not, by which rules, as of one moment."""

    type: str
    at_least: float
    at_most: int
    force: bool
    certificate: Certificate
    chosen: pl.DataFrame
    left_out: pl.DataFrame


def plan(lake: Lake, type: str, *, at_least: float, at_most: int, force: bool) -> Plan:
    """What `auto_merge` would do now."""
    found = certificate(lake, type, at_least=at_least, at_most=at_most)
    candidates = _not_yet_one(lake, type, clusters(lake, type, at_least=at_least, only_sure=not force))
    chosen, left_out = _choose(lake, type, candidates, found.left_today)
    return Plan(type, at_least, at_most, force, found, chosen, left_out)


def carry_out(lake: Lake, found: Plan, seen: int, *, by: str | None, reason: str) -> AutoMerge:
    """
    Merge what was planned when the lake had `seen` so many commits; where it has more by now, what is planned anew. Raises as `auto_merge`.

    From there to the commit nobody else writes: two at once neither merge the same pairs nor go beyond the cap.
    """
    _refuse(found.certificate, found.force)
    with lake.write("judge", by=by, source=AUTO) as batch:
        if lake.commits != seen:
            found = plan(lake, found.type, at_least=found.at_least, at_most=found.at_most, force=found.force)
            _refuse(found.certificate, found.force)
        if not found.chosen.is_empty():
            batch.totals["note"] = reason or f"automatic, score {found.at_least} or more"
            write_merges(batch, _joins(found.chosen))
    return _done(found, None if found.chosen.is_empty() else batch.id, dry_run=False)


def write_merges(batch: Batch, pairs: pl.DataFrame) -> None:
    """Put down that these pairs are the same, with the batch's note as the reason. Raises ConflictingVerdict as judging does."""
    add_verdicts(batch, pairs, reason=batch.totals["note"])
    refuse_conflicts(batch, pairs)
    refuse_torn(batch, pairs)


def _done(found: Plan, decision: int | None, *, dry_run: bool) -> AutoMerge:
    merged = found.chosen.select("record_id", "source", "source_key", "cluster_id")
    clusters_merged = merged["cluster_id"].n_unique()
    return AutoMerge(decision, clusters_merged, merged.height, found.certificate, merged, found.left_out, dry_run)


def _refuse(found: Certificate, force: bool) -> None:
    if found.doubt is not None:
        raise NotCertified(
            f"Matching of {found.type} doubts itself: {found.doubt}. Nothing merges by itself on such a run. Nothing was changed."
            " Judge the pairs one by one, or match again when there is more to learn from."
        )
    if found.stopped_at is not None:
        raise NotCertified(
            f"Automatic merging of {found.type} was stopped on {found.stopped_at:%Y-%m-%d %H:%M} UTC, when two of its merges had been"
            " taken back within 7 days. Nothing was changed. Look at what went wrong; then let it go on:"
            f" xrm certificate {found.type} --let-go-on."
        )
    if not found.holds and not force:
        raise NotCertified(_what_is_missing(found))


def _what_is_missing(found: Certificate) -> str:
    failed = found.wrong + found.unsure
    return (
        f"Matching of {found.type} is not certified to merge by itself: of its pairs of score {found.at_least} or more, drawn at random,"
        f" people have judged {found.audited}, {failed} of them different or unsure. A precision of 99 % is certain enough from"
        f" {needed(failed)} pairs on with {failed} such. Nothing was changed. Judge more pairs of the audit"
        f" (xrm certificate {found.type} tells how many), or take the risk yourself: it can be undone."
    )


def _not_yet_one(lake: Lake, type: str, found: pl.DataFrame) -> pl.DataFrame:
    """The clusters that have something left to merge, with `standing`: what stands for the record now."""
    standing = lake.query(
        "select id as record_id, coalesce(golden_id, id) as standing from entity where type = $type", type=type
    ).frame()
    return found.join(standing, on="record_id", maintain_order="left").filter(
        pl.col("standing").n_unique().over("cluster_id") > 1
    )


def _choose(lake: Lake, type: str, candidates: pl.DataFrame, most: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What may be merged, and what not (LEFT_OUT): a cluster is told once, with the first that speaks against it."""
    sizes = candidates.group_by("cluster_id").agg(records=pl.len().cast(pl.Int64)).sort("cluster_id")
    pairs = _joins(candidates)
    guards = guards_of(lake, type, pairs).join(
        pairs.select("left_id", "right_id", "cluster_id"), on=["left_id", "right_id"], maintain_order="left"
    )
    guarded = guards.unique("cluster_id", keep="first", maintain_order=True).select(
        "cluster_id", reason="guard", detail="reason"
    )
    guarded = pl.concat([guarded, _doubted(lake, candidates)]).unique("cluster_id", keep="first", maintain_order=True)
    free = sizes.join(guarded, on="cluster_id", how="anti", maintain_order="left")
    beyond = free.slice(most).select(
        "cluster_id", reason=pl.lit(CAP), detail=pl.lit("No more clusters may be merged today.")
    )
    left_out = sizes.join(pl.concat([guarded, beyond]), on="cluster_id", maintain_order="left")
    chosen = candidates.join(free.head(most), on="cluster_id", how="semi", maintain_order="left")
    return chosen, left_out.select(list(LEFT_OUT)).cast(LEFT_OUT)


def _doubted(lake: Lake, candidates: pl.DataFrame) -> pl.DataFrame:
    """The clusters that would make one of two records, or of their clusters, of whom somebody was unsure."""
    standing = candidates.select("cluster_id", "standing").unique()
    with lake.frame("wanted", standing):
        found = lake.query(
            """
            with unsure as (
                select v.left_id, v.right_id from verdict v join batch b on b.batch_id = v.decision_id and b.undone_by is null
                group by v.left_id, v.right_id having arg_max(v.verdict, v.seq) = 'unsure'
            )
            select w.cluster_id, u.left_id, u.right_id from unsure u
            join entity l on l.id = u.left_id join entity r on r.id = u.right_id
            join wanted w on w.standing = coalesce(l.golden_id, l.id)
            join wanted o on o.standing = coalesce(r.golden_id, r.id) and o.cluster_id = w.cluster_id and o.standing <> w.standing
            order by all
            """
        ).frame()
    return found.unique("cluster_id", keep="first", maintain_order=True).select(
        pl.col("cluster_id").cast(pl.Int64),
        reason=pl.lit(VERDICT),
        detail=pl.format("Somebody was unsure of records {} and {}.", "left_id", "right_id"),
    )


def _joins(found: pl.DataFrame) -> pl.DataFrame:
    """Of each cluster, the oldest of what stands alone judged the same as the oldest of each of the rest."""
    oldest = found.group_by("cluster_id", "standing").agg(pl.col("record_id").min())
    pairs = oldest.select(
        "cluster_id", left_id=pl.col("record_id").min().over("cluster_id"), right_id="record_id", verdict=pl.lit("same")
    )
    return pairs.filter(pl.col("left_id") != pl.col("right_id")).sort("left_id", "right_id")
