"""Which record a text means: by its id in a source, by the value of a field, by its name."""

from collections.abc import Collection
from dataclasses import replace

import polars as pl

from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.names import quoted
from xrm_lake.store.lake import Lake
from xrm_lake.store.ledger import ACTIVE
from xrm_lake.store.search import fold_sql
from xrm_lake.store.texts import text_of
from xrm_lake.store.views import caption_sql, table_of
from xrm_lake.store.write import Batch

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def same_id_sql(expression: str) -> str:
    """
    An expression that is equal for the two spellings of one external id.

    Salesforce writes an id with 15 characters, or with 18, of which the last three say which of the others are
    capitals. The longer spelling is told by that checksum, so that no other id is ever cut short.
    """
    sums = " || ".join(
        f"substr('{_ALPHABET}', 1 + "
        + " + ".join(
            f"(ascii(substr({expression}, {5 * part + place + 1}, 1)) between 65 and 90)::integer * {1 << place}"
            for place in range(5)
        )
        + ", 1)"
        for part in range(3)
    )
    shape = f"length({expression}) = 18 and regexp_full_match({expression}, '[a-zA-Z0-9]{{15}}[A-Z0-5]{{3}}')"
    return f"case when {shape} and right({expression}, 3) = {sums} then left({expression}, 15) else {expression} end"


def name_sql(expression: str) -> str:
    """A name without case, accents and superfluous space; the same on both sides of a comparison."""
    return fold_sql(f"trim(regexp_replace({expression}, '\\s+', ' ', 'g'))")


def has_source_records(batch: Batch, type_name: str, source: str) -> bool:
    """Whether there ever was a record of this type from this source."""
    found = batch.query(
        "select 1 from entity where source = $source and type = $type limit 1", source=source, type=type_name
    )
    return found.one() is not None


def by_source_key(batch: Batch, type_name: str, source: str, keys: pl.DataFrame) -> pl.DataFrame:
    """
    The records that this source has brought before under these keys: `keys` has n and source_key.

    Returns n, id, held (true where a person has deleted the record, so that it stays away) and withdrawn (true where it
    went with an import that was undone, so that it may come back as the record it was).
    """
    with batch.frame("keyed", keys.select("n", "source_key")):
        return batch.query(
            f"""
            with gone as (
                select c.entity_id as id, coalesce(arg_max(c.op, c.seq) filter (where {ACTIVE}), '') = 'delete' as held
                from change c join batch b on b.batch_id = c.batch_id
                where c.op in ('create', 'delete', 'restore') and c.entity_id in (
                    select id from entity where type = $type and source = $source and deleted_at is not null)
                group by c.entity_id
            ), known as (
                select e.id, e.source_key, case when e.deleted_at is null then 0 when g.held then 1 else 2 end as state
                from entity e left join gone g on g.id = e.id where e.type = $type and e.source = $source
            )
            select k.n, arg_min(e.id, (e.state, e.id)) as id, min(e.state) = 1 as held, min(e.state) = 2 as withdrawn
            from keyed k join known e on {same_id_sql("e.source_key")} = {same_id_sql("k.source_key")}
            group by k.n
            """,
            type=type_name,
            source=source,
        ).frame()


