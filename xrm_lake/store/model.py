"""The model, changed while the lake is in use: types, fields and link types are added, renamed and retired."""

from collections.abc import Callable
from dataclasses import replace

import polars as pl

from xrm_lake.errors import InvalidDeclaration
from xrm_lake.model.catalog import Catalog
from xrm_lake.model.entity_type import EntityType, Field, LinkType, Stage
from xrm_lake.store.catalog_io import append_stages, write_link_types, write_types
from xrm_lake.store.condition import refuse_conditions
from xrm_lake.store.declarable import check_field, check_link_type, check_type, refuse_taken
from xrm_lake.store.golden import decides_otherwise, rebuild_golden_of
from xrm_lake.store.lake import Lake
from xrm_lake.store.search import rebuild_search, searched_names
from xrm_lake.store.views import add_column, create_table, refresh_views
from xrm_lake.store.write import Batch

TYPES = pl.Schema(
    {name: pl.String() for name in ("type", "label", "plural", "role_of")}
    | {name: pl.Int64() for name in ("fields", "stages", "records")}
)

FIELDS = pl.Schema(
    {
        "field": pl.String(), "label": pl.String(), "kind": pl.String(), "many": pl.Boolean(), "level": pl.String(),
        "allowed": pl.String(), "unique": pl.Boolean(), "keep": pl.String(), "owner": pl.String(), "meaning": pl.String(),
        "retired": pl.Boolean(), "applies_if": pl.String(), "fresh_days": pl.Int64(),
    }
)  # fmt: skip

# Every role hangs on its party by this link; it belongs to the house, not to a template.
ROLE_LINK = LinkType(
    "role_of", "is role of", "has role", cardinality="one", meaning="A role and the party that has it."
)


def load_catalog(lake: Lake, catalog: Catalog, *, by: str | None = None, note: str = "") -> int:
    """Add all types and link types of a template; gives the batch. Raises InvalidDeclaration if a name is taken."""
    links = [ROLE_LINK, *catalog.link_types] if not _has_link(lake, ROLE_LINK.name) else list(catalog.link_types)
    with lake.write("model", by=by) as batch:
        batch.totals["note"] = note
        create_types(batch, list(catalog.types))
        refuse_taken("link type", [item.name for item in links], [item.name for item in lake.catalog.link_types])
        write_link_types(batch, links)
        return batch.id


def add_type(lake: Lake, entity_type: EntityType, *, by: str | None = None) -> int:
    """Add a type with its fields and stages; gives the batch. Raises InvalidDeclaration if it cannot be."""
    return add_types(lake, [entity_type], by=by)


def add_types(lake: Lake, types: list[EntityType], *, by: str | None = None) -> int:
    """Add many types at once; gives the batch. Raises InvalidDeclaration, and then adds none."""
    with lake.write("model", by=by) as batch:
        if not _has_link(lake, ROLE_LINK.name):
            write_link_types(batch, [ROLE_LINK])
        create_types(batch, types)
        return batch.id


def rename_type(lake: Lake, name: str, *, label: str, plural: str | None = None, by: str | None = None) -> int:
    """Give a type another label; its name, which queries use, stays. Gives the batch."""
    return _change_type(lake, name, lambda found: replace(found, label=label, plural=plural or label + "s"), by)


def retire_type(lake: Lake, name: str, *, retired: bool = True, by: str | None = None) -> int:
    """Take a type out of use, or bring it back; its records are kept. Gives the batch."""
    return _change_type(lake, name, lambda found: replace(found, retired=retired), by)


def change_type(lake: Lake, name: str, *, by: str | None = None, **settings: object) -> int:
    """Change what a type says of itself (icon, caption, staleness_days, required_links …). Gives the batch."""
    fixed = {"name", "fields", "stages"} & set(settings)
    unknown = set(settings) - set(vars(lake.catalog.type(name)))
    if fixed or unknown:
        raise InvalidDeclaration(
            f"{', '.join(sorted(fixed | unknown))} of a type cannot be set this way. Nothing was changed."
        )
    return _change_type(lake, name, lambda found: replace(found, **settings), by)  # type: ignore[arg-type]


def add_field(lake: Lake, type_name: str, field: Field, *, by: str | None = None) -> int:
    """Give a type one more field, empty in all its records. Gives the batch."""
    check_field(field)
    with lake.write("model", by=by) as batch:
        entity_type = batch.catalog.type(type_name)
        refuse_taken("field", [field.name], [item.name for item in entity_type.fields])
        last = max((item.position for item in entity_type.fields), default=0)
        placed = replace(field, position=field.position or last + 1)
        add_column(batch, type_name, placed)
        write_type(batch, replace(entity_type, fields=(*entity_type.fields, placed)))
        return batch.id


def change_field(lake: Lake, type_name: str, name: str, *, by: str | None = None, **settings: object) -> int:
    """Change what a field says of itself (label, level, allowed, keep, owner, meaning, retired …). Gives the batch."""
    field = lake.catalog.field(type_name, name)
    fixed = {"name", "kind", "many"} & set(settings)
    unknown = set(settings) - set(vars(field))
    if fixed or unknown:
        raise InvalidDeclaration(
            f"{', '.join(sorted(fixed | unknown))} of a field cannot be set this way; for another kind use retype_field."
            " Nothing was changed."
        )

    def changed(entity_type: EntityType) -> EntityType:
        fields = {item.name: item for item in entity_type.fields}
        fields[name] = replace(fields[name], **settings)  # type: ignore[arg-type]
        return replace(entity_type, fields=tuple(fields.values()))

    return _change_type(lake, type_name, changed, by)


def rename_field(lake: Lake, type_name: str, name: str, *, label: str, by: str | None = None) -> int:
    """Give a field another label; its name, which queries use, stays. Gives the batch."""
    return change_field(lake, type_name, name, by=by, label=label)


