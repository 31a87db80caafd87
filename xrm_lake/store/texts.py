"""Between canonical text and typed columns, in SQL: the ledger speaks text, the tables are typed."""

from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.model.names import quoted
from xrm_lake.store.views import duck_type


def from_text(entity_type: EntityType, name: str) -> str:
    """An expression that turns the parameter `$v_<name>` of canonical text into the field's type."""
    return cast_text(_field(entity_type, name), f"$v_{name}::varchar")


def cast_text(field: Field, expression: str) -> str:
    """An expression that turns canonical text into the field's type; what does not fit becomes null."""
    target = duck_type(field)
    if target == "varchar":
        return expression
    if field.many:
        return f"from_json({expression}, '[\"varchar\"]')"
    return f"try_cast({expression} as {target})"


def column_text(entity_type: EntityType, name: str, alias: str = "") -> str:
    """An expression for a field's value as canonical text."""
    return text_of(_field(entity_type, name), f"{alias}.{quoted(name)}" if alias else quoted(name))


def text_of(field: Field, expression: str) -> str:
    """An expression for a typed value as canonical text."""
    if field.many:
        return f"to_json({expression})::varchar"
    return expression if duck_type(field) == "varchar" else f"{expression}::varchar"


def _field(entity_type: EntityType, name: str) -> Field:
    return next(field for field in entity_type.fields if field.name == name)
