"""Templates: types and links as TOML that a person can read, loaded into a lake and written out again."""

import tomllib
from collections.abc import Mapping
from dataclasses import fields as dataclass_fields
from dataclasses import replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from xrm_lake.errors import InvalidDeclaration, UnknownName
from xrm_lake.model.catalog import Catalog
from xrm_lake.model.entity_type import EntityType, Field, LinkType, Stage
from xrm_lake.model.names import check_name

LINKS_FILE = "links.toml"


def template_names() -> list[str]:
    """The names of the templates that come with xrm_lake: the folder is the registry."""
    return sorted(item.name for item in _folder().iterdir() if item.is_dir() and not item.name.startswith("_"))


def load_template(name: str) -> Catalog:
    """The types and link types of a template, by its name or the path of a folder of one's own."""
    if name in template_names():
        # First: a folder that happens to be called `crm` where one works must not take the template's place.
        return read_template(_folder() / name)
    if Path(name).is_dir():
        return read_template(Path(name))
    raise UnknownName("template", name, template_names())


def read_template(folder: Traversable) -> Catalog:
    """The types and link types in a folder: one TOML file a type, and `links.toml`."""
    types: list[EntityType] = []
    links: tuple[LinkType, ...] = ()
    for item in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not item.name.endswith(".toml"):
            continue
        try:
            content = tomllib.loads(item.read_text(encoding="utf-8"))
            if item.name == LINKS_FILE:
                links = tuple(_link_type(name, body) for name, body in content.items())
            else:
                types.append(_entity_type(item.name.removesuffix(".toml"), content))
        except (TypeError, ValueError) as problem:
            raise InvalidDeclaration(f"{item.name} is not a valid declaration: {problem}") from problem
    types.sort(key=lambda entry: (entry.position, entry.name))
    return Catalog(tuple(types), links)


def export_template(catalog: Catalog, folder: Path) -> None:
    """
    Write the types and link types of a catalog as a template: `load_template` of that folder gives them back.

    Raises InvalidDeclaration if the folder holds a template already.
    """
    import tomli_w

    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.glob("*.toml")):
        raise InvalidDeclaration(f"{folder} holds a template already. Nothing was written. Choose an empty folder.")
    for item in catalog.types:
        body = _declared(item, without=("name", "fields", "stages"), always=("label", "plural"))
        stages = [_declared(stage, without=("position",), always=()) for stage in item.stages]
        written = body | ({"stages": stages} if stages else {}) | _fields_body(item.fields)
        (folder / f"{item.name}.toml").write_text(tomli_w.dumps(written), encoding="utf-8")
    links = {item.name: _link_body(item) for item in catalog.link_types}
    (folder / LINKS_FILE).write_text(tomli_w.dumps(links), encoding="utf-8")


def _link_body(item: LinkType) -> dict[str, Any]:
    ends = {"from": list(item.from_types), "to": list(item.to_types)}
    body = _declared(item, without=("name", "from_types", "to_types", "fields"), always=("label", "inverse"))
    return body | {name: types for name, types in ends.items() if types} | _fields_body(item.fields)


def _fields_body(fields: tuple[Field, ...]) -> dict[str, Any]:
    body = {item.name: _declared(item, without=("name",), always=("kind", "label")) for item in fields}
    # The place in the file says the position, unless another was declared.
    for place, item in enumerate(fields, 1):
        if item.position == place:
            body[item.name].pop("position", None)
    return {"fields": body} if body else {}


def _declared(
    item: EntityType | Field | LinkType | Stage, *, without: tuple[str, ...], always: tuple[str, ...]
) -> dict[str, Any]:
    """What differs from the defaults, and what a reader would miss."""
    usual = {entry.name: entry.default for entry in dataclass_fields(item)}
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in vars(item).items()
        if name not in without and (name in always or value != usual[name]) and value is not None
    }


def _folder() -> Traversable:
    return files("xrm_lake.model") / "templates"


def _entity_type(name: str, body: Mapping[str, Any]) -> EntityType:
    rest = {key: value for key, value in body.items() if key not in ("fields", "stages")}
    for key in ("caption", "required_links"):
        rest[key] = tuple(rest.get(key, ()))
    label = rest.pop("label", name.replace("_", " ").capitalize())
    return EntityType(
        name=check_name("type", name),
        label=label,
        plural=rest.pop("plural", label + "s"),
        fields=_fields(body.get("fields", {})),
        stages=tuple(Stage(position=place, **stage) for place, stage in enumerate(body.get("stages", []), 1)),
        **rest,
    )


def _link_type(name: str, body: Mapping[str, Any]) -> LinkType:
    rest = dict(body)
    return LinkType(
        name=check_name("link type", name),
        from_types=tuple(rest.pop("from", ())),
        to_types=tuple(rest.pop("to", ())),
        fields=_fields(rest.pop("fields", {})),
        **rest,
    )


def _fields(body: Mapping[str, Mapping[str, Any]]) -> tuple[Field, ...]:
    found = []
    for place, (name, declared) in enumerate(body.items(), 1):
        field = Field(
            name=check_name("field", name),
            **{"label": name.replace("_", " ").capitalize(), "position": place, **declared},
        )
        found.append(replace(field, allowed=tuple(field.allowed)))
    return tuple(found)
