"""
The certificate: whether matching of a type is precise enough to merge by itself.

Precision is what people said of pairs that were drawn at random from those that would merge. What they chose to look at by
themselves says nothing of the rest. A rule whose merges are taken back is stopped until somebody lets it go on.
"""

from datetime import datetime, timedelta

import polars as pl

from xrm_lake.hygiene.audit import audited
from xrm_lake.model.results import Certificate
from xrm_lake.store.lake import Lake
from xrm_lake.store.settings import set_setting, settings_of

CONFIDENCE = 0.95
CERTIFIED = 0.99
AUTO = "auto"
AT_MOST = 500
# Two merges of the rule taken back within so long stop it; a run can be looked at for as long before it counts as settled.
WINDOW = timedelta(days=7)
TOO_MANY = 2
_LET_GO_ON = "auto_merge.let_go_on."

RUNS = pl.Schema(
    {
        "decision_id": pl.Int64(), "made_at": pl.Datetime("us"), "made_by": pl.String(), "clusters": pl.Int64(),
        "records": pl.Int64(), "undone_by": pl.Int64(), "cooling_until": pl.Datetime("us"),
    }
)  # fmt: skip


def certificate(lake: Lake, type: str, *, at_least: float = 0.99, at_most: int = AT_MOST) -> Certificate:
    """The certificate of a type for pairs of score `at_least` (0..1) and more, with `at_most` clusters a day."""
    lake.catalog.type(type)
    now = lake.clock()
    answered, wrong, unsure = audited(lake, type, at_least)
    runs = _runs(lake, type)
    taken_back, stopped_at = _breaker(_taken_back(lake, type), _let_go_on_at(lake, type))
    failed = wrong + unsure
    return Certificate(
        type=type,
        at_least=at_least,
        audited=answered,
        wrong=wrong,
        unsure=unsure,
        precision_at_least=lower_bound(answered, failed),
        to_judge=max(0, needed(failed) - answered),
        doubt=doubt_of(lake, type),
        merged_today=int(runs.filter(pl.col("made_at").dt.date() == now.date())["clusters"].sum()),
        at_most=at_most,
        taken_back=taken_back,
        stopped_at=stopped_at,
        runs=runs.with_columns(
            cooling_until=pl.when(pl.col("undone_by").is_null() & (pl.col("made_at") + WINDOW > now)).then(
                pl.col("made_at") + WINDOW
            )
        ).cast(RUNS),
    )


def let_go_on(lake: Lake, type: str, *, by: str | None = None, reason: str = "") -> int:
    """
    Let a type merge by itself again after merges of it were taken back: those count no more; gives the batch.

    It says nothing of precision: the certificate must still hold.
    """
    lake.catalog.type(type)
    with lake.write("model", by=by, source=AUTO) as batch:
        batch.totals["note"] = reason or f"automatic merging of {type} may go on"
        set_setting(batch, _LET_GO_ON + type, batch.at.isoformat())
        return batch.id


def doubt_of(lake: Lake, type: str) -> str | None:
    """Why the model of the match runs whose pairs stand is not to be trusted with merging; None if it is."""
    doubt: str | None = lake.query(
        """
        select arg_max(doubt, batch_id) from batch where kind = 'match' and source = $type and doubt is not null
          and batch_id >= coalesce((select min(run_id) from match where type = $type),
                                   (select max(batch_id) from batch where kind = 'match' and source = $type))
        """,
        type=type,
    ).value()
    return doubt


def lower_bound(audited: int, wrong: int) -> float:
    """
    The precision (0..1) that `wrong` errors in `audited` pairs show with 95 % confidence, one-sided.

    >>> round(lower_bound(299, 0), 4), round(lower_bound(473, 1), 4), lower_bound(0, 0)
    (0.99, 0.99, 0.0)
    """
    right = audited - wrong
    if right <= 0:
        return 0.0
    # Not scipy.stats, which takes seconds to load: the quantile of the beta distribution is this function.
    from scipy.special import betaincinv

    return float(betaincinv(right, wrong + 1, 1 - CONFIDENCE))


def needed(wrong: int) -> int:
    """
    How many audited pairs certify a precision of 99 % with 95 % confidence if `wrong` of them are wrong.

    >>> [needed(wrong) for wrong in range(4)]
    [299, 473, 628, 773]
    """
    least, enough = wrong, 299
    while lower_bound(enough, wrong) < CERTIFIED:
        least, enough = enough, 2 * enough
    while enough - least > 1:
        middle = (least + enough) // 2
        least, enough = (least, middle) if lower_bound(middle, wrong) >= CERTIFIED else (middle, enough)
    return enough


def _runs(lake: Lake, type: str) -> pl.DataFrame:
    """The automatic decisions on a type, newest first. Each cluster is joined at its oldest record."""
    return lake.query(
        """
        select b.batch_id as decision_id, b.made_at, b.made_by, count(distinct v.left_id) as clusters,
               count(distinct v.left_id) + count(*) as records, b.undone_by, null::timestamp as cooling_until
        from batch b join verdict v on v.decision_id = b.batch_id join entity e on e.id = v.left_id and e.type = $type
        where b.kind = 'judge' and b.source = 'auto' group by all order by b.batch_id desc
        """,
        type=type,
    ).frame()


def _taken_back(lake: Lake, type: str) -> list[datetime]:
    """When merges of the rule were taken back, one moment for each cluster: by undo, or by a person who said anything but `same`."""
    return lake.query(
        """
        with joined as (
            select v.decision_id, v.left_id, v.right_id, v.seq, u.made_at as undone_at
            from verdict v join batch b on b.batch_id = v.decision_id and b.source = 'auto'
            join entity e on e.id = v.left_id and e.type = $type
            left join batch u on u.batch_id = b.undone_by
        )
        select min(undone_at) as taken_back_at from joined where undone_at is not null group by decision_id, left_id
        union all
        select min(b.made_at) from joined j
        join verdict v on v.left_id = j.left_id and v.right_id = j.right_id and v.seq > j.seq and v.verdict <> 'same'
        join batch b on b.batch_id = v.decision_id and b.undone_by is null and b.source is distinct from 'auto'
        where j.undone_at is null group by j.decision_id, j.left_id
        order by taken_back_at
        """,
        type=type,
    ).column()


def _breaker(moments: list[datetime], since: datetime | None) -> tuple[int, datetime | None]:
    """How many merges were taken back since it was last let go on, and when that was too many within the window."""
    counted = [moment for moment in moments if since is None or moment > since]
    for first, second in zip(counted, counted[TOO_MANY - 1 :], strict=False):
        if second - first <= WINDOW:
            return len(counted), second
    return len(counted), None


def _let_go_on_at(lake: Lake, type: str) -> datetime | None:
    said = settings_of(lake, _LET_GO_ON).get(type)
    return datetime.fromisoformat(said) if said else None
