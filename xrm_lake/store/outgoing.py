"""Records as they leave: the rows of a type with what makes them known again, and the links of a type by both their ends."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from xrm_lake.model.catalog import Catalog
from xrm_lake.model.entity_type import EntityType, LinkType
from xrm_lake.model.names import quoted
from xrm_lake.model.own_file import (
    FROM,
    GOLDEN_RECORD,
    KEY,
    LINK,
    LINK_COLUMN,
    PARTY,
    RECORD,
    SOURCE,
    TO,
    VERSION,
    short_id,
)
from xrm_lake.store.lake import Lake
from xrm_lake.store.views import table_of


def outgoing_query(lake: Lake, entity_type: EntityType, condition: str, *, links: bool) -> str:
    """
    The live records of a type that meet a condition (`where …` or nothing), in id order.

    Columns as in `list_records`, `extra` (JSON), with `links` one `link:NAME` for each link type that may leave from the type (the
    records that it leads to; a list where there may be several), and those of `model.own_file`.
    """
    led = leaving(lake, entity_type) if links else ()
    columns = "".join(
        f", {quoted(link.name)}.{'refs' if link.cardinality == 'many' else 'ref'} as {quoted(LINK_COLUMN + link.name)}"
        for link in led
    )
    joined = "".join(
        f" left join ({_leads(link)}) {quoted(link.name)} on {quoted(link.name)}.id = v.id" for link in led
    )
    is_role = entity_type.role_of is not None
    party = f", p.type || '/' || p.uid::varchar as {quoted(PARTY)}" if is_role else ""
    of_party = " left join entity p on p.id = v.party_id" if is_role else ""
    return (
        f"select v.*{columns}, e.type || '/' || e.uid::varchar as {quoted(RECORD)}, e.source as {quoted(SOURCE)},"
        f" e.source_key as {quoted(KEY)}{party}, {version_sql(lake)} as {quoted(VERSION)}"
        f" from (select * from {quoted(entity_type.name)} {condition}) v join entity e on e.id = v.id{of_party}{joined} order by v.id"
    )


def merged_query(lake: Lake, entity_type: EntityType) -> str:
    """The records of a type that are merged into others, in id order: as in `outgoing_query`, with `xrm:golden`, which stands for each."""
    fields = "".join(f", r.{quoted(field.name)}" for field in entity_type.active_fields)
    is_role = entity_type.role_of is not None
    party = f", p.type || '/' || p.uid::varchar as {quoted(PARTY)}" if is_role else ""
    of_party = (
        " left join link l on l.from_id = r.id and l.type = 'role_of' and l.ended_at is null"
        " left join entity p on p.id = l.to_golden"
        if is_role
        else ""
    )
    return (
        f"select r.id{fields}, r.extra, r.updated_at, e.type || '/' || e.uid::varchar as {quoted(RECORD)}, e.source as {quoted(SOURCE)},"
        f" e.source_key as {quoted(KEY)}{party}, g.type || '/' || g.uid::varchar as {quoted(GOLDEN_RECORD)},"
        f" {version_sql(lake)} as {quoted(VERSION)} from {table_of(entity_type.name)} r"
        f" join entity e on e.id = r.id and e.deleted_at is null join entity g on g.id = e.golden_id{of_party} order by r.id"
    )


def links_query(lake: Lake, link: LinkType) -> str:
    """
    The standing links of a type between records in use, what is merged counting as one.

    Columns `from`, `to` (what the records are called) and `xrm:link`, `xrm:from`, `xrm:to`; a column for each field, since, until,
    extra, `xrm:version`.
    """
    fields = "".join(
        f", json_extract_string(l.fields, '$.{field.name}') as {quoted(field.name)}" for field in link.fields
    )
    types = ", ".join(f"'{each.name}'" for each in lake.catalog.active_types) or "''"
    return (
        f'select distinct f.id as "from", t.id as "to", l.type as {quoted(LINK)}, f.type || \'/\' || f.uid::varchar as {quoted(FROM)},'
        f" t.type || '/' || t.uid::varchar as {quoted(TO)}{fields}, l.since, l.until, json_extract(l.fields, '$._extra')::varchar as extra,"
        f" {version_sql(lake)} as {quoted(VERSION)}"
        f" from link l join entity f on f.id = l.from_golden and f.deleted_at is null and f.type in ({types})"
        f" join entity t on t.id = l.to_golden and t.deleted_at is null and t.type in ({types})"
        f" where l.type = '{link.name}' and l.ended_at is null order by all"
    )


def version_sql(lake: Lake) -> str:
    """An expression for what an export says of when it was made; it is of the same moment as the rows."""
    return f"'lake-{short_id(lake.lake_id)}-' || (select coalesce(max(batch_id), 0) from batch)"


def leaving(lake: Lake, entity_type: EntityType) -> Sequence[LinkType]:
    """The link types in use that may leave from a type; of those that may leave from any, the ones that do."""
    open_ended = lake.query(
        "select distinct l.type from link l join entity e on e.id = l.from_golden where e.type = $type and l.ended_at is null",
        type=entity_type.name,
    ).column()
    return [
        link
        for link in _in_use(lake.catalog)
        if link.name != "role_of" and (entity_type.name in link.from_types or link.name in open_ended)
    ]


@contextmanager
def one_moment(lake: Lake) -> Iterator[None]:
    """While it lasts, this thread reads the lake as it is now, whatever others write."""
    cursor = lake.engine.cursor()
    cursor.execute("begin transaction read only")
    try:
        yield
    finally:
        cursor.execute("rollback")


def _in_use(catalog: Catalog) -> Sequence[LinkType]:
    return [link for link in catalog.link_types if not link.retired]


def _leads(link: LinkType) -> str:
    """Where the standing links of a type lead to, record by record."""
    to = "t.type || '/' || t.uid::varchar"
    return (
        f"select l.from_golden as id, list(distinct {to} order by {to}) as refs, max({to}) as ref"
        " from link l join entity t on t.id = l.to_golden and t.deleted_at is null"
        f" where l.type = '{link.name}' and l.ended_at is null group by l.from_golden"
    )
