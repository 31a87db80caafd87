"""When a record began and when it last showed life, as SQL over the lake's own dates."""

from collections.abc import Iterable

from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.names import quoted
from xrm_lake.store.as_of import State

# What a source says of a record's beginning counts before the day on which it came into the lake.
BORN = ("created_on", "opened_on", "opened_at", "happened_at", "starts_on", "since")
ENDED = ("closed_at", "done_on", "until")
HAPPENED = "happened_at"


def moments(entity_type: EntityType, names: Iterable[str]) -> list[str]:
    """Which of these fields the type has and may be read as a moment; a text of that name says nothing."""
    dated = {item.name for item in entity_type.active_fields if item.kind in ("date", "datetime") and not item.many}
    return [name for name in names if name in dated]


def born_sql(entity_type: EntityType, alias: str) -> str:
    """A timestamp: when the record began; `e` must be its row in `entity`."""
    own = [f"{alias}.{quoted(name)}::timestamp" for name in moments(entity_type, BORN)]
    return f"coalesce({', '.join([*own, 'e.created_at'])})"


def touches_sql(state: State) -> str:
    """
    A query: every sign of life of every record, as id, happened (UTC) and met.

    `met` is true of an activity that is linked to the record, either way round, and false of a person's edit; what
    undone batches did and what imports wrote is no sign of life. A role lives as long as its party is met.
    """
    activities = " union all ".join(
        f"select id, {quoted(HAPPENED)}::timestamp as happened from {state.records(kind.name)}"
        f" where live and {quoted(HAPPENED)} is not null"
        for kind in state.catalog.active_types
        if moments(kind, [HAPPENED])
    )
    nothing = "select null::bigint as id, null::timestamp as happened where false"
    return f"""
        with activity as ({activities or nothing}),
        meeting as (
            select l.to_golden as id, a.happened from {state.link} l join activity a on a.id = l.from_golden where l.ended_at is null
            union all
            select l.from_golden, a.happened from {state.link} l join activity a on a.id = l.to_golden where l.ended_at is null
        )
        select id, happened, true as met from meeting
        union all
        select l.from_golden, m.happened, true from {state.link} l join meeting m on m.id = l.to_golden
        where l.type = 'role_of' and l.ended_at is null
        union all
        select coalesce(x.golden_id, x.id), c.made_at, false
        from {state.batch} b join {state.change} c on c.batch_id = b.batch_id join {state.entity} x on x.id = c.entity_id
        where b.kind = 'edit' and b.undone_by is null
    """


def is_open_sql(entity_type: EntityType, alias: str) -> str:
    """A condition: the record is still to be worked on as of `$as_of`; one that is won, lost or closed does not go stale."""
    conditions = ["true"]
    if entity_type.stage_field:
        closed = ", ".join(
            "'" + stage.name.replace("'", "''") + "'" for stage in entity_type.stages if stage.outcome != "open"
        )
        if closed:
            conditions.append(f"coalesce({alias}.{quoted(entity_type.stage_field)}, '') not in ({closed})")
    conditions += [
        f"({alias}.{quoted(name)} is null or {alias}.{quoted(name)} >= $as_of)" for name in moments(entity_type, ENDED)
    ]
    return "(" + " and ".join(conditions) + ")"
