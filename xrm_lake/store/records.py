"""Records, one at a time: add, change, delete and bring back. Writes `entity`, `rec_<type>` and `pin`."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import polars as pl

from xrm_lake.errors import InvalidValue, UnknownRecord
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.names import quoted
from xrm_lake.model.values import clean_values, complete_values, with_whole_name
from xrm_lake.store.bulk import set_extra
from xrm_lake.store.counters import is_golden, member_of_golden
from xrm_lake.store.golden import rebuild_golden
from xrm_lake.store.lake import Lake
from xrm_lake.store.parties import attach_party, party_of, refuse_stale, split_values, version_of
from xrm_lake.store.search import add_search, is_searched, refresh_search, searched_names, set_search
from xrm_lake.store.sources import refuse_source
from xrm_lake.store.texts import column_text, from_text
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
        change_record(batch, entity_type, id, _named(batch, entity_type, id, cleaned))
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
        with_whole_name(entity_type, values, _current(batch, entity_type, id, names))
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


def spine_of(batch: Batch, id: int) -> dict[str, Any]:
    """The spine row of a record. Raises UnknownRecord."""
    row = batch.query("select * from entity where id = $id", id=id).one()
    if row is None:
        raise UnknownRecord("record", id)
    return row


def type_of(batch: Batch, id: int) -> str:
    """The name of a record's type. Raises UnknownRecord."""
    name = batch.query("select type from entity where id = $id", id=id).value()
    if name is None:
        raise UnknownRecord("record", id)
    return str(name)


def change_record(batch: Batch, entity_type: EntityType, id: int, values: Mapping[str, str | None]) -> None:
    """Write canonical texts into a record, a ledger row for each that differs. Raises InvalidValue if it was deleted."""
    row = _current(batch, entity_type, id, values)
    # Neither a single record nor a golden one: what is merged is told by the spine.
    merged = None if row["live_"] else _merged_into(batch, id)
    changed = {name: text for name, text in values.items() if text != row[name]}
    if not changed:
        return
    if is_golden(id):
        _pin(batch, entity_type, id, changed, row)
        rebuild_golden(batch, [member_of_golden(id)])
        return
    _update(batch, entity_type, id, changed, row["extra_"])
    batch.log((entity_type.name, id, "set", name, row[name], text) for name, text in changed.items())
    if merged is not None:
        rebuild_golden(batch, [id])
    elif is_searched(entity_type, changed):
        set_search(batch, entity_type, id, row | changed)


def texts_of(batch: Batch, id: int, names: list[str]) -> dict[str, str | None]:
    """Values of a record, golden or not, as canonical text. Raises UnknownRecord, UnknownName."""
    entity_type = batch.catalog.type(type_of(batch, id))
    for name in names:
        batch.catalog.field(entity_type.name, name)
    row = _current(batch, entity_type, id, names)
    return {name: row[name] for name in names}


def pin_values(batch: Batch, id: int, texts: Mapping[str, str | None]) -> None:
    """Let the golden record that a record is in have these values, given as canonical text, whatever survives otherwise."""
    spine = spine_of(batch, id)
    entity_type, golden_id = batch.catalog.type(spine["type"]), spine["golden_id"]
    before = _current(batch, entity_type, golden_id, texts)
    changed = {name: text for name, text in texts.items() if text != before[name]}
    if changed:
        _pin(batch, entity_type, golden_id, changed, before)
        rebuild_golden(batch, [member_of_golden(golden_id)])


def _current(batch: Batch, entity_type: EntityType, id: int, names: Iterable[str]) -> dict[str, Any]:
    """These fields of a record, as texts; all that search reads, if one of them is part of it."""
    wanted = dict.fromkeys([*names, *(searched_names(entity_type) if is_searched(entity_type, names) else ())])
    columns = "".join(f", {column_text(entity_type, name, 'r')} as {quoted(name)}" for name in wanted)
    row = batch.query(
        f"select r.live as live_, r.extra as extra_{columns} from {table_of(entity_type.name)} r where r.id = $id",
        id=id,
    ).one()
    if row is None:
        raise UnknownRecord("record", id)
    return row


def _merged_into(batch: Batch, id: int) -> int:
    """The golden record that a record which is not live is in. Raises InvalidValue if it was deleted."""
    spine = spine_of(batch, id)
    if spine["deleted_at"] is not None:
        raise InvalidValue(
            f"Record {id} was deleted. Nothing was changed. To bring it back: undo the batch that deleted it (history {id})."
        )
    return int(spine["golden_id"])


def _update(
    batch: Batch, entity_type: EntityType, id: int, changed: Mapping[str, str | None], extra: str | None
) -> None:
    sets = ", ".join(f"{quoted(name)} = {from_text(entity_type, name)}" for name in changed)
    batch.execute(
        f"update {table_of(entity_type.name)} set {sets}, updated_at = $made_at where id = $id",
        id=id,
        made_at=batch.at,
        **{f"v_{name}": text for name, text in changed.items()},
    )
    kept = _without_raw(extra, changed)
    if kept != extra:
        row = pl.DataFrame({"entity_id": [id], "value": [kept]}, schema={"entity_id": pl.Int64, "value": pl.String})
        set_extra(batch, entity_type.name, row)


def _without_raw(extra: str | None, changed: Mapping[str, str | None]) -> str | None:
    """A text that could not be read is kept until somebody says what the value should be."""
    kept = json.loads(extra) if extra else {}
    raw = {name: text for name, text in kept.get("_raw", {}).items() if name not in changed}
    if raw == kept.get("_raw", {}):
        return extra
    kept = {name: value for name, value in kept.items() if name != "_raw"} | ({"_raw": raw} if raw else {})
    return json.dumps(kept, ensure_ascii=False) if kept else None


def _pin(
    batch: Batch,
    entity_type: EntityType,
    id: int,
    changed: Mapping[str, str | None],
    before: Mapping[str, str | None],
) -> None:
    owner = member_of_golden(id)
    for name, text in changed.items():
        batch.execute("delete from pin where entity_id = $owner and field = $name", owner=owner, name=name)
        batch.execute(
            "insert into pin values ($owner, $name, $text, $batch_id, $made_at, $made_by)",
            owner=owner, name=name, text=text, batch_id=batch.id, made_at=batch.at, made_by=batch.by,
        )  # fmt: skip
    batch.log((entity_type.name, id, "pin", name, before.get(name), text) for name, text in changed.items())
