"""
The records of a type as they stood at the end of a day.

A value at the end of a day is what the first later change says was there before, else it is the value of now. The ledger speaks
text in the kind that the field was of then, so a field that was retyped since is read back by its former kind.
"""

from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.model.names import quoted
from xrm_lake.store.past.moment import Moment
from xrm_lake.store.texts import cast_text, text_of
from xrm_lake.store.views import duck_type, table_of

OPS = ("set", "retype", "extra")


def values_then(moment: Moment, then: EntityType, spine: str) -> str:
    """
    A relation of the records of a type as they were then: id, live, the fields, extra, updated_at.

    Golden records that are to be derived anew are left out.
    """
    now = moment.reader.catalog.type(then.name)
    changed = moment.reader.query(
        f"select distinct case when op = 'extra' then '' else field end from change where made_at >= {moment.end}"
        " and type = $type and op in ('set', 'retype', 'extra')",
        type=then.name,
    ).column()
    told = [field for field in then.fields if field.name in changed]
    patch = moment.table(f"patch_{then.name}", _patch(moment, then.name, told, spine))
    fields = {field.name: field for field in now.fields}
    if moment.is_empty(patch) and all(duck_type(fields[item.name]) == duck_type(item) for item in then.fields):
        return table_of(then.name) if len(then.fields) == len(now.fields) else _plain(moment, then)
    columns = "".join(
        f", {_column(item, fields[item.name], told.index(item) if item in told else None)} as {quoted(item.name)}"
        for item in then.fields
    )
    return moment.view(
        f"own_{then.name}",
        f"""
        select r.id, case when p.placed then p.live else r.live end as live{columns},
               case when p.was_extra then p.extra::json else r.extra end as extra,
               case when p.changed then p.updated_at else r.updated_at end as updated_at
        from {table_of(then.name)} r left join {patch} p on p.id = r.id where not coalesce(p.gone, false)
        """,
    )


def _plain(moment: Moment, then: EntityType) -> str:
    """Nothing changed, but fields were added."""
    columns = "".join(f", {quoted(item.name)}" for item in then.fields)
    return moment.view(f"own_{then.name}", f"select id, live{columns}, extra, updated_at from {table_of(then.name)}")


def _patch(moment: Moment, type_name: str, told: list[Field], spine: str) -> str:
    """What each record that changed since was then: the values before as v<n>, where c<n>, by the place of their field."""
    cells = "".join(
        f", arg_min_null(old, seq) filter (field = '{item.name}' and op <> 'extra') as v{at}"
        f", count(*) filter (field = '{item.name}' and op <> 'extra') > 0 as c{at}"
        for at, item in enumerate(told)
    )
    return f"""
        with later as (
            select entity_id as id, arg_min_null(old, seq) filter (op = 'extra') as extra,
                   count(*) filter (op = 'extra') > 0 as was_extra{cells}
            from change where made_at >= {moment.end} and type = '{type_name}' and op in ('set', 'retype', 'extra') group by entity_id
        ), versions as (
            select entity_id as id, max(made_at) as updated_at from change
            where made_at < {moment.end} and op in ('create', 'set', 'extra') and entity_id in (select id from later) group by entity_id
        ), moved as (
            select id, gone, deleted_at is null and golden_id is null as live from {spine} where type = '{type_name}'
        )
        select coalesce(l.id, m.id) as id, coalesce(m.gone, false) as gone, m.id is not null as placed, m.live,
               l.id is not null as changed, v.updated_at, l.* exclude (id)
        from later l full join moved m on m.id = l.id left join versions v on v.id = l.id
    """


def _column(then: Field, now: Field, at: int | None) -> str:
    column = f"r.{quoted(then.name)}"
    kept = column if duck_type(then) == duck_type(now) else cast_text(then, text_of(now, column))
    return kept if at is None else f"case when p.c{at} then {cast_text(then, f'p.v{at}')} else {kept} end"
