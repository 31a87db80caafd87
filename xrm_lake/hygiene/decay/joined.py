"""Duplicates becoming common (D3): of the records that are new, how many joined an older one, or are probably one already."""

from datetime import date

from xrm_lake.hygiene.decay.figure import Figure, share
from xrm_lake.hygiene.lifetime import born_sql
from xrm_lake.hygiene.open_pairs import MATCHED, OPEN_PAIRS
from xrm_lake.hygiene.record_faults import PROBABLE
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.metrics import metric
from xrm_lake.store.as_of import State


def new_duplicates(state: State, item: EntityType, since: date) -> list[Figure]:
    """
    new records that joined an older one / new records, of a type that was matched; none of others and of roles.

    Counts records as they came in, merged or not. What is probably one is as fresh as the last `match`, whatever the day.
    """
    if item.role_of is not None or item.name not in state.query(MATCHED).column():
        return []
    born = born_sql(item, "r")
    row = state.query(
        f"""
        with fresh as (
            select r.id, e.golden_id from {state.records(item.name)} r join {state.entity} e on e.id = r.id
            where e.deleted_at is null and e.source is distinct from 'golden'
            and {born} >= $since::date + interval 1 day and {born} < $day::date + interval 1 day
        ), probable as (select right_id as id from ({OPEN_PAIRS}) where type = $type and score >= $probable)
        select count(*) filter (where golden_id - 1 <> id or id in (select id from probable)) as num, count(*) as den from fresh
        """,
        day=state.day,
        since=since,
        type=item.name,
        probable=PROBABLE,
    ).one()
    assert row is not None
    return [
        share(
            "new_duplicate",
            row["num"],
            row["den"],
            metric("new_duplicate").bad,
            "of the new records were there already",
        )
    ]
