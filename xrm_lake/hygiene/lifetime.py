"""When a record began and when it last showed life, as SQL over the lake's own dates."""

from xrm_lake.model.catalog import Catalog
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.names import quoted
from xrm_lake.store.views import table_of

# What a source says of a record's beginning counts before the day on which it came into the lake.
BORN = ("created_on", "opened_on", "opened_at", "happened_at", "starts_on", "since")


def born_sql(entity_type: EntityType, alias: str) -> str:
    """A timestamp: when the record began; `e` must be its row in `entity`."""
    names = {field.name for field in entity_type.active_fields}
    own = [f"{alias}.{quoted(name)}::timestamp" for name in BORN if name in names]
    return f"coalesce({', '.join([*own, 'e.created_at'])})"


def last_touch_sql(catalog: Catalog, entity_type: EntityType) -> str:
    """
    A query: id and last_touch of each live record of a type, as of `$as_of`.

    The latest of: an activity linked to it (either way round, or to what it was merged from), a person's
    edit, and its own beginning. Activities of the future do not count: they are plans.
    """
    activities = " union all ".join(
        f"select id, {quoted(field)}::timestamp as happened from {table_of(kind.name)} where {quoted(field)} is not null"
        for kind in catalog.active_types
        for field in ("happened_at",)
        if any(item.name == field for item in kind.active_fields) and kind.name != entity_type.name
    )
    met = (
        f"""
        select other as id, max(happened) as happened from (
            select l.to_golden as other, a.happened from link l join ({activities}) a on a.id = l.from_golden where l.ended_at is null
            union all
            select l.from_golden, a.happened from link l join ({activities}) a on a.id = l.to_golden where l.ended_at is null
        ) where happened < $as_of + interval 1 day group by other
        """
        if activities
        else "select null::bigint as id, null::timestamp as happened where false"
    )
    return f"""
        select r.id, greatest({born_sql(entity_type, "r")}, m.happened, c.edited) as last_touch
        from {table_of(entity_type.name)} r join entity e on e.id = r.id
        left join ({met}) m on m.id = r.id
        left join (
            select coalesce(x.golden_id, x.id) as id, max(c.made_at) as edited
            from change c join batch b on b.batch_id = c.batch_id join entity x on x.id = c.entity_id
            where b.kind = 'edit' and b.undone_by is null and c.made_at < $as_of + interval 1 day
            group by 1
        ) c on c.id = r.id
        where r.live
    """


def is_open_sql(entity_type: EntityType, alias: str) -> str:
    """A condition: the record is still to be worked on; one that is won, lost or closed does not go stale."""
    names = {field.name for field in entity_type.active_fields}
    conditions = ["true"]
    if entity_type.stage_field:
        closed = ", ".join(
            "'" + stage.name.replace("'", "''") + "'" for stage in entity_type.stages if stage.outcome != "open"
        )
        if closed:
            conditions.append(f"coalesce({alias}.{quoted(entity_type.stage_field)}, '') not in ({closed})")
    for name in ("closed_at", "done_on", "until"):
        if name in names:
            conditions.append(f"({alias}.{quoted(name)} is null or {alias}.{quoted(name)} >= $as_of)")
    return "(" + " and ".join(conditions) + ")"
