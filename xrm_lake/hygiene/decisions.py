"""Decisions: what was judged, by whom, and whether it still counts."""

import polars as pl

from xrm_lake.store.lake import Lake
from xrm_lake.store.search import captions_of


def list_decisions(lake: Lake, *, limit: int = 50) -> pl.DataFrame:
    """
    What was judged, newest first, one row for each verdict of a decision.

    Returns decision_id, made_at, made_by, verdict, pairs (how many the decision has), type, left_id, right_id, caption
    (what the first record is called), other (the second), record_id (what stands for the first now), undone_by. Of a
    decision on many pairs only the first is shown.
    """
    found = lake.query(
        """
        with last as (
            select decision_id, count(*) as pairs, arg_min(verdict, seq) as verdict, arg_min(left_id, seq) as left_id,
                   arg_min(right_id, seq) as right_id, any_value(made_by) as made_by, any_value(made_at) as made_at
            from verdict group by decision_id order by decision_id desc limit $limit
        )
        select d.decision_id, d.made_at, d.made_by, d.verdict, d.pairs, e.type, d.left_id, d.right_id,
               coalesce(e.golden_id, e.id) as record_id, b.undone_by
        from last d join batch b on b.batch_id = d.decision_id join entity e on e.id = d.left_id
        order by d.decision_id desc
        """,
        limit=limit,
    ).frame()
    captions = captions_of(lake, [*found["left_id"], *found["right_id"]], [*found["type"], *found["type"]])
    return found.with_columns(
        caption=pl.Series([captions[id] for id in found["left_id"]], dtype=pl.String),
        other=pl.Series([captions[id] for id in found["right_id"]], dtype=pl.String),
    )
