"""What may be declared: types, fields and link types are checked before they are written."""

from dataclasses import MISSING, fields
from typing import get_args

from xrm_lake.errors import InvalidDeclaration
from xrm_lake.model.catalog import Catalog
from xrm_lake.model.entity_type import KEEPS, Cardinality, EntityType, Field, LinkType, Outcome, RoleOf
from xrm_lake.model.kinds import kind
from xrm_lake.model.names import check_name


def check_type(entity_type: EntityType) -> None:
    """Raises InvalidDeclaration for a type that cannot be."""
    check_name("type", entity_type.name)
    _refuse_kinds(entity_type)
    refuse_taken("field", [item.name for item in entity_type.fields], ())
    for field in entity_type.fields:
        check_field(field)
    unknown = set(entity_type.caption) - {item.name for item in entity_type.fields}
    if unknown:
        raise InvalidDeclaration(
            f"The caption of {entity_type.name} names {', '.join(sorted(unknown))}, which it has no field for."
        )
    _refuse_other(f"role_of of {entity_type.name}", entity_type.role_of, (None, *get_args(RoleOf)))
    for stage in entity_type.stages:
        _refuse_other(f"outcome of the stage {stage.name!r}", stage.outcome, get_args(Outcome))


def check_field(field: Field) -> None:
    """Raises InvalidDeclaration or UnknownName for a field that cannot be."""
    check_name("field", field.name)
    _refuse_kinds(field)
    kind(field.kind)
    if field.level not in ("required", "expected", "optional"):
        raise InvalidDeclaration(
            f"The level of {field.name} must be required, expected or optional, not {field.level!r}."
        )
    if field.keep not in KEEPS:
        raise InvalidDeclaration(f"{field.name} cannot keep {field.keep!r}; it may keep one of {', '.join(KEEPS[1:])}.")


def check_link_type(catalog: Catalog, link_type: LinkType) -> None:
    """Raises InvalidDeclaration or UnknownName for a link type that cannot be."""
    check_name("link type", link_type.name)
    _refuse_kinds(link_type)
    _refuse_other(f"cardinality of {link_type.name}", link_type.cardinality, get_args(Cardinality))
    for name in (*link_type.from_types, *link_type.to_types):
        catalog.type(name)
    for field in link_type.fields:
        check_field(field)


def _refuse_kinds(thing: EntityType | Field | LinkType) -> None:
    """Refuse settings of another kind than the declaration's own: what comes over the network is not typed."""
    for setting in fields(thing):
        value, usual = getattr(thing, setting.name), setting.default
        # A setting without a default is a text (name, label, plural …), one whose default is None is checked by its choices.
        kind = str if usual is MISSING else type(usual)
        if setting.name in ("staleness_days", "fresh_days"):
            fits = value is None or (type(value) is int and value > 0)
        else:
            fits = setting.name in ("role_of", "fields") or type(value) is kind
        if kind is tuple and setting.name not in ("fields", "stages"):
            fits = fits and all(type(item) is str for item in value)
        if not fits:
            raise InvalidDeclaration(
                f"{setting.name} of {thing.name} cannot be a {type(value).__name__} of this kind. Nothing was changed."
            )


def _refuse_other(what: str, value: object, choices: tuple[object, ...]) -> None:
    if value not in choices:
        known = ", ".join(str(choice or "nothing") for choice in choices)
        raise InvalidDeclaration(f"The {what} must be one of: {known}. Nothing was changed.")


def refuse_taken(what: str, names: list[str], taken: object) -> None:
    """Raises InvalidDeclaration if a name is taken, or given twice."""
    known = set(taken) if isinstance(taken, (list, set, tuple)) else set()
    for place, name in enumerate(names):
        if name in known or name in names[:place]:
            raise InvalidDeclaration(
                f"There is a {what} named {name!r} already. Nothing was changed. Choose another name."
            )
