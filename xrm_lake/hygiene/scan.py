"""The scan: all promises of all fields of a type, cross-field checks and people's own, in one reading of its records."""

from xrm_lake.hygiene.contract import NEVER, FieldCheck, field_checks
from xrm_lake.hygiene.cross_fields import cross_checks
from xrm_lake.hygiene.faults import Faults, Header
from xrm_lake.hygiene.judged import Judged
from xrm_lake.model.entity_type import EntityType
from xrm_lake.store.as_of import State


def scan(state: State, faults: Faults, entity_type: EntityType, judged: Judged) -> None:
    """Flag the live records of a type that break a promise; reads `malformed_`, `hollow_` and `foreign_` (see contract)."""
    name = entity_type.name
    checks = [
        *field_checks(entity_type, *judged.fields_of(name), judged.unread_of(name)),
        *cross_checks(entity_type, judged.foreign_fields(name)),
        *judged.own_of(name),
    ]
    first = faults.announce(zip((_header(name, item) for item in checks), _looked_at(state, name, checks), strict=True))
    tests = ", ".join(_test(item, place) for place, item in enumerate(checks, first) if item.violated != NEVER)
    if tests:
        faults.flag(
            f"select unnest(list_filter([{tests}], lambda x: x is not null))::bigint as place, id, null"
            f" from {state.records(name)} where live and $as_of::date is not null",
            as_of=state.day,
        )
    _exempt(state, faults, entity_type.name, checks)


def _exempt(state: State, faults: Faults, type_name: str, checks: list[FieldCheck]) -> None:
    """Remember in `exempt_` how many of the expected fields do not apply to a record, where any does not."""
    conditions = [item.applies for item in checks if item.name == "expected_missing" and item.applies]
    if conditions:
        fields = " + ".join(f"({condition} is distinct from true)::integer" for condition in conditions)
        faults.exempt(
            f"(select id, {fields} as fields from {state.records(type_name)} where live and $as_of::date is not null)"
            " where fields > 0",
            as_of=state.day,
        )


def _header(type_name: str, item: FieldCheck) -> Header:
    # What may well be right is a doubt: a phone number of another country, a condition that somebody chose to warn of.
    is_doubt = item.severity == "warning" and (item.problem == "malformed" or bool(item.message))
    return Header(
        item.name,
        item.problem,
        item.severity,
        type_name,
        item.field,
        item.message,
        item.owner,
        not is_doubt,
        item.reason,
    )


def _test(item: FieldCheck, place: int) -> str:
    """The place of the check for a record at fault, -1 - place for one of which it cannot be told, else null."""
    if item.may_fail:
        return f"case {item.violated} when true then {place} when false then null else {-1 - place} end"
    return f"if({item.violated}, {place}, null)"


def _looked_at(state: State, type_name: str, checks: list[FieldCheck]) -> list[int]:
    """How many records each check looks at."""
    applying = dict.fromkeys(item.applies for item in checks if item.applies)
    counts = "".join(f", count(*) filter (where {condition})" for condition in applying)
    live, *found = state.query(
        f"select count(*){counts} from {state.records(type_name)} where live and $as_of::date is not null",
        as_of=state.day,
    ).rows()[0]
    known = dict(zip(applying, found, strict=True)) | {"": live}
    return [known[item.applies] for item in checks]
