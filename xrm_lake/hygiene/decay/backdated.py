"""Backdating (D5): close dates set into the past. Rate = changes that set a close date more than seven days back / all changes of it."""

from datetime import date

from xrm_lake.history.course import due_field
from xrm_lake.hygiene.decay.figure import Figure, share
from xrm_lake.model.entity_type import EntityType
from xrm_lake.store.as_of import State

BACKDATED, GRACE_DAYS = 0.10, 7


def backdated(state: State, item: EntityType, since: date) -> list[Figure]:
    """The rate of changes made since a day, by people and imports; none of a type without a close date. Undone batches do not count."""
    if not due_field(item):
        return []
    row = state.query(
        f"""
        select count(*) filter (where try_cast(substr(c.new, 1, 10) as date) < c.made_at::date - {GRACE_DAYS}) as num, count(*) as den
        from {state.change} c join {state.batch} b on b.batch_id = c.batch_id
        where c.type = $type and c.field = $field and c.op = 'set' and c.new is not null and b.undone_by is null and b.kind <> 'undo'
        and c.made_at >= $since::date + interval 1 day
        """,
        type=item.name,
        field=due_field(item),
        since=since,
    ).one()
    assert row is not None
    words = f"of the changed close dates were set more than {GRACE_DAYS} days back"
    return [share("backdated", row["num"], row["den"], BACKDATED, words)]
