"""Faults that a record has among others: values that must be unique, no sign of life, links that lack or dangle, duplicates."""

import polars as pl

from xrm_lake.history.lifetime import born_sql, is_open_sql, touches_sql
from xrm_lake.hygiene.faults import Faults, Header
from xrm_lake.hygiene.open_pairs import MATCHED, OPEN_PAIRS
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.names import quoted
from xrm_lake.store.as_of import State
from xrm_lake.store.write import Batch

# From this score on two records are called probable duplicates.
PROBABLE = 0.95


def check_unique(state: State, faults: Faults, entity_type: EntityType) -> None:
    """Values of a field that no two records may share."""
    for field in entity_type.active_fields:
        if field.unique:
            column = quoted(field.name)
            given = f"{state.records(entity_type.name)} where live and {column} is not null"
            checked = state.query(f"select count(*) from {given}").value()
            if checked:
                place = faults.announce(
                    [(Header("not_unique", "duplicate", "error", entity_type.name, field.name), checked)]
                )
                faults.flag(
                    f"select $place, id, null from {given} qualify count(*) over (partition by {column}) > 1",
                    place=place,
                )


def check_stale(batch: Batch, state: State, faults: Faults, types: list[EntityType]) -> None:
    """Open records that had no sign of life for longer than their type allows."""
    batch.execute(f"create or replace temp table touch_ as {touches_sql(state)}")
    batch.execute("create or replace temp table life_ (type varchar, id bigint, last_touch timestamp)")
    limits = {item.name: item.staleness_days for item in types if item.staleness_days is not None}
    for item in types:
        if item.name in limits:
            batch.execute(
                f"""
                insert into life_
                select $type, r.id, greatest({born_sql(item, "r")}, t.last_touch)
                from {state.records(item.name)} r join {state.entity} e on e.id = r.id
                left join (
                    select id, max(happened) as last_touch from touch_ where happened < $as_of + interval 1 day group by id
                ) t on t.id = r.id
                where r.live and {is_open_sql(item, "r")}
                """,
                type=item.name,
                as_of=state.day,
            )
    open_records = batch.query("select type, count(*) from life_ group by type order by type").rows()
    if not open_records:
        return
    first = faults.announce((Header("stale", "stale", "warning", name), count) for name, count in open_records)
    rows = [(first + at, name, limits[name]) for at, (name, _) in enumerate(open_records)]
    with batch.frame("limit_", pl.DataFrame(rows, schema=["place", "type", "days"], orient="row")):
        faults.flag(
            """
            select m.place, t.id, 'last sign of life ' || strftime(t.last_touch, '%Y-%m-%d')
            from life_ t join limit_ m on m.type = t.type where t.last_touch < $as_of - to_days(m.days::integer)
            """,
            as_of=state.day,
        )


def check_links(batch: Batch, state: State, faults: Faults, filled: dict[EntityType, int]) -> None:
    """Links that a type requires and a record lacks, and links that lead to a deleted record."""
    live = {item.name: count for item, count in filled.items()}
    needed = [(item.name, link_type) for item in filled for link_type in item.required_links]
    headers = [
        (Header(f"no_{link_type}", "unlinked", "error", name, link_type), live[name]) for name, link_type in needed
    ]
    first = faults.announce(headers)
    rows = [(first + at, name, link_type) for at, (name, link_type) in enumerate(needed)]
    schema = {"place": pl.Int64, "type": pl.String, "link_type": pl.String}
    with batch.frame("needed_", pl.DataFrame(rows, schema=schema, orient="row")):
        faults.flag(
            f"""
            with linked as (select distinct type, from_golden as id from {state.link}
                where ended_at is null and type in (select link_type from needed_)),
            waiting as (
                select p.type, coalesce(e.golden_id, e.id) as id, any_value(p.reason) as reason
                from pending_link p join {state.entity} e on e.id = p.from_id
                where p.resolved_id is null and p.direction is distinct from 'in' group by all
            )
            select n.place, e.id, w.reason
            from needed_ n join {state.entity} e on e.type = n.type and e.deleted_at is null and e.golden_id is null
            left join linked l on l.type = n.link_type and l.id = e.id
            left join waiting w on w.type = n.link_type and w.id = e.id
            where l.id is null
            """
        )
    first = faults.announce((Header("dangling_link", "unlinked", "error", item.name), filled[item]) for item in filled)
    with batch.frame("checked_", _places(first, list(filled))):
        faults.flag(
            f"""
            select c.place, f.id, string_agg(distinct l.type, ', ' order by l.type) || ' leads to a record that was deleted'
            from {state.link} l join {state.entity} t on t.id = l.to_id and t.deleted_at is not null
            join {state.entity} f on f.id = l.from_golden and f.deleted_at is null join checked_ c on c.type = f.type
            where l.ended_at is null group by c.place, f.id
            """
        )


def check_duplicates(batch: Batch, faults: Faults, types: list[EntityType], live: dict[str, int]) -> None:
    """The younger of two records that the last match run would join is one too many, unless somebody has answered."""
    matched = set(batch.query(MATCHED).column())
    looked = [item for item in types if item.name in matched]
    first = faults.announce(
        (Header("probable_duplicate", "duplicate", "warning", item.name), live[item.name]) for item in looked
    )
    with batch.frame("checked_", _places(first, looked)):
        faults.flag(
            f"""
            select c.place, o.other, 'probably the same as an older record'
            from ({OPEN_PAIRS}) o join checked_ c on c.type = o.type where o.score >= $probable group by c.place, o.other
            """,
            probable=PROBABLE,
        )


def _places(first: int, types: list[EntityType]) -> pl.DataFrame:
    rows = [(first + at, item.name) for at, item in enumerate(types)]
    return pl.DataFrame(rows, schema={"place": pl.Int64, "type": pl.String}, orient="row")
