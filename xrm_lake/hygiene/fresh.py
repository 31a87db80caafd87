"""Fresh values: for how long the value of a field holds before somebody must confirm it."""

from datetime import date

from xrm_lake.hygiene.faults import Faults, Header
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.names import quoted
from xrm_lake.store.views import table_of
from xrm_lake.store.write import Batch


def check_fresh(batch: Batch, faults: Faults, entity_type: EntityType, day: date) -> None:
    """
    Flag the records with a value that nobody has confirmed for longer than its field allows.

    A value is confirmed when its record comes in, when it is set, pinned or kept in a conflict, and by each import that brings its
    field for the record again, changed or not. Of a golden record, what confirms a member confirms it.
    """
    for field in entity_type.active_fields:
        if field.fresh_days is None:
            continue
        column = quoted(field.name)
        filled = f"coalesce(len({column}), 0) > 0" if field.many else f"{column} is not null"
        given = f"{table_of(entity_type.name)} r where r.live and {filled}"
        checked = batch.query(f"select count(*) from {given}").value()
        if checked:
            header = Header("unconfirmed", "stale", "warning", entity_type.name, field.name, measured=False)
            faults.flag(
                f"""
                with confirmed as ({_CONFIRMED})
                select $place, r.id, 'last confirmed ' || strftime(max(c.confirmed_at), '%Y-%m-%d')
                from (select id from {given}) r join confirmed c on c.id = r.id
                group by r.id having max(c.confirmed_at) < $as_of::date - to_days($days::integer)
                """,
                place=faults.announce([(header, checked)]),
                as_of=day,
                days=field.fresh_days,
                type=entity_type.name,
                field=field.name,
            )


_CONFIRMED = """
    select coalesce(golden_id, id) as id, created_at as confirmed_at from entity where type = $type and source is distinct from 'golden'
    union all
    select coalesce(e.golden_id, e.id), c.made_at from change c join entity e on e.id = c.entity_id
    where e.type = $type and c.field = $field and c.op in ('set', 'pin', 'answer') and c.made_at < $as_of::date + interval 1 day
    union all
    select coalesce(e.golden_id, e.id), b.made_at
    from delivered_plan p join batch b on b.batch_id = p.batch_id and b.undone_by is null and b.made_at < $as_of::date + interval 1 day
    join (select batch_id, id from delivered_row union all select batch_id, party_id from delivered_row) d on d.batch_id = p.batch_id
    join entity e on e.id = d.id and e.type = $type
    where list_contains(json_extract_string(p.plan, '$.columns[*].field'), $field)
"""
