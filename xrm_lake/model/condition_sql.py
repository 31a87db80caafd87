"""The condition of a form as SQL: each value as a literal of its field's kind, so that nothing of it is read as SQL."""

from collections.abc import Sequence

import polars as pl

from xrm_lake.errors import InvalidValue, UnknownName
from xrm_lake.model.comparison import ALONE, COMPARED, LISTED, TEXTUAL, TODAY, WORDS, Comparison
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.model.kinds import kind, physical
from xrm_lake.model.names import quoted


def condition_sql(entity_type: EntityType, form: Sequence[Comparison], *, any_of: bool = False) -> str:
    """
    The condition of a form, true where all comparisons hold, or any of them.

    Raises UnknownName for a field or a way to compare that is not there, InvalidValue for a value that its field does not accept.
    """
    if not form:
        raise InvalidValue("A condition compares something: give it a field. Nothing was changed.")
    return (" or " if any_of else " and ").join(_sql(entity_type, item) for item in form)


def _sql(entity_type: EntityType, item: Comparison) -> str:
    field = _field(entity_type, item.field)
    column = quoted(field.name)
    if item.compares in ALONE:
        empty = f"len({column}) = 0 or {column} is null" if field.many else f"{column} is null"
        return f"({empty})" if item.compares == "is_empty" else f"(not ({empty}))"
    if item.compares in LISTED:
        values = ", ".join(_literal(field, part.strip()) for part in item.value.split(",") if part.strip())
        if not values:
            raise InvalidValue(
                f"{field.label} is compared with a list: give values between commas. Nothing was changed."
            )
        listed = f"list_has_any({column}, [{values}])" if field.many else f"{column} in ({values})"
        return listed if item.compares == "one_of" else f"not {listed}"
    if item.compares in COMPARED:
        right = quoted(_field(entity_type, item.other).name) if item.other else _literal(field, item.value)
        return f"{column} {COMPARED[item.compares][0]} {right}"
    if item.compares in TEXTUAL:
        text = column if physical(kind(field.kind), field.many) == "varchar" else f"{column}::varchar"
        return f"{TEXTUAL[item.compares][0]}({text}, {_text(item.value)})"
    raise UnknownName("way to compare", item.compares, WORDS)


def _field(entity_type: EntityType, name: str) -> Field:
    fields = {item.name: item for item in entity_type.active_fields}
    if name not in fields:
        raise UnknownName(f"field of {entity_type.name}", name, fields)
    return fields[name]


def _literal(field: Field, value: str) -> str:
    of = kind(field.kind)
    if of.duck_type in ("date", "timestamp") and value.strip().lower() == TODAY:
        return "$as_of"
    cleaned = of.clean(pl.Series([value], dtype=pl.String))
    if cleaned[0] is None or not of.is_valid(cleaned).fill_null(False)[0]:
        raise InvalidValue(f"{field.label} ({field.name}) does not accept this value. Nothing was changed.")
    text = _text(cleaned[0])
    return text if of.duck_type == "varchar" else f"{text}::{of.duck_type}"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
