"""Provenance: where each value of a record comes from, who set it and when, by which rule it survived, and what it beat."""

from typing import Any

import polars as pl

from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.names import quoted
from xrm_lake.store.golden import source_trust
from xrm_lake.store.lake import Lake
from xrm_lake.store.preview import edits_of
from xrm_lake.store.read import resolve_id
from xrm_lake.store.settings import Reader
from xrm_lake.store.survivors import PINNED, Survivor, survivors
from xrm_lake.store.texts import text_of
from xrm_lake.store.views import table_of

OTHER = pl.Struct({"member_id": pl.Int64, "source": pl.String, "value": pl.String})
PROVENANCE = pl.Schema(
    {
        "field": pl.String(), "value": pl.String(), "rule": pl.String(), "member_id": pl.Int64(), "source": pl.String(),
        "source_key": pl.String(), "batch_id": pl.Int64(), "made_at": pl.Datetime("us"), "made_by": pl.String(),
        "others": pl.List(OTHER),
    }
)  # fmt: skip


def provenance(lake: Lake, id: int) -> pl.DataFrame:
    """
    Where each value of a record comes from; of a golden record, from which member and why that one.

    Returns one row for each field that has a value, or had to give one up: field, value (canonical text), rule (`pinned`,
    `valid before invalid`, `more trusted source`, `set last by a person`, `most frequent`, `longest`, `oldest record` …),
    member_id (null for what a person pinned or what was united), its source and source_key, batch_id, made_at (UTC) and
    made_by of what set it, and others: the values of the other members that differ, each with member_id, source, value.
    Raises UnknownRecord.
    """
    id = resolve_id(lake, id)
    name = lake.query("select type from entity where id = $id", id=id).value()
    return trace(lake, lake.catalog.type(name), id)


def trace(reader: Reader, entity_type: EntityType, id: int) -> pl.DataFrame:
    """The provenance of a record that is there, as the lake or an open batch sees it; a frame PROVENANCE."""
    members = _members(reader, entity_type, id)
    ids = members["id"].to_list()
    texts = _texts(reader, entity_type, [*ids, id])
    spines = {row["id"]: row for row in reader.query(_SPINES, ids=ids).dicts()}
    won = survivors(members, edits_of(reader, ids), source_trust(reader), entity_type)
    made = {(row.pop("entity_id"), row.pop("field")): row for row in reader.query(_MADE, ids=ids).dicts()}
    pins = {row.pop("field"): row for row in reader.query(_PINS, id=id).dicts()}
    rows = []
    for name in (field.name for field in entity_type.active_fields):
        value = texts[id][name]
        others = [
            {"member_id": each, "source": spines[each]["source"], "value": texts[each][name]}
            for each in ids
            if texts[each][name] not in (None, value)
        ]
        if value is not None or others or name in pins:
            row = pins[name] | {"rule": PINNED} if name in pins else _source_of(name, won.get(name), spines, made)
            rows.append({"field": name, "value": value, "others": others} | row)
    return pl.DataFrame(rows, schema=PROVENANCE)


def _source_of(
    name: str, survivor: Survivor | None, spines: dict[int, dict[str, Any]], made: dict[tuple[int, str], dict[str, Any]]
) -> dict[str, Any]:
    """Member, source, batch and rule of a field; of a group that came whole from a member without it, the rule is all."""
    if survivor is None:
        return {"rule": "came with its group"}
    if survivor.member_id is None:
        return {"rule": survivor.rule}
    spine = spines[survivor.member_id]
    made_by = {key: spine[key] for key in ("batch_id", "made_at", "made_by")}
    return {
        "rule": survivor.rule, "member_id": survivor.member_id, "source": spine["source"], "source_key": spine["source_key"],
    } | (made.get((survivor.member_id, name)) or made_by)  # fmt: skip


def _members(reader: Reader, entity_type: EntityType, id: int) -> pl.DataFrame:
    """The standing members of a golden record, or the record alone, as survivorship reads them."""
    return reader.query(
        f"""
        select $id::bigint as golden_id, e.source as source_, r.* exclude (live, extra)
        from {table_of(entity_type.name)} r join entity e on e.id = r.id
        where (e.golden_id = $id and e.deleted_at is null)
           or (e.id = $id and e.source is distinct from 'golden') order by r.id
        """,
        id=id,
    ).frame()


def _texts(reader: Reader, entity_type: EntityType, ids: list[int]) -> dict[int, dict[str, str | None]]:
    fields = entity_type.active_fields
    columns = "".join(f", {text_of(field, quoted(field.name))}" for field in fields)
    rows = reader.query(
        f"select id{columns} from {table_of(entity_type.name)} where list_contains($ids, id)", ids=ids
    ).rows()
    return {row[0]: dict(zip((field.name for field in fields), row[1:], strict=True)) for row in rows}


_SPINES = """
    select e.id, e.source, e.source_key, e.batch_id, coalesce(b.made_at, e.created_at) as made_at, b.made_by
    from entity e left join batch b on b.batch_id = e.batch_id where list_contains($ids, e.id)
"""
# The last batch that counts and set the field; a batch that is open has no row yet and sets none of them.
_MADE = """
    select c.entity_id, c.field, arg_max(c.batch_id, c.seq) as batch_id, arg_max(c.made_at, c.seq) as made_at,
           arg_max(c.made_by, c.seq) as made_by
    from change c join batch b on b.batch_id = c.batch_id and b.undone_by is null and b.kind <> 'undo'
    where c.op = 'set' and list_contains($ids, c.entity_id) group by c.entity_id, c.field
"""
_PINS = """
    select p.field, arg_max(p.batch_id, p.made_at) as batch_id, max(p.made_at) as made_at, arg_max(p.made_by, p.made_at) as made_by
    from pin p join entity e on e.id = p.entity_id where e.golden_id = $id group by p.field
"""
