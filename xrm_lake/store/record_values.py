"""The values of one record: read as canonical texts, changed, or pinned on its golden record. Writes `rec_<type>` and `pin`."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from xrm_lake.errors import InvalidValue, UnknownRecord
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.names import quoted
from xrm_lake.store.bulk import set_extra
from xrm_lake.store.counters import is_golden, member_of_golden
from xrm_lake.store.golden import rebuild_golden
from xrm_lake.store.search import is_searched, searched_names, set_search
from xrm_lake.store.texts import column_text, from_text
from xrm_lake.store.views import table_of
from xrm_lake.store.write import Batch


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


def texts_of(batch: Batch, id: int, names: list[str]) -> dict[str, str | None]:
    """Values of a record, golden or not, as canonical text. Raises UnknownRecord, UnknownName."""
    entity_type = batch.catalog.type(type_of(batch, id))
    for name in names:
        batch.catalog.field(entity_type.name, name)
    row = current_texts(batch, entity_type, id, names)
    return {name: row[name] for name in names}


def change_record(batch: Batch, entity_type: EntityType, id: int, values: Mapping[str, str | None]) -> bool:
    """
    Write canonical texts into a record, a ledger row for each that differs; gives whether any did.

    Raises InvalidValue if it was deleted.
    """
    row = current_texts(batch, entity_type, id, values)
    # Neither a single record nor a golden one: what is merged is told by the spine.
    merged = None if row["live_"] else _merged_into(batch, id)
    changed = {name: text for name, text in values.items() if text != row[name]}
    if not changed:
        return False
    if is_golden(id):
        _pin(batch, entity_type, id, changed, row)
        rebuild_golden(batch, [member_of_golden(id)])
        return True
    _update(batch, entity_type, id, changed, row["extra_"])
    batch.log((entity_type.name, id, "set", name, row[name], text) for name, text in changed.items())
    if merged is not None:
        rebuild_golden(batch, [id])
    elif is_searched(entity_type, changed):
        set_search(batch, entity_type, id, row | changed)
    return True


def pin_values(batch: Batch, id: int, texts: Mapping[str, str | None]) -> None:
    """Let the golden record that a record is in have these values, given as canonical text, whatever survives otherwise."""
    spine = spine_of(batch, id)
    entity_type, golden_id = batch.catalog.type(spine["type"]), spine["golden_id"]
    before = current_texts(batch, entity_type, golden_id, texts)
    changed = {name: text for name, text in texts.items() if text != before[name]}
    if changed:
        _pin(batch, entity_type, golden_id, changed, before)
        rebuild_golden(batch, [member_of_golden(golden_id)])


def current_texts(batch: Batch, entity_type: EntityType, id: int, names: Iterable[str]) -> dict[str, Any]:
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
