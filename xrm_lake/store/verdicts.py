"""Verdicts: who is the same as whom. The table only grows; the last word that was not undone stands."""

import polars as pl

from xrm_lake.errors import ConflictingVerdict
from xrm_lake.store.golden import rebuild_golden
from xrm_lake.store.lake import Lake
from xrm_lake.store.write import Batch

VERDICTS = ("same", "different", "unsure", "open")
# Of records of two types, which are never merged.
ACROSS = ("same_thing", "two_roles", "different", "unsure", "open")
DRAWN = ("value", "information", "audit")


def add_verdicts(batch: Batch, pairs: pl.DataFrame, *, reason: str = "", drawn: str | None = None) -> None:
    """
    Add verdicts and work out the clusters that they touch.

    `pairs` has left_id < right_id, both records that are not golden, and verdict. `drawn` is one of DRAWN if the queue asked
    for them: a label, which tells why they were asked.
    """
    first = batch.new_ids("verdict_seq", pairs.height)
    batch.append(
        "verdict",
        pairs.select("left_id", "right_id", "verdict").with_columns(
            seq=pl.int_range(first, first + pairs.height, dtype=pl.Int64),
            decision_id=pl.lit(batch.id, dtype=pl.Int64),
            made_by=pl.lit(batch.by),
            made_at=pl.lit(batch.at),
            reason=pl.lit(reason or None, dtype=pl.String),
            drawn=pl.lit(drawn, dtype=pl.String),
        ),
    )
    rebuild_golden(batch, pl.concat([pairs["left_id"], pairs["right_id"]]).unique())


def standing_verdicts(lake: Lake) -> pl.DataFrame:
    """
    The last word on each pair that was ever judged and is not undone.

    Returns left_id, right_id, verdict, made_by, made_at, decision_id.
    """
    return lake.query(
        """
        select left_id, right_id, arg_max(verdict, seq) as verdict, arg_max(v.made_by, seq) as made_by,
               arg_max(v.made_at, seq) as made_at, arg_max(decision_id, seq) as decision_id
        from verdict v join batch b on b.batch_id = v.decision_id and b.undone_by is null
        group by left_id, right_id order by left_id, right_id
        """
    ).frame()


def refuse_conflicts(batch: Batch, pairs: pl.DataFrame) -> None:
    """
    Raise ConflictingVerdict if a cluster that one of these pairs is in holds records that were judged different.

    `pairs` has left_id and right_id. To be called within the batch, before the commit: half a merge would be worse than none.
    """
    with batch.frame("judged", pairs.select("left_id", "right_id")):
        row = batch.query(
            """
            with touched as (
                select distinct e.golden_id from entity e where e.golden_id is not null
                and e.id in (select left_id from judged union select right_id from judged)
            ), members as (select id, golden_id from entity where golden_id in (select golden_id from touched)),
            standing as (
                select v.left_id, v.right_id, arg_max(v.verdict, v.seq) as verdict
                from verdict v left join batch b on b.batch_id = v.decision_id
                where b.undone_by is null and v.left_id in (select id from members) and v.right_id in (select id from members)
                group by v.left_id, v.right_id
            )
            select s.left_id, s.right_id from standing s
            join members l on l.id = s.left_id join members r on r.id = s.right_id
            where s.verdict = 'different' and l.golden_id = r.golden_id order by 1, 2 limit 1
            """
        ).one()
    if row is not None:
        raise judged_different(row["left_id"], row["right_id"])


def judged_different(left: int, right: int) -> ConflictingVerdict:
    """That two records would become one although they were judged different."""
    return ConflictingVerdict(
        f"Records {left} and {right} would become one, but were judged different. Nothing was changed."
        " To go ahead, first judge that pair open."
    )
