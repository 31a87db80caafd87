"""The model as it lies in the lake's own tables: read as a catalog, written type by type."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import polars as pl

from xrm_lake.model.catalog import Catalog
from xrm_lake.model.entity_type import EntityType, Field, LinkType, Stage
from xrm_lake.store.declared import texts_of_model
from xrm_lake.store.engine import Engine
from xrm_lake.store.rows import Rows
from xrm_lake.store.write import Batch

_TEXTS = pl.List(pl.String)


def read_catalog(engine: Engine) -> Catalog:
    """All declared types and link types, in their order."""

    def ask(sql: str) -> list[dict[str, Any]]:
        return Rows(engine, sql, {}).dicts()

    fields: dict[tuple[str, str], list[Field]] = defaultdict(list)
    for row in ask("from field order by position, name"):
        fields[row["owner_of"], row["owner_name"]].append(_field(row))
    stages: dict[str, list[Stage]] = defaultdict(list)
    for row in ask("from stage order by type, position"):
        stages[row["type"]].append(Stage(row["name"], row["position"], row["outcome"], row["probability"]))
    types = [
        _entity_type(row, tuple(fields["type", row["name"]]), tuple(stages[row["name"]]))
        for row in ask("from entity_type order by position, name")
    ]
    links = [_link_type(row, tuple(fields["link_type", row["name"]])) for row in ask("from link_type order by name")]
    return Catalog(tuple(types), tuple(links))


@contextmanager
def _told(batch: Batch) -> Iterator[None]:
    """Whatever is declared otherwise meanwhile gets a row in the ledger (op `declare`): what it was, and what it is."""
    engine = batch.query("select 1").engine
    before = texts_of_model(read_catalog(engine))
    yield
    after = texts_of_model(read_catalog(engine))
    batch.log(
        ("", 0, "declare", place, before.get(place), after.get(place))
        for place in {**before, **after}
        if before.get(place) != after.get(place)
    )
    batch.changed_model = True


def write_types(batch: Batch, types: list[EntityType]) -> None:
    """Put types into the model's tables, in place of what stood there under their names."""
    with _told(batch):
        _write_types(batch, types)


def _write_types(batch: Batch, types: list[EntityType]) -> None:
    names = [item.name for item in types]
    for table, column in (("entity_type", "name"), ("stage", "type")):
        batch.execute(f"delete from {table} where list_contains($names, {column})", names=names)
    rows = [_row(item, ("fields", "stages")) for item in types]
    batch.append(
        "entity_type",
        pl.DataFrame(rows, schema_overrides={"caption": _TEXTS, "required_links": _TEXTS, "staleness_days": pl.Int32}),
    )
    _append_stages(batch, [(item.name, stage) for item in types for stage in item.stages])
    _write_fields(batch, "type", {item.name: item.fields for item in types})


def append_stages(batch: Batch, stages: list[tuple[str, Stage]]) -> None:
    """Put stages behind those that their type has."""
    with _told(batch):
        _append_stages(batch, stages)


def _append_stages(batch: Batch, stages: list[tuple[str, Stage]]) -> None:
    rows = [{"type": name, **vars(stage)} for name, stage in stages]
    if rows:
        batch.append(
            "stage", pl.DataFrame(rows, schema_overrides={"probability": pl.Float64}, infer_schema_length=None)
        )


def write_link_types(batch: Batch, links: list[LinkType]) -> None:
    """Put link types into the model's tables, in place of what stood there under their names."""
    with _told(batch):
        _write_link_types(batch, links)


def _write_link_types(batch: Batch, links: list[LinkType]) -> None:
    batch.execute("delete from link_type where list_contains($names, name)", names=[item.name for item in links])
    rows = [_row(item, ("fields",)) for item in links]
    batch.append("link_type", pl.DataFrame(rows, schema_overrides={"from_types": _TEXTS, "to_types": _TEXTS}))
    _write_fields(batch, "link_type", {item.name: item.fields for item in links})


def _write_fields(batch: Batch, owner_of: str, fields: dict[str, tuple[Field, ...]]) -> None:
    batch.execute(
        "delete from field where owner_of = $owner_of and list_contains($names, owner_name)",
        owner_of=owner_of,
        names=list(fields),
    )
    rows = [
        {"owner_of": owner_of, "owner_name": name, **_renamed(_row(field, ()))}
        for name, items in fields.items()
        for field in items
    ]
    if rows:
        batch.append(
            "field",
            pl.DataFrame(rows, schema_overrides={"allowed": _TEXTS, "fresh_days": pl.Int32}, infer_schema_length=None),
        )


def _row(item: object, without: tuple[str, ...]) -> dict[str, Any]:
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in vars(item).items()
        if name not in without
    }


def _renamed(row: dict[str, Any]) -> dict[str, Any]:
    # `unique` and `group` are words of SQL.
    row["is_unique"], row["field_group"] = row.pop("unique"), row.pop("group")
    return row


def _field(row: dict[str, Any]) -> Field:
    given = {
        name: value for name, value in row.items() if name not in ("owner_of", "owner_name", "is_unique", "field_group")
    }
    given["allowed"], given["applies_if"] = tuple(given["allowed"] or ()), given["applies_if"] or ""
    return Field(unique=row["is_unique"], group=row["field_group"] or "", **given)


def _entity_type(row: dict[str, Any], fields: tuple[Field, ...], stages: tuple[Stage, ...]) -> EntityType:
    given: dict[str, Any] = {name: _many(row, name, ("caption", "required_links")) for name in row}
    return EntityType(fields=fields, stages=stages, **given)


def _link_type(row: dict[str, Any], fields: tuple[Field, ...]) -> LinkType:
    given: dict[str, Any] = {name: _many(row, name, ("from_types", "to_types")) for name in row}
    return LinkType(fields=fields, **given)


def _many(row: dict[str, Any], name: str, lists: tuple[str, ...]) -> Any:
    return tuple(row[name] or ()) if name in lists else row[name]
