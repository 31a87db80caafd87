"""Decisions: what was judged, by whom, why, and whether it still counts."""

from datetime import datetime

import polars as pl

from xrm_lake.store.lake import Lake
from xrm_lake.store.search import captions_of


def list_decisions(
    lake: Lake,
    *,
    type: str | None = None,
    verdict: str | None = None,
    made_by: str | None = None,
    since: datetime | None = None,
    standing: bool | None = None,
    limit: int = 50,
    offset: int = 0,
) -> pl.DataFrame:
    """
    What was judged, newest first, one row for each decision.

    Only on records of `type`, that begin with this `verdict`, `made_by` somebody, `since` a moment (UTC), or that stand (or do not).
    Returns decision_id, made_at, made_by, verdict, pairs (how many the decision has), apart (how many of them are `different`), reason,
    drawn (why the queue asked, if it did), type, left_id, right_id, caption (what the first record is called), other (the
    second), record_id (what stands for the first now), undone_by. Of a decision on many pairs only the first is shown.
    """
    if type is not None:
        lake.catalog.type(type)
    found = lake.query(
        """
        with made as (
            select v.decision_id, count(*) as pairs, count(*) filter (where v.verdict = 'different') as apart,
                   arg_min(v.verdict, v.seq) as verdict, arg_min(v.left_id, v.seq) as left_id, arg_min(v.right_id, v.seq) as right_id,
                   any_value(v.made_by) as made_by, any_value(v.made_at) as made_at, any_value(v.reason) as reason, any_value(v.drawn) as drawn
            from verdict v where ($since is null or v.made_at >= $since) and ($made_by is null or v.made_by = $made_by)
            group by v.decision_id
        )
        select d.decision_id, d.made_at, d.made_by, d.verdict, d.pairs, d.apart, coalesce(d.reason, b.note) as reason, d.drawn, e.type,
               d.left_id, d.right_id, coalesce(e.golden_id, e.id) as record_id, b.undone_by, o.type as other_type
        from made d join batch b on b.batch_id = d.decision_id join entity e on e.id = d.left_id join entity o on o.id = d.right_id
        where ($type is null or $type in (e.type, o.type)) and ($verdict is null or d.verdict = $verdict)
          and ($standing is null or (b.undone_by is null) = $standing)
        order by d.decision_id desc limit $limit offset $offset
        """,
        type=type,
        verdict=verdict,
        made_by=made_by,
        since=since,
        standing=standing,
        limit=limit,
        offset=offset,
    ).frame()
    captions = captions_of(lake, [*found["left_id"], *found["right_id"]], [*found["type"], *found["other_type"]])
    return found.drop("other_type").with_columns(
        caption=pl.Series([captions[id] for id in found["left_id"]], dtype=pl.String),
        other=pl.Series([captions[id] for id in found["right_id"]], dtype=pl.String),
    )


def count_decisions(lake: Lake) -> pl.DataFrame:
    """How many decisions each person made: made_by, decisions, undone; the busiest first."""
    return lake.query(
        """
        select b.made_by, count(*) as decisions, count(b.undone_by) as undone from batch b
        where b.kind = 'judge' and exists (from verdict v where v.decision_id = b.batch_id)
        group by b.made_by order by decisions desc, b.made_by
        """
    ).frame()
