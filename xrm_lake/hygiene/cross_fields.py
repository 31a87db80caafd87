"""
What two fields of one record must not say together: an end before its start, an amount without its currency, a phone number or a
postal code of another country.

The first two can be told of each record by itself; the last two are judged once for each pair of values that there is.
"""

from collections.abc import Iterable, Set

from xrm_lake.history.lifetime import moments
from xrm_lake.hygiene.contract import NEVER, FieldCheck
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.model.names import quoted

# Which moments come before which, as a record goes through them.
STARTS = ("opened_on", "opened_at", "starts_on", "start_date", "since", "valid_from")
ENDS = (
    "closed_at",
    "closed_on",
    "close_date",
    "ends_on",
    "end_date",
    "until",
    "valid_until",
    "first_response_at",
    "resolved_at",
)


def cross_checks(entity_type: EntityType, foreign: Set[str]) -> list[FieldCheck]:
    """
    What the fields of a type must not say together.

    `foreign` names the fields that have values of another country at all: of the others, no record needs to be asked.
    """
    return [*_turns(entity_type), *_currencies(entity_type), *_countries(entity_type, foreign)]


def pairs_to_judge(entity_type: EntityType) -> list[tuple[Field, str]]:
    """
    The fields that may contradict the country of their record, each with the SQL of what is judged beside the country.

    Of a phone number that is its calling code at most, of a postal code its shape: few values, whatever the number of records.
    """
    if _country(entity_type) is None:
        return []
    found = []
    for field in entity_type.active_fields:
        column = quoted(field.name)
        if field.kind == "phone" and not field.many:
            found.append((field, f"if(starts_with({column}, '+'), left({column}, 4), null)"))
        elif field.kind == "postal_code" and not field.many:
            found.append((field, _shape(column)))
    return found


def country_of(entity_type: EntityType) -> str:
    """The quoted column of a type's country; "" if it has none, or several."""
    field = _country(entity_type)
    return quoted(field.name) if field else ""


def _turns(entity_type: EntityType) -> Iterable[FieldCheck]:
    starts = [f"{quoted(name)}::date" for name in moments(entity_type, STARTS)]
    for end in moments(entity_type, ENDS):
        if starts:
            violated = f"coalesce({quoted(end)}::date < least({', '.join(starts)}), false)"
            yield FieldCheck("ends_before_start", "malformed", "error", end, violated)


def _currencies(entity_type: EntityType) -> Iterable[FieldCheck]:
    names = {field.name for field in entity_type.active_fields}
    for field in entity_type.active_fields:
        if field.kind == "money" and not field.many and field.currency_field in names:
            violated = f"({quoted(field.name)} is not null and {quoted(field.currency_field)} is null)"
            yield FieldCheck("currency_missing", "incomplete", "warning", field.name, violated)


def _countries(entity_type: EntityType, foreign: Set[str]) -> Iterable[FieldCheck]:
    for field, told in pairs_to_judge(entity_type):
        listed = f"select value from foreign_ where type = '{entity_type.name}' and field = '{field.name}'"
        violated = f"coalesce({country_of(entity_type)} || ' ' || {told} in ({listed}), false)"
        name = "foreign_number" if field.kind == "phone" else "foreign_postcode"
        yield FieldCheck(name, "malformed", "warning", field.name, violated if field.name in foreign else NEVER)


def _country(entity_type: EntityType) -> Field | None:
    found = [field for field in entity_type.active_fields if field.kind == "country" and not field.many]
    return found[0] if len(found) == 1 else None


def _shape(column: str) -> str:
    """Digits as 9 and letters as A; most codes are digits only, which is told fifteen times as quickly."""
    bare = f"translate(upper({column}), ' -', '')"
    any_sign = f"translate({bare}, '0123456789BCDEFGHIJKLMNOPQRSTUVWXYZ', '{'9' * 10}{'A' * 25}')"
    return f"case when regexp_full_match({column}, '[0-9]+') then repeat('9', strlen({column})) else {any_sign} end"
