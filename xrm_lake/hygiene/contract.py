"""
The contract of a type: what its fields promise of every record, as conditions in SQL.

Each condition says what is wrong and is never null, so that a check flags exactly the records at fault.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.model.kinds import kind, physical
from xrm_lake.model.names import quoted
from xrm_lake.model.placeholders import PATTERN, PLACEHOLDERS

# Kinds whose every text is a value: there is nothing to be malformed.
FREE = {"text", "long_text", "choice", "choices", "user", "file", "identifier", "city", "street"}


@dataclass(frozen=True)
class FieldCheck:
    """
    One promise of one field: `violated` is an SQL condition over the columns of the type's view.

    It may read two relations of field and value: `malformed`, the texts that their kind does not accept, and `hollow`,
    those that stand for having none. Both are judged once for each distinct text, not once a record.
    """

    name: str
    problem: str
    severity: str
    field: str
    violated: str


def field_checks(entity_type: EntityType) -> list[FieldCheck]:
    """All promises that the fields of a type make, in the order of the fields."""
    found: list[FieldCheck] = []
    for field in entity_type.active_fields:
        found += _completeness(field)
        found += _format(field)
        found += _allowed(entity_type, field)
    return found


def judged_by_kind(entity_type: EntityType) -> list[Field]:
    """The fields whose distinct texts must be put before their kind to find the malformed ones."""
    return [field for field in entity_type.active_fields if _is_text(field) and field.kind not in FREE]


def judged_as_hollow(entity_type: EntityType) -> list[Field]:
    """The fields of which a value is asked for, so that their distinct texts may only stand for having none."""
    return [field for field in entity_type.active_fields if _is_text(field) and field.level != "optional"]


def is_missing(field: Field) -> str:
    """A condition: the field is empty, or says no more than that it is unknown."""
    column = quoted(field.name)
    if not _is_text(field):
        return f"({column} is null)" if not field.many else f"(coalesce(len({column}), 0) = 0)"
    return f"({column} is null or {_is_hollow(field)})"


def is_placeholder(column: str) -> str:
    """A condition: a text that stands for having none, such as `n/a`."""
    words = ", ".join("'" + word.replace("'", "''") + "'" for word in _words(PLACEHOLDERS))
    plain = f"lower(trim({column}))"
    signs = PATTERN.replace("'", "''")
    return f"coalesce({plain} in ({words}) or regexp_matches({plain}, '{signs}'), false)"


def _is_hollow(field: Field) -> str:
    return f"coalesce({quoted(field.name)} in (select value from hollow where field = '{field.name}'), false)"


def _completeness(field: Field) -> Iterable[FieldCheck]:
    if field.level == "required":
        yield FieldCheck("required_missing", "incomplete", "error", field.name, is_missing(field))
    elif field.level == "expected":
        yield FieldCheck("expected_missing", "incomplete", "warning", field.name, is_missing(field))


def _format(field: Field) -> Iterable[FieldCheck]:
    column = quoted(field.name)
    if not _is_text(field):
        # A typed cell that could not be read is empty; its text was kept beside it.
        raw = f"(extra is not null and json_extract_string(extra, '$._raw.\"{field.name}\"') is not null)"
        yield FieldCheck("malformed", "malformed", "error", field.name, raw)
    elif field.kind not in FREE:
        bad = f"coalesce({column} in (select value from malformed where field = '{field.name}'), false)"
        yield FieldCheck("malformed", "malformed", "error", field.name, bad)


def _allowed(entity_type: EntityType, field: Field) -> Iterable[FieldCheck]:
    allowed = field.allowed
    if field.name == entity_type.stage_field and entity_type.stages:
        allowed = tuple(stage.name for stage in entity_type.stages)
    if allowed and not field.many:
        words = ", ".join("'" + word.replace("'", "''") + "'" for word in allowed)
        bad = f"({quoted(field.name)} is not null and {quoted(field.name)} not in ({words}))"
        yield FieldCheck("not_allowed", "malformed", "error", field.name, bad)


def _is_text(field: Field) -> bool:
    return physical(kind(field.kind), field.many) == "varchar"


def _words(words: Iterable[str]) -> list[str]:
    return sorted({word.lower() for word in words})
