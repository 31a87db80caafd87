"""Fields as inputs: one fitting widget for each kind, and what was changed in them."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import streamlit as st
from components.text import shown

from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.model.values import as_text

_YES_NO = {"": None, "Yes": True, "No": False}
_FIRST_DAY, _LAST_DAY = date(1800, 1, 1), date(2200, 12, 31)
_TEXT_TYPES = {"email": "email", "phone": "phone", "url": "url"}


def inputs(
    fields: Iterable[Field],
    values: Mapping[str, Any],
    *,
    key: str,
    choices: Mapping[str, tuple[str, ...]] | None = None,
    chips: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Draw an input for each field, side by side where there is room, with a chip beside some; gives what they hold."""
    held: dict[str, Any] = {}
    with st.grid(2, min_column_width=210, gap="small"):
        for field in fields:
            held[field.name] = one_input(
                field, values.get(field.name), key=key, choices=(choices or {}).get(field.name),
                chip=(chips or {}).get(field.name, ""),
            )  # fmt: skip
    return held


def one_input(field: Field, value: Any, *, key: str, choices: tuple[str, ...] | None = None, chip: str = "") -> Any:
    """The input of one field; the chip, in markdown, stands beside its name."""
    name = f"{key}_{field.name}"
    label = _label(field) + (f" {chip}" if chip else "")
    told = {"help": field.meaning or None, "key": name}
    allowed = choices or field.allowed
    if field.many:
        held = [str(item) for item in value or ()]
        return st.multiselect(
            label, list(dict.fromkeys([*allowed, *held])), default=held, accept_new_options=not field.allowed,
            placeholder="Add …", **told,
        )  # fmt: skip
    match field.kind:
        case "boolean":
            words = list(_YES_NO)
            return _YES_NO[st.selectbox(label, words, index=words.index(shown(value)), **told) or ""]
        case "date" if value is None or isinstance(value, date):
            return st.date_input(label, value, min_value=_FIRST_DAY, max_value=_LAST_DAY, format="YYYY-MM-DD", **told)
        case "long_text":
            return st.text_area(label, value or "", height=92, **told)
    if allowed:
        options = list(dict.fromkeys(["", *allowed, *([shown(value)] if value else [])]))
        return st.selectbox(
            label, options, index=options.index(shown(value)), accept_new_options=not field.allowed, **told
        )
    return st.text_input(label, _as_typed(value), type=_TEXT_TYPES.get(field.kind, "default"), **told)


def changed(fields: Iterable[Field], before: Mapping[str, Any], held: Mapping[str, Any]) -> dict[str, Any]:
    """The values that differ from what stood there, None where one was emptied."""
    found = {}
    for field in fields:
        if field.name not in held:
            continue
        was, now = _text(before.get(field.name)), _text(held[field.name])
        if was != now:
            found[field.name] = held[field.name] if now else None
    return found


def choices_of(entity_type: EntityType) -> dict[str, tuple[str, ...]]:
    """What a field may be set to where the type says it: its stages."""
    if entity_type.stage_field and entity_type.stages:
        return {entity_type.stage_field: tuple(stage.name for stage in entity_type.stages)}
    return {}


def _label(field: Field) -> str:
    from components.text import plain

    return plain(field.label or field.name) + (" :red[*]" if field.is_required else "")


def _as_typed(value: Any) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S").removesuffix(":00")
    return "" if value is None else str(as_text(value))


def _text(value: Any) -> str:
    if value is None or value == [] or value == ():
        return ""
    return _as_typed(value).strip() if not isinstance(value, list | tuple) else str(as_text(list(value)))