def retire_field(lake: Lake, type_name: str, name: str, *, retired: bool = True, by: str | None = None) -> int:
    """Take a field out of use, or bring it back; its values are kept. Gives the batch."""
    return change_field(lake, type_name, name, by=by, retired=retired)


def add_link_type(lake: Lake, link_type: LinkType, *, by: str | None = None) -> int:
    """Add a way to join records. Gives the batch. Raises InvalidDeclaration or UnknownName if it cannot be."""
    with lake.write("model", by=by) as batch:
        check_link_type(batch.catalog, link_type)
        refuse_taken("link type", [link_type.name], [item.name for item in batch.catalog.link_types])
        write_link_types(batch, [link_type])
        return batch.id


def change_link_type(lake: Lake, name: str, *, by: str | None = None, **settings: object) -> int:
    """Change a link type's label, inverse, ends, cardinality or `retired`. Gives the batch."""
    unknown = (set(settings) - set(vars(lake.catalog.link_type(name)))) | ({"name"} & set(settings))
    if unknown:
        raise InvalidDeclaration(f"{', '.join(sorted(unknown))} of a link type cannot be set. Nothing was changed.")
    with lake.write("model", by=by) as batch:
        changed = replace(batch.catalog.link_type(name), **settings)  # type: ignore[arg-type]
        check_link_type(batch.catalog, changed)
        write_link_types(batch, [changed])
        return batch.id


def rename_link_type(lake: Lake, name: str, *, label: str, inverse: str | None = None, by: str | None = None) -> int:
    """Give a link type other words for its two directions. Gives the batch."""
    return change_link_type(lake, name, by=by, label=label, **({"inverse": inverse} if inverse else {}))


def retire_link_type(lake: Lake, name: str, *, retired: bool = True, by: str | None = None) -> int:
    """Take a link type out of use, or bring it back; its links are kept. Gives the batch."""
    return change_link_type(lake, name, by=by, retired=retired)


def add_stages(batch: Batch, type_name: str, stages: list[Stage]) -> None:
    """Add stages to a type within a batch that brings records which stand in them; undo takes them out again."""
    append_stages(batch, [(type_name, stage) for stage in stages])
    batch.log((type_name, 0, "add_stage", stage.name, None, stage.outcome) for stage in stages)


def list_types(lake: Lake) -> pl.DataFrame:
    """
    The types in use, in their order.

    Returns type, label, plural, role_of, fields (in use), stages, records (live).
    """
    counts = dict(
        lake.query(
            "select type, count(*) from entity where deleted_at is null and golden_id is null group by type"
        ).rows()
    )
    rows = [
        {
            "type": item.name,
            "label": item.label,
            "plural": item.plural,
            "role_of": item.role_of or "",
            "fields": len(item.active_fields),
            "stages": len(item.stages),
            "records": counts.get(item.name, 0),
        }
        for item in lake.catalog.active_types
    ]
    return pl.DataFrame(rows, schema=TYPES)


def list_fields(lake: Lake, type_name: str) -> pl.DataFrame:
    """
    The fields of a type, retired ones too, in their order.

    Returns field, label, kind, many, level, allowed, unique, keep, owner, meaning, retired, applies_if, fresh_days. Raises UnknownName.
    """
    rows = [
        {
            "field": item.name,
            **{name: getattr(item, name) for name in FIELDS.names() if name not in ("field", "allowed")},
        }
        | {"allowed": ", ".join(item.allowed)}
        for item in lake.catalog.type(type_name).fields
    ]
    return pl.DataFrame(rows, schema=FIELDS)


def create_types(batch: Batch, types: list[EntityType]) -> None:
    """Add types within a batch. Raises InvalidDeclaration if a name is taken or a type cannot be."""
    known = {item.name for item in batch.catalog.types}
    refuse_taken("type", [item.name for item in types], known)
    types = [replace(item, fields=_placed(item.fields)) for item in types]
    for item in types:
        check_type(item)
        create_table(batch, item)
    write_types(batch, types)
    for item in types:
        refuse_conditions(batch, item)
    catalog = Catalog((*batch.catalog.types, *types), batch.catalog.link_types)
    missing = {party for item in types for party in item.party_types if not catalog.has_type(party)}
    if missing:
        raise InvalidDeclaration(
            f"A role needs its party: there is no type {', '.join(sorted(missing))}. Nothing was changed."
        )
    refresh_views(batch, catalog, [item.name for item in types])


def _change_type(lake: Lake, name: str, change: Callable[[EntityType], EntityType], by: str | None) -> int:
    with lake.write("model", by=by) as batch:
        # Read under the write lock: what another thread has just declared stays.
        write_type(batch, change(batch.catalog.type(name)))
        return batch.id


def write_type(batch: Batch, changed: EntityType) -> None:
    """Put a changed type in the place of the one of its name, within a batch; views and search follow."""
    catalog = batch.catalog
    check_type(changed)
    refuse_conditions(batch, changed)
    write_types(batch, [changed])
    if searched_names(changed) != searched_names(catalog.type(changed.name)):
        rebuild_search(batch, changed)
    types = tuple(changed if item.name == changed.name else item for item in catalog.types)
    batch.extend(Catalog(types, catalog.link_types))
    refresh_views(batch, batch.catalog, [changed.name])
    if decides_otherwise(catalog.type(changed.name), changed):
        rebuild_golden_of(batch, changed.name)


def _placed(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """The fields with a position each: the order in which they are declared, where no other is given."""
    return tuple(replace(item, position=item.position or place) for place, item in enumerate(fields, 1))


def _has_link(lake: Lake, name: str) -> bool:
    return any(item.name == name for item in lake.catalog.link_types)
