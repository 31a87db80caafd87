"""The tables and views of each type: the only place where a declaration becomes SQL of its own shape."""

from collections.abc import Iterable

from xrm_lake.model.catalog import Catalog
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.model.kinds import kind, physical
from xrm_lake.model.names import quoted
from xrm_lake.store.write import Batch

# Kinds of text of which nearly each record has another value.
_DIVERSE = frozenset(
    ("company_name", "domain", "email", "family_name", "full_name", "given_name", "identifier", "long_text",
     "person_name", "phone", "postal_code", "street", "url")
)  # fmt: skip


def table_of(type_name: str) -> str:
    """The quoted name of the table that holds a type's records."""
    return quoted(f"rec_{type_name}")


def duck_type(field: Field) -> str:
    """The type of a field's physical column."""
    return physical(kind(field.kind), field.many)


def _column(field: Field) -> str:
    """
    A field's column as a table declares it.

    Where most values differ, the engine would end with this form of storage anyway, after trying all the others on
    each value, which takes longer than the writing.
    """
    stored = " using compression 'fsst'" if field.kind in _DIVERSE and duck_type(field) == "varchar" else ""
    return f"{quoted(field.name)} {duck_type(field)}{stored}"


def create_table(batch: Batch, entity_type: EntityType) -> None:
    """Make the table of a new type."""
    columns = "".join(f", {_column(field)}" for field in entity_type.fields)
    batch.execute(
        f"create table {table_of(entity_type.name)}"
        f" (id bigint not null, live boolean not null{columns}, extra json, updated_at timestamp not null)"
    )


def add_column(batch: Batch, type_name: str, field: Field) -> None:
    """Give a type's table one more column."""
    batch.execute(f"alter table {table_of(type_name)} add column {_column(field)}")


def refresh_views(batch: Batch, catalog: Catalog, names: Iterable[str]) -> None:
    """Make the views of these types anew, and those of the roles that show their fields."""
    wanted = set(names)
    wanted |= {role.name for name in set(wanted) for role in catalog.roles_of(name)}
    for name in sorted(wanted):
        entity_type = catalog.type(name)
        if entity_type.retired:
            batch.execute(f"drop view if exists {quoted(name)}")
        else:
            batch.execute(f"create or replace view {quoted(name)} as {view_query(catalog, entity_type)}")


def view_query(catalog: Catalog, entity_type: EntityType) -> str:
    """The live rows of a type; a role's rows with the fields of its party, if that was not deleted."""
    own = _columns("r", entity_type.active_fields)
    if entity_type.role_of is None:
        return f"select r.id{own}, r.extra, r.updated_at from {table_of(entity_type.name)} r where r.live"
    parties = [catalog.type(name) for name in entity_type.party_types if catalog.has_type(name)]
    return (
        f"select r.id{own}, l.to_golden as party_id, l.party_type, {_captions(parties)} as party{_party_columns(entity_type, parties)},"
        f" r.extra, r.updated_at from {table_of(entity_type.name)} r"
        " left join (select k.from_id, k.to_golden, e.type as party_type from link k"
        " join entity e on e.id = k.to_golden and e.deleted_at is null"
        " where k.type = 'role_of' and k.ended_at is null) l on l.from_id = r.id"
        + "".join(
            f" left join {table_of(party.name)} {quoted(party.name)} on {quoted(party.name)}.id = l.to_golden"
            for party in parties
        )
        + " where r.live"
    )


def caption_sql(entity_type: EntityType, alias: str) -> str:
    """An expression for what a record of this type is called: its caption fields, or nothing."""
    parts = [f"{alias}.{quoted(name)}::varchar" for name in entity_type.caption if _has(entity_type, name)]
    return f"nullif(concat_ws(' ', {', '.join(parts)}), '')" if parts else "null::varchar"


def party_field(catalog: Catalog, entity_type: EntityType, name: str) -> tuple[str, Field] | None:
    """Where a role's field lies that belongs to its party: (party type, field); None if it has none of that name."""
    for party in entity_type.party_types:
        for field in catalog.type(party).active_fields:
            if field.name == name:
                return party, field
    return None


def _columns(alias: str, fields: Iterable[Field]) -> str:
    return "".join(f", {alias}.{quoted(field.name)}" for field in fields)


def _captions(parties: list[EntityType]) -> str:
    return (
        f"coalesce({', '.join(caption_sql(party, quoted(party.name)) for party in parties)}, null)"
        if parties
        else "null::varchar"
    )


def _party_columns(role: EntityType, parties: list[EntityType]) -> str:
    own = {field.name for field in role.fields}
    columns: dict[str, list[str]] = {}
    for party in parties:
        for field in party.active_fields:
            if field.name not in own:
                columns.setdefault(field.name, []).append(f"{quoted(party.name)}.{quoted(field.name)}")
    return "".join(
        f", {parts[0] if len(parts) == 1 else 'coalesce(' + ', '.join(parts) + ')'} as {quoted(name)}"
        for name, parts in columns.items()
    )


def _has(entity_type: EntityType, name: str) -> bool:
    return any(field.name == name and not field.retired for field in entity_type.fields)
