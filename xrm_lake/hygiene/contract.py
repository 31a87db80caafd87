"""
The contract of a type: what its fields promise of every record, as conditions in SQL.

Each condition says what is wrong and is never null, so that a check flags exactly the records at fault.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace

from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.model.kinds import kind, physical
from xrm_lake.model.names import quoted
from xrm_lake.model.own_check import OwnCheck
from xrm_lake.store.condition import judged_sql

NEVER = "false"

# Kinds whose every text is a value: there is nothing to be malformed.
FREE = {"text", "long_text", "choice", "choices", "user", "file", "identifier", "city", "street"}


@dataclass(frozen=True)
class FieldCheck:
    """
    One promise of one field: `violated` is an SQL condition over the columns of the type's table.

    It may read three relations of type, field and value: `malformed_`, the texts that their kind does not accept, `hollow_`,
    those that stand for having none, and `foreign_`, those of another country. They are judged once for each distinct text, not once
    a record. It is null where it cannot be told. `applies` is an SQL condition of the records that it looks at; "" for all.
    """

    name: str
    problem: str
    severity: str
    field: str | None
    violated: str
    applies: str = ""
    message: str = ""
    owner: str = ""
    reason: str = ""

    @property
    def may_fail(self) -> bool:
        """Whether people wrote a part of it: then it may turn out that it cannot be told."""
        return bool(self.message or self.applies)


def field_checks(
    entity_type: EntityType, malformed: Set[str], hollow: Set[str], unread: Mapping[str, str] | None = None
) -> list[FieldCheck]:
    """
    All promises that the fields of a type make, in the order of the fields.

    `malformed` and `hollow` name the fields that have such texts at all: of the others, no record needs to be asked. `unread`
    says why the condition of a field, under which it applies, cannot be run any more.
    """
    found: list[FieldCheck] = []
    for field in entity_type.active_fields:
        listed = f"where type = '{entity_type.name}' and field = '{field.name}'"
        says_nothing = _is_among(field, f"hollow_ {listed}") if field.name in hollow else NEVER
        refused = _is_among(field, f"malformed_ {listed}") if field.name in malformed else NEVER
        reason = (unread or {}).get(field.name, "")
        found += [replace(item, violated=NEVER, applies="", reason=reason) if reason and item.applies else item
                  for item in _completeness(field, says_nothing)]  # fmt: skip
        found += _format(field, refused)
        found += _allowed(entity_type, field)
    return found


def own_checks_of(checks: Iterable[tuple[OwnCheck, str]]) -> list[FieldCheck]:
    """People's own checks as promises; each comes with the reason why it cannot be run, or ""."""
    return [
        FieldCheck(
            check.name, check.problem, check.severity, check.field or None, NEVER if reason else judged_sql(check.condition),
            message=check.message, owner=check.owner, reason=reason,
        )
        for check, reason in checks
    ]  # fmt: skip


def judged_fields(entity_type: EntityType) -> list[Field]:
    """The fields whose distinct texts are judged; an optional long text may say what it likes."""
    return [item for item in entity_type.active_fields if _is_text(item) and (_is_asked(item) or _is_short(item))]


def allowed_values(entity_type: EntityType, field: Field) -> tuple[str, ...]:
    """The values that a field may have, where its type says so: none of them is at fault, not even `Other`."""
    if field.name == entity_type.stage_field and entity_type.stages:
        return tuple(stage.name for stage in entity_type.stages)
    return field.allowed


def _is_among(field: Field, listed: str) -> str:
    return f"coalesce({quoted(field.name)} in (select value from {listed}), false)"


def _completeness(field: Field, says_nothing: str) -> Iterable[FieldCheck]:
    column = quoted(field.name)
    missing = f"(coalesce(len({column}), 0) = 0)" if field.many else f"({column} is null or {says_nothing})"
    applies = judged_sql(field.applies_if) if field.applies_if else ""
    if applies:
        missing = f"case {applies} when true then {missing} when false then false end"
    if field.level == "required":
        yield FieldCheck("required_missing", "incomplete", "error", field.name, missing, applies)
    elif field.level == "expected":
        yield FieldCheck("expected_missing", "incomplete", "warning", field.name, missing, applies)
    elif _is_text(field) and _is_short(field):
        yield FieldCheck("placeholder", "incomplete", "warning", field.name, says_nothing)


def _format(field: Field, refused: str) -> Iterable[FieldCheck]:
    if not _is_text(field):
        # A typed cell that could not be read is empty; its text was kept beside it.
        raw = f"(extra is not null and json_extract_string(extra, '$._raw.\"{field.name}\"') is not null)"
        yield FieldCheck("malformed", "malformed", "error", field.name, raw)
    elif field.kind not in FREE:
        yield FieldCheck("malformed", "malformed", "error", field.name, refused)


def _allowed(entity_type: EntityType, field: Field) -> Iterable[FieldCheck]:
    allowed = allowed_values(entity_type, field)
    if allowed and not field.many:
        bad = f"({quoted(field.name)} is not null and {quoted(field.name)} not in ({_texts(allowed)}))"
        yield FieldCheck("not_allowed", "malformed", "error", field.name, bad)


def _is_text(field: Field) -> bool:
    return physical(kind(field.kind), field.many) == "varchar"


def _is_asked(field: Field) -> bool:
    return field.level != "optional"


def _is_short(field: Field) -> bool:
    return field.kind != "long_text"


def _texts(texts: Iterable[str]) -> str:
    return ", ".join("'" + text.replace("'", "''") + "'" for text in texts)
