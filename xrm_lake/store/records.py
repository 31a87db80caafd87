"""Records, one at a time: add, change, delete and bring back. Writes `entity` and `rec_<type>`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import polars as pl

from xrm_lake.errors import InvalidValue
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.names import quoted
from xrm_lake.model.values import clean_values, complete_values, with_whole_name
from xrm_lake.store.counters import is_golden
from xrm_lake.store.golden import rebuild_golden
from xrm_lake.store.lake import Lake
from xrm_lake.store.parties import attach_party, party_of, refuse_stale, split_values, version_of
from xrm_lake.store.record_values import change_record, current_texts, spine_of, type_of
from xrm_lake.store.search import add_search, refresh_search
from xrm_lake.store.sources import refuse_source
from xrm_lake.store.texts import from_text
from xrm_lake.store.twins import refuse_twins
from xrm_lake.store.uids import new_uid
from xrm_lake.store.views import table_of
from xrm_lake.store.write import Batch

MANUAL = "manual"
_OF_A_NAME = ("full_name", "given_name", "family_name")


def add_record(
    lake: Lake,
    type_name: str,
    values: Mapping[str, Any],
    *,
    source: str | None = None,
    source_key: str | None = None,
    by: str | None = None,
) -> int:
    """
    A new record of a type; gives its id.

    A role also takes its party's fields and makes the party, or joins one with `party_id`.
    Raises UnknownName, or InvalidValue (of a retired type too), and then adds nothing.
    """
    if source is not None:
        refuse_source(source)
    entity_type = lake.catalog.type(type_name)
    if entity_type.retired:
        raise InvalidValue(f"The type {type_name} is retired. Nothing was changed. Bring it back to add records.")
    own, party_values, party_id = split_values(lake.catalog, entity_type, values)
    with lake.write("edit", by=by, source=source or MANUAL) as batch:
        # Under the write lock: the type may have been changed just now.
        entity_type = batch.catalog.type(type_name)
        cleaned = complete_values(entity_type, own)
        refuse_twins(batch, entity_type, cleaned, None)
        party = None
        if entity_type.role_of is not None:
            party = attach_party(batch, entity_type, party_values, party_id, insert_record)
        id = insert_record(batch, entity_type, cleaned, source=source or MANUAL, source_key=source_key)
        batch.totals["note"] = f"{entity_type.name} {id} added"
        if party is not None:
            from xrm_lake.store.links import insert_link

            insert_link(batch, "role_of", id, party)
        return id


def set_record(
    lake: Lake, id: int, values: Mapping[str, Any], *, base: datetime | None = None, by: str | None = None
) -> datetime:
    """
    Change fields of a record; gives its new version, the `updated_at` to name at the next edit.

    `base` is the `updated_at` that the caller saw: if the record, or the party of a role, was changed since,
    Stale is raised and nothing is changed. On a golden record the values are pinned, and its members stay as they are.
    Raises UnknownRecord, UnknownName or InvalidValue.
    """
    with lake.write("edit", by=by, source=MANUAL) as batch:
        entity_type = lake.catalog.type(type_of(batch, id))
        own, party_values, _ = split_values(lake.catalog, entity_type, values)
        batch.totals["note"] = f"{entity_type.name} {id}: {', '.join(values)}"
        cleaned = clean_values(entity_type, own)
        if base is not None:
            refuse_stale(batch, entity_type, id, base)
        refuse_twins(batch, entity_type, cleaned, id)
        changed = change_record(batch, entity_type, id, _named(batch, entity_type, id, cleaned))
        if changed and entity_type.role_of is None and not is_golden(id):
            return batch.at
        if party_values:
            party_id, party_type = party_of(batch, id)
            party = lake.catalog.type(party_type)
            party_cleaned = clean_values(party, party_values)
            refuse_twins(batch, party, party_cleaned, party_id)
            change_record(batch, party, party_id, _named(batch, party, party_id, party_cleaned))
        version = version_of(batch, entity_type, id)
        assert version is not None
        return version


def _named(
    batch: Batch, entity_type: EntityType, id: int, values: Mapping[str, str | None]
) -> Mapping[str, str | None]:
    """The values with the whole name that changed parts of it make."""
    names = [field.name for field in entity_type.active_fields if field.kind in _OF_A_NAME]
    return (
        with_whole_name(entity_type, values, current_texts(batch, entity_type, id, names))
        if set(names) & set(values)
        else values
    )


def delete_record(lake: Lake, id: int, *, by: str | None = None) -> int:
    """
    Take a record out of use; it is kept, and `undo` of the batch that is given brings it back.

    Raises UnknownRecord; InvalidValue for a golden record, which goes when its members are unmerged.
    """
    with lake.write("edit", by=by, source=MANUAL) as batch:
        spine = spine_of(batch, id)
        if is_golden(id):
            raise InvalidValue(
                f"Record {id} is a golden record: unmerge it, or delete its members. Nothing was changed."
            )
        if spine["deleted_at"] is None:
            batch.totals["note"] = f"{spine['type']} {id} deleted"
            set_deleted(batch, spine["type"], pl.Series([id]), deleted=True)
        return batch.id


def insert_record(
    batch: Batch,
    entity_type: EntityType,
    values: Mapping[str, str | None],
    *,
    source: str | None,
    source_key: str | None,
) -> int:
    """Write one new record from canonical texts, with its ledger row and its search text; gives its id."""
    id = batch.new_entities(1)
    batch.execute(
        "insert into entity values ($id, $type, $uid, $source, $source_key, $batch_id, $made_at, null, null)",
        id=id, type=entity_type.name, uid=new_uid(), source=source, source_key=source_key, batch_id=batch.id, made_at=batch.at,
    )  # fmt: skip
    filled = {name: text for name, text in values.items() if text is not None}
    columns = "".join(f", {quoted(name)}" for name in filled)
    marks = "".join(f", {from_text(entity_type, name)}" for name in filled)
    batch.execute(
        f"insert into {table_of(entity_type.name)} (id, live, updated_at{columns}) values ($id, true, $made_at{marks})",
        id=id,
        made_at=batch.at,
        **{f"v_{name}": text for name, text in filled.items()},
    )
    batch.log([(entity_type.name, id, "create", None, None, None)])
    add_search(batch, entity_type, "r.id = $id", id=id)
    return id


def set_deleted(batch: Batch, type_name: str, ids: pl.Series, *, deleted: bool) -> None:
    """Withdraw records of a type or bring them back: spine, live rows, clusters and search, each with a ledger row."""
    table = table_of(type_name)
    with batch.frame("marked", ids.alias("id").to_frame()):
        batch.execute(
            "update entity set deleted_at = $moment where id in (select id from marked)",
            moment=batch.at if deleted else None,
        )
        batch.execute(
            f"update {table} set live = $live and id not in (select e.id from entity e where e.golden_id is not null)"
            " where id in (select id from marked)",
            live=not deleted,
        )
        batch.log_query(
            "select $type as type, id as entity_id, $op as op, null as field, null as old, null as new from marked order by id",
            type=type_name,
            op="delete" if deleted else "restore",
        )
    rebuild_golden(batch, ids)
    with batch.frame("marked", ids.alias("id").to_frame()):
        refresh_search(batch, type_name, "marked")
