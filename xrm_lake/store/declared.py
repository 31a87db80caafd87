"""Declarations as text: how the ledger keeps what a type or a link type was, so that it can be read again years later."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from typing import Any

from xrm_lake.model.catalog import Catalog
from xrm_lake.model.entity_type import EntityType, Field, LinkType, Stage

# What a declaration is of: the first word of the field of its ledger row, before the name.
TYPE, LINK_TYPE = "type ", "link_type "


def texts_of_model(catalog: Catalog) -> dict[str, str]:
    """All declarations of a catalog by their place in the ledger: `type person`, `link_type works_for`."""
    found: Iterable[tuple[str, EntityType | LinkType]] = [
        *((TYPE + item.name, item) for item in catalog.types),
        *((LINK_TYPE + item.name, item) for item in catalog.link_types),
    ]
    return {place: json.dumps(asdict(item), ensure_ascii=False) for place, item in found}


def model_of_texts(texts: Mapping[str, str]) -> Catalog:
    """The catalog that these declarations make, in the order in which the lake lists it."""
    types = [_entity_type(json.loads(text)) for place, text in texts.items() if place.startswith(TYPE)]
    links = [_link_type(json.loads(text)) for place, text in texts.items() if place.startswith(LINK_TYPE)]
    return Catalog(
        tuple(sorted(types, key=lambda item: (item.position, item.name))),
        tuple(sorted(links, key=lambda item: item.name)),
    )


def _entity_type(told: dict[str, Any]) -> EntityType:
    made = _known(EntityType, told)
    made["fields"] = tuple(_field(item) for item in told["fields"])
    made["stages"] = tuple(Stage(**_known(Stage, item)) for item in told["stages"])
    return EntityType(**made)


def _link_type(told: dict[str, Any]) -> LinkType:
    return LinkType(**_known(LinkType, told) | {"fields": tuple(_field(item) for item in told["fields"])})


def _field(told: dict[str, Any]) -> Field:
    return Field(**_known(Field, told))


def _known(kind: type, told: dict[str, Any]) -> dict[str, Any]:
    """What this version knows of a declaration: one that an older or newer version wrote has less, or more."""
    names = {item.name for item in fields(kind)}
    return {name: _tuple(value) for name, value in told.items() if name in names}


def _tuple(value: Any) -> Any:
    return tuple(_tuple(item) for item in value) if isinstance(value, list) else value