def by_fields(batch: Batch, entity_type: EntityType, source: str, rows: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """
    The records of any source that have these values: `rows` has n and a column for each of the fields `names`.

    Returns n, id (of this source if one is, else the oldest; null if several are meant), candidates (how many clusters).
    """
    fields = {field.name: field for field in entity_type.fields}
    equal = " and ".join(
        f"{name_sql(text_of(fields[name], f'w.{quoted(name)}'))} = {name_sql(text_of(fields[name], f'r.{quoted(name)}'))}"
        for name in names
    )
    with batch.frame("wanted", rows.select("n", *names).drop_nulls()):
        return batch.query(
            f"""
            select w.n, count(distinct coalesce(e.golden_id, e.id)) as candidates,
                   case when count(distinct coalesce(e.golden_id, e.id)) = 1
                        then arg_min(e.id, ((e.source is distinct from $source)::integer, e.id)) end as id
            from wanted w join {table_of(entity_type.name)} r on {equal}
            join entity e on e.id = r.id and e.deleted_at is null and e.source is distinct from 'golden'
            group by w.n
            """,
            source=source,
        ).frame()


def ids_by_source_key(batch: Batch, types: list[str], source: str | None, texts: pl.DataFrame) -> pl.DataFrame:
    """Standing records of a source by external id: `texts` has text; returns text, id, type. No types: any."""
    with batch.frame("texts", texts):
        return batch.query(
            f"""
            select t.text, e.id, e.type from texts t join entity e on {same_id_sql("e.source_key")} = {same_id_sql("t.text")}
            where e.source = $source and e.deleted_at is null and (len($types::varchar[]) = 0 or list_contains($types::varchar[], e.type))
            """,
            source=source,
            types=types,
        ).frame()


def ids_by_value(batch: Batch, entity_type: EntityType, field: str, texts: pl.DataFrame) -> pl.DataFrame:
    """Live records of a type by the value of a field, or by what they are called if none is named: text, id, type."""
    if field:
        column = text_of(next(item for item in entity_type.fields if item.name == field), f"r.{quoted(field)}")
        relation = table_of(entity_type.name)
    elif entity_type.role_of:
        column, relation = "r.party", quoted(entity_type.name)
    else:
        column, relation = caption_sql(entity_type, "r"), table_of(entity_type.name)
    live = "true" if relation == quoted(entity_type.name) else "r.live"
    with batch.frame("texts", texts):
        return batch.query(
            f"select t.text, r.id, $type as type from texts t join {relation} r"
            f" on {name_sql(column)} = {name_sql('t.text')} where {live}",
            type=entity_type.name,
        ).frame()


def of_source(batch: Batch, ids: pl.Series, source: str) -> pl.Series:
    """Those of the records that come from a source, or stand for one that does."""
    with batch.frame("asked", ids.alias("id").unique().to_frame()):
        found = batch.query(
            """
            select distinct coalesce(golden_id, id) as id from entity
            where source = $source and deleted_at is null and coalesce(golden_id, id) in (select id from asked)
            """,
            source=source,
        ).frame()
    return found["id"].cast(pl.Int64)


def names_of(lake: Lake, type_name: str) -> set[str]:
    """What the live records of a type are called."""
    entity_type = lake.catalog.type(type_name)
    if entity_type.retired:
        return set()
    column, relation = (
        ("r.party", quoted(type_name)) if entity_type.role_of else (caption_sql(entity_type, "r"), table_of(type_name))
    )
    live = "" if entity_type.role_of else "where r.live"
    return {name for name in lake.query(f"select distinct {column} from {relation} r {live}").column() if name}


def called_by_key(
    lake: Lake, type_name: str, source: str, rows: pl.DataFrame, key_fields: Collection[str] = ()
) -> tuple[pl.DataFrame, int]:
    """
    What records are called that a source brought under these keys, also those that were withdrawn, and how many it brought.

    `rows` has row and source_key; the frame has row, called and `v.` with a column for each field that holds one value, a row
    for each key met. Of what a record is called `key_fields` are left out; it is null where nothing is left. A role is called as its party.
    """
    entity_type = lake.catalog.type(type_name)
    told = replace(entity_type, caption=tuple(name for name in entity_type.caption if name not in key_fields))
    called, party = caption_sql(told, "r"), ""
    if entity_type.role_of:
        called, party = "v.party", f"left join {quoted(type_name)} v on v.id = coalesce(e.golden_id, e.id)"
    values = "".join(
        f", any_value(r.{quoted(field.name)}) as {quoted('v.' + field.name)}"
        for field in entity_type.active_fields
        if not field.many
    )
    there = lake.query(
        f"""
        select e.source_key, any_value({called}) as called{values}
        from entity e left join {table_of(type_name)} r on r.id = e.id {party}
        where e.type = $type and e.source = $source group by e.source_key
        """,
        type=type_name,
        source=source,
    ).frame()
    met = rows.unique("source_key", keep="first", maintain_order=True).join(
        there, on="source_key", maintain_order="left"
    )
    return met.drop("source_key"), there.height


def parties_of(batch: Batch, ids: pl.Series) -> pl.DataFrame:
    """The parties of roles: id, party_id (as it was joined, not what it was merged into)."""
    with batch.frame("roles", ids.alias("id").unique().to_frame()):
        return batch.query(
            """
            select l.from_id as id, l.to_id as party_id from link l
            where l.type = 'role_of' and l.ended_at is null and l.from_id in (select id from roles)
            """
        ).frame()


def roles_of(batch: Batch, role_type: str, parties: pl.DataFrame) -> pl.DataFrame:
    """The one record of a role that hangs on a party, or on what it was merged into: `parties` has n and id; returns n, id."""
    with batch.frame("parties", parties.select("n", "id")):
        return batch.query(
            """
            select p.n, min(l.from_id) as id
            from parties p join entity e on e.id = p.id
            join link l on l.to_golden = coalesce(e.golden_id, e.id) and l.type = 'role_of' and l.ended_at is null
            join entity r on r.id = l.from_id and r.type = $type and r.deleted_at is null
            group by p.n having count(distinct l.from_id) = 1
            """,
            type=role_type,
        ).frame()
