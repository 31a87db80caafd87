"""What the fields of a type are used for: how many records have a value, how many values there are, when one was last written."""

import polars as pl

from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.names import quoted
from xrm_lake.store.as_of import State

FIELD_USE = pl.Schema(
    {"field": pl.String(), "records": pl.Int64(), "filled": pl.Int64(), "values": pl.Int64(), "last_write": pl.Date()}
)


def field_use(state: State, item: EntityType) -> pl.DataFrame:
    """
    Each field in use of a type, in its order (frame FIELD_USE), over its live records.

    `last_write` is the day on which a value was last changed, or came in with a new record. Source: quality.md, Appendix A `field_unused`.
    """
    parts = [
        f"select {place} as place, '{field.name}' as field, count(*) as records, count(r.{quoted(field.name)}) as filled,"
        f" count(distinct r.{quoted(field.name)}) as values_, max(e.created_at) filter (where r.{quoted(field.name)} is not null) as came"
        f" from {state.records(item.name)} r join {state.entity} e on e.id = r.id where r.live"
        for place, field in enumerate(item.active_fields)
    ]
    if not parts:
        return pl.DataFrame(schema=FIELD_USE)
    return state.query(
        f"""
        with used as ({" union all ".join(parts)}), written as (
            select c.field, max(c.made_at) as wrote from {state.change} c
            join {state.batch} b on b.batch_id = c.batch_id and b.undone_by is null and b.kind <> 'undo'
            where c.type = $type and c.op = 'set' group by c.field
        )
        select u.field, u.records, u.filled, u.values_ as "values", greatest(u.came, w.wrote)::date as last_write
        from used u left join written w on w.field = u.field order by u.place
        """,
        type=item.name,
    ).frame().cast(FIELD_USE)  # fmt: skip
