"""Roles and their parties: a role's row holds what belongs to the role, its party holds the rest."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from xrm_lake.errors import InvalidValue, Stale, UnknownName, UnknownRecord
from xrm_lake.model.catalog import Catalog
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.values import complete_values
from xrm_lake.store.lake import Lake
from xrm_lake.store.twins import refuse_twins
from xrm_lake.store.views import party_field, table_of
from xrm_lake.store.write import Batch


def split_values(
    catalog: Catalog, entity_type: EntityType, values: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any], int | None]:
    """The values of the record itself, those of its party, and the party named by `party_id`. Raises UnknownName."""
    own: dict[str, Any] = {}
    party: dict[str, Any] = {}
    party_id: int | None = None
    names = {field.name for field in entity_type.active_fields}
    for name, value in values.items():
        if name in names or entity_type.role_of is None:
            own[name] = value
        elif name == "party_id":
            party_id = _id(value)
        elif party_field(catalog, entity_type, name) is not None:
            party[name] = value
        else:
            raise UnknownName(
                f"field of {entity_type.name}",
                name,
                [field.name for field in catalog.fields_for_import(entity_type.name)],
            )
    return own, party, party_id


def attach_party(
    batch: Batch,
    role: EntityType,
    values: Mapping[str, Any],
    party_id: int | None,
    insert: Callable[..., int],
) -> int:
    """The party that a new role belongs to: the one that is named, or a new one made of the values."""
    if party_id is not None:
        found = batch.query("select type from entity where id = $id and deleted_at is null", id=party_id).value()
        if found is None:
            raise UnknownRecord("record", party_id)
        if found not in role.party_types:
            raise InvalidValue(
                f"A {role.label.lower()} is a role of {' or '.join(role.party_types)}, not of {found}. Nothing was changed."
            )
        return party_id
    party = batch.catalog.type(choose_party_type(batch.catalog, role, values))
    cleaned = complete_values(party, values)
    refuse_twins(batch, party, cleaned, None)
    return insert(batch, party, cleaned, source=batch.source, source_key=None)


def choose_party_type(catalog: Catalog, role: EntityType, names: Mapping[str, Any]) -> str:
    """Which of a role's party types has most of these fields; the first if they tie."""

    def known(type_name: str) -> int:
        own = {field.name for field in catalog.type(type_name).active_fields}
        return sum(name in own for name in names)

    return max(role.party_types, key=known)


def party_of(batch: Batch, role_id: int) -> tuple[int, str]:
    """The party of a role, by its golden record if it has one: (id, type). Raises InvalidValue if it has none."""
    row = batch.query(
        """
        select l.to_golden as id, e.type from link l join entity e on e.id = l.to_golden
        where l.from_id = $role_id and l.type = 'role_of' and l.ended_at is null
        """,
        role_id=role_id,
    ).one()
    if row is None:
        raise InvalidValue(
            f"Record {role_id} has no party to hold these fields. Link it to one first. Nothing was changed."
        )
    return int(row["id"]), str(row["type"])


def version_of(store: Lake | Batch, entity_type: EntityType, id: int) -> datetime | None:
    """When a record was last changed: a role also when its party was, which it shows; None if it is not there."""
    own: datetime | None = store.query(
        f"select updated_at from {table_of(entity_type.name)} where id = $id", id=id
    ).value()
    if own is None or entity_type.role_of is None:
        return own
    parties = " union all ".join(
        f"select id, updated_at from {table_of(name)}"
        for name in entity_type.party_types
        if store.catalog.has_type(name)
    )
    party: datetime | None = store.query(
        f"select max(p.updated_at) from link l join ({parties}) p on p.id = l.to_golden"
        " where (l.from_id = $id or l.from_golden = $id) and l.type = 'role_of' and l.ended_at is null",
        id=id,
    ).value()
    return own if party is None else max(own, party)


def refuse_stale(batch: Batch, entity_type: EntityType, id: int, base: datetime) -> None:
    """Raises Stale, with the fields that were changed since, if a record's version is not the one that the caller saw."""
    version = version_of(batch, entity_type, id)
    if version is not None and version != base:
        raise Stale(id, _changed_since(batch, id, base))


def _changed_since(batch: Batch, id: int, base: datetime) -> list[str]:
    return batch.query(
        """
        select distinct field from change where made_at > $base and field is not null and entity_id in (
            select $id union all select to_golden from link
            where (from_id = $id or from_golden = $id) and type = 'role_of' and ended_at is null
        ) order by field
        """,
        id=id,
        base=base,
    ).column()


def _id(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError) as problem:
        raise InvalidValue("party_id must be the id of a record. Nothing was changed.") from problem
