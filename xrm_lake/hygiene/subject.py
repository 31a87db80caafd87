"""The subject: a record that is being entered or edited, as matching will see it, before it is stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from xrm_lake.errors import UnknownRecord
from xrm_lake.hygiene.seen import COMPANY, organisation_links, tells_apart, what_tells
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.names import quoted
from xrm_lake.model.values import clean_values
from xrm_lake.store.lake import Lake
from xrm_lake.store.parties import choose_party_type, split_values
from xrm_lake.store.texts import text_of
from xrm_lake.store.views import caption_sql, table_of

UNSAVED = 0  # the id of a record that has none yet; ids begin with 1


@dataclass(frozen=True)
class Subject:
    """A record to be: its type (of a role: the party's), the texts of what tells it apart, and the ids it has already."""

    entity_type: EntityType
    texts: dict[str, str]
    own: tuple[int, ...] = ()

    def frame(self) -> pl.DataFrame:
        """As one unsaved record; its organisation is that which it says, if any."""
        told: dict[str, Any] = {"id": UNSAVED, COMPANY: None} | dict.fromkeys(what_tells(self.entity_type)) | self.texts
        return pl.DataFrame([told], schema={name: pl.Int64 if name == "id" else pl.String for name in told})


def subject(lake: Lake, type_name: str, values: Mapping[str, Any], without: int | None) -> Subject | None:
    """
    The record that these values make, over those that record `without` has.

    None for a role that joins a party, and for a type whose fields tell no two records apart.
    Raises UnknownName, InvalidValue as adding does, and UnknownRecord.
    """
    entity_type = lake.catalog.type(type_name)
    told = dict(values)
    if entity_type.role_of is not None:
        own, party_values, party_id = split_values(lake.catalog, entity_type, values)
        clean_values(entity_type, own)
        if party_id is not None:
            return None
        if without is not None:
            without = _party(lake, without)
        entity_type, told = _party_type(lake, entity_type, party_values, without), party_values
    texts = clean_values(entity_type, told)
    if not tells_apart(entity_type):
        return None
    stored = {} if without is None else _stored(lake, entity_type, without)
    telling = [*what_tells(entity_type), COMPANY]
    known = {name: text for name, text in (stored | texts).items() if text is not None and name in telling}
    return Subject(entity_type, known, () if without is None else _one_with(lake, without))


def _party_type(lake: Lake, role: EntityType, values: Mapping[str, Any], party: int | None) -> EntityType:
    name = None if party is None else lake.query("select type from entity where id = $id", id=party).value()
    return lake.catalog.type(name or choose_party_type(lake.catalog, role, values))


def _party(lake: Lake, role_id: int) -> int | None:
    found: int | None = lake.query(
        "select to_golden from link where from_id = $id and type = 'role_of' and ended_at is null", id=role_id
    ).value()
    return found


def _stored(lake: Lake, entity_type: EntityType, id: int) -> dict[str, str | None]:
    """What a record says now, and the organisation it belongs to."""
    fields = {field.name: field for field in entity_type.active_fields}
    columns = ", ".join(f"{text_of(fields[name], quoted(name))} as {quoted(name)}" for name in what_tells(entity_type))
    row = lake.query(f"select {columns} from {table_of(entity_type.name)} where id = $id", id=id).one()
    if row is None:
        raise UnknownRecord("record", id)
    links = organisation_links(lake, entity_type)
    if links:
        called = caption_sql(lake.catalog.type("organisation"), "o")
        row[COMPANY] = lake.query(
            f"select min({called}) from link l join {table_of('organisation')} o on o.id = l.to_golden"
            " where (l.from_id = $id or l.from_golden = $id) and list_contains($links, l.type) and l.ended_at is null",
            id=id,
            links=links,
        ).value()
    return row


def _one_with(lake: Lake, id: int) -> tuple[int, ...]:
    """The record, its golden record, and all that are merged with it."""
    golden = lake.query("select coalesce(golden_id, id) from entity where id = $id", id=id).value()
    if golden is None:
        raise UnknownRecord("record", id)
    members = lake.query("select id from entity where golden_id = $golden", golden=golden).column()
    return tuple(dict.fromkeys([id, golden, *members]))


def tells(lake: Lake, type_name: str, names: Iterable[str]) -> bool:
    """Whether any of these fields, of a type or of the party of a role, counts when records are compared."""
    entity_type = lake.catalog.type(type_name)
    parties = [lake.catalog.type(name) for name in entity_type.party_types] if entity_type.role_of else [entity_type]
    return any(name in what_tells(each) for each in parties if tells_apart(each) for name in names)
