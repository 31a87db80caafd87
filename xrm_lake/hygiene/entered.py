"""Entered: the records that came into a bad state, each with the day since which it is known to be."""

from datetime import date

import polars as pl

from xrm_lake.errors import Misuse
from xrm_lake.governance.sight import sees_people
from xrm_lake.history.lifetime import born_sql, touches_sql
from xrm_lake.hygiene.signals import PARTIES
from xrm_lake.model.metrics import PROBLEMS
from xrm_lake.store.as_of import state_now
from xrm_lake.store.lake import Lake
from xrm_lake.store.views import table_of

ENTERED = pl.Schema(
    {"entity_id": pl.Int64(), "type": pl.String(), "since": pl.Date(), "source": pl.String(), "owner_id": pl.Int64()}
)
LISTED = (*PROBLEMS, "inactive")


def list_entered(
    lake: Lake, metric: str, *, type: str | None = None, since: date | None = None, limit: int | None = None
) -> pl.DataFrame:
    """
    The records in a metric's bad state, the latest to enter it first (frame ENTERED); of one type, or those that entered after a day.

    `since` is the day of the snapshot that first saw it, or for `inactive` the day on which the time without a meeting was over.
    `owner_id` is the record of its owner, null for those who may not see figures about persons. Raises Misuse for a metric that
    looks at values or pairs rather than at records, UnknownName for a type.
    """
    if metric not in LISTED:
        raise Misuse(f"{metric} has no list of records; these have: {', '.join(LISTED)}.")
    if type is not None:
        lake.catalog.type(type)
    bad = _inactive(lake) if metric == "inactive" else _PROBLEM
    return lake.query(
        f"""
        with bad as ({bad}), owner as (
            select from_golden as id, min(to_golden) as owner_id from link where type = 'owned_by' and ended_at is null group by 1
        )
        select b.id as entity_id, e.type, b.since, coalesce(m.source, e.source) as source,
               if($sees, o.owner_id, null) as owner_id
        from bad b join entity e on e.id = b.id and e.deleted_at is null and e.golden_id is null
        left join entity m on e.source = 'golden' and m.id = e.id - 1
        left join owner o on o.id = b.id
        where ($type::varchar is null or e.type = $type) and ($since::date is null or b.since > $since)
        order by b.since desc, b.id limit $limit
        """,
        metric=metric, type=type, since=since, limit=limit, sees=sees_people(lake), day=lake.clock().date(),
    ).frame().cast(ENTERED)  # fmt: skip


_PROBLEM = """
    select m.entity_id as id, s.as_of as since from measure_state m join snapshot s on s.snapshot_id = m.since_snapshot
    where m.metric = $metric and $day is not null
"""


def _inactive(lake: Lake) -> str:
    """Parties whose last meeting, or beginning, is longer ago than their type allows."""
    parts = [
        f"""
        select r.id, (greatest({born_sql(item, "r")}, t.met) + to_days({item.staleness_days}))::date as since
        from {table_of(item.name)} r join entity e on e.id = r.id left join met t on t.id = r.id
        where r.live and greatest({born_sql(item, "r")}, t.met) < $day - to_days({item.staleness_days})
        """
        for item in lake.catalog.active_types
        if item.name in PARTIES and item.staleness_days is not None
    ]
    nothing = "select null::bigint as id, null::date as since where false"
    touches = touches_sql(state_now(lake, lake.clock().date()))
    return f"""
        with met as (
            select id, max(happened) as met from ({touches}) where met and happened < $day + interval 1 day group by id
        )
        select id, since from ({" union all ".join(parts) or nothing}) where $metric is not null
    """
