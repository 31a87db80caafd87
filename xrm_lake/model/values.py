"""One record's values on their way in: named, cleaned by kind, refused if a field does not accept them."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from xrm_lake.errors import InvalidValue, UnknownName
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.model.kinds import clean_many, kind, physical

# Text kinds whose malformed values lead nowhere: nobody can be reached, or nothing looked up, with them.
_REFUSING = {"email", "phone", "url", "domain", "country", "currency"}


def clean_values(entity_type: EntityType, values: Mapping[str, Any]) -> dict[str, str | None]:
    """
    The values as canonical text by field name; None clears a field.

    Raises UnknownName for a field that the type does not have, InvalidValue for one that
    its field does not accept: the message names the field, not the value.
    """
    fields = {field.name: field for field in entity_type.active_fields}
    for name in values:
        if name not in fields:
            raise UnknownName(f"field of {entity_type.name}", name, fields)
    return {name: clean_value(fields[name], value) for name, value in values.items()}


def clean_value(field: Field, value: Any) -> str | None:
    """One value as canonical text, None if it is empty. Raises InvalidValue."""
    text = as_text(value)
    if text is None or not text.strip():
        _refuse_clearing(field)
        return None
    if field.many:
        return _clean_list(field, text)
    sort = kind(field.kind)
    raw = pl.Series("value", [text], dtype=pl.String)
    # One value cannot say whether its day or its month comes first: what is ambiguous is refused, not guessed.
    cleaned = sort.clean(raw)
    if cleaned[0] is None:
        _refuse_clearing(field)
        return None
    if _is_strict(field) and not sort.is_valid(cleaned)[0]:
        raise InvalidValue(
            f"{field.label} ({field.name}) does not accept this value: it is not a valid {field.kind}. Nothing was changed."
        )
    return _check_allowed(field, str(cleaned[0]))


def as_text(value: Any) -> str | None:
    """
    Any plain value as the text that kinds read.

    >>> as_text(date(2017, 3, 1)), as_text(True), as_text(["a", "b"]), as_text(None)
    ('2017-03-01', 'true', '["a", "b"]', None)
    """
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat(sep=" ")
        case date():
            return value.isoformat()
        case list() | tuple():
            return json.dumps([as_text(item) for item in value], ensure_ascii=False)
        case Decimal():
            return f"{value:f}"
        case _:
            return str(value)


def complete_values(entity_type: EntityType, values: Mapping[str, Any]) -> dict[str, str | None]:
    """
    The values of a new record as canonical text; a name given in parts makes the whole name.

    Raises as `clean_values` does, and InvalidValue if a required field is missing or empty.
    """
    cleaned = with_whole_name(entity_type, clean_values(entity_type, values), {})
    _check_required(entity_type, cleaned)
    return cleaned


def with_whole_name(
    entity_type: EntityType, values: Mapping[str, str | None], before: Mapping[str, str | None]
) -> dict[str, str | None]:
    """
    The values with the whole name that their parts make now, unless it is told, or was another than its parts made `before`.
    """
    by_kind = {field.kind: field.name for field in entity_type.active_fields}
    whole, *parts = (by_kind.get(name, "") for name in ("full_name", "given_name", "family_name"))
    told = dict(values)
    if not whole or told.get(whole) or not any(told.get(part) != before.get(part) for part in parts if part in told):
        return told
    was, made = before.get(whole), _joined(before.get(part) for part in parts)
    if was is None or was == made:
        told[whole] = _joined(told.get(part, before.get(part)) for part in parts)
    return told


def _joined(parts: Iterable[str | None]) -> str | None:
    return " ".join(part for part in parts if part) or None


def _check_required(entity_type: EntityType, values: Mapping[str, str | None]) -> None:
    missing = [
        field.label for field in entity_type.active_fields if field.is_required and values.get(field.name) is None
    ]
    if missing:
        raise InvalidValue(f"A {entity_type.label.lower()} needs {', '.join(missing)}. Nothing was changed.")


def _is_strict(field: Field) -> bool:
    """Whether a value that its kind doubts is refused; an unusual name is kept, and a check points to it."""
    return field.kind in _REFUSING or physical(kind(field.kind), False) != "varchar"


def _refuse_clearing(field: Field) -> None:
    if field.is_required:
        raise InvalidValue(f"{field.label} ({field.name}) is required and cannot be empty. Nothing was changed.")


def _clean_list(field: Field, text: str) -> str | None:
    cleaned: str | None = clean_many(kind(field.kind), pl.Series("value", [text], dtype=pl.String))[0]
    if cleaned is not None:
        for item in json.loads(cleaned):
            _check_allowed(field, item)
    return cleaned


def _check_allowed(field: Field, text: str) -> str:
    if field.allowed and text not in field.allowed:
        folded = {choice.casefold(): choice for choice in field.allowed}
        if text.casefold() in folded:
            return folded[text.casefold()]
        raise InvalidValue(
            f"{field.label} ({field.name}) accepts only {', '.join(field.allowed)}. Nothing was changed."
        )
    return text
