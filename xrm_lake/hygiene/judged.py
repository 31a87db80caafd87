"""
Judging values: which distinct texts their kind does not accept, which stand for having none, which are of another country; and
whether people's own checks can be run.
"""

import json
from dataclasses import dataclass, replace

import polars as pl

from xrm_lake.errors import InvalidQuery
from xrm_lake.hygiene.contract import FREE, FieldCheck, allowed_values, judged_fields, own_checks_of
from xrm_lake.hygiene.cross_fields import country_of, pairs_to_judge
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.kinds import kind
from xrm_lake.model.kinds.phone_plan import is_of_country as is_number_of_country
from xrm_lake.model.kinds.postal_shapes import is_of_country as is_postcode_of_country
from xrm_lake.model.names import quoted
from xrm_lake.model.own_check import OwnCheck
from xrm_lake.model.placeholders import is_placeholder
from xrm_lake.store.as_of import State
from xrm_lake.store.condition import refuse_condition
from xrm_lake.store.own_checks import own_checks
from xrm_lake.store.settings import Reader

VALUES = pl.Schema({"type": pl.String(), "field": pl.String(), "value": pl.String()})


@dataclass(frozen=True)
class Judged:
    """
    Distinct texts as type, field and value: those that their kind does not accept, those that say nothing, and those of another country,
    as country and what was judged. And people's own checks, each with the reason why it cannot be run, if it cannot.
    """

    malformed: pl.DataFrame
    hollow: pl.DataFrame
    foreign: pl.DataFrame
    own: tuple[tuple[OwnCheck, str], ...] = ()
    unread: tuple[tuple[str, str, str], ...] = ()

    def fields_of(self, type_name: str) -> tuple[frozenset[str], frozenset[str]]:
        """The fields of a type that have malformed texts, and those that have hollow ones."""
        return _fields(self.malformed, type_name), _fields(self.hollow, type_name)

    def foreign_fields(self, type_name: str) -> frozenset[str]:
        """The fields of a type that have values of another country than their record."""
        return _fields(self.foreign, type_name)

    def own_of(self, type_name: str) -> list[FieldCheck]:
        """People's own checks of a type, as promises like those of its fields."""
        return own_checks_of((check, reason) for check, reason in self.own if check.type == type_name)

    def unread_of(self, type_name: str) -> dict[str, str]:
        """The fields of a type whose own condition cannot be run any more, each with the reason."""
        return {field: reason for name, field, reason in self.unread if name == type_name}


@dataclass(frozen=True)
class Conditions:
    """People's own checks, each with the reason why it cannot be run, if it cannot; and the fields whose condition cannot be, as in Judged."""

    own: tuple[tuple[OwnCheck, str], ...]
    unread: tuple[tuple[str, str, str], ...]


def judge_conditions(state: State, types: list[EntityType]) -> Conditions:
    """Whether all conditions of these types can be run. To be asked before a batch: one in which a condition fails cannot go on."""
    names = {item.name: item for item in types}
    return Conditions(
        tuple(
            (check, _unreadable(state.reader, names[check.type], check.condition))
            for check in _own_checks(state)
            if check.type in names and not check.retired
        ),
        tuple(
            (item.name, field.name, reason)
            for item in types
            for field in item.active_fields
            if field.applies_if and (reason := _unreadable(state.reader, item, field.applies_if))
        ),
    )


def judge_values(state: State, types: list[EntityType], conditions: Conditions) -> Judged:
    """
    The distinct texts of the live records of these types that are malformed, hollow or foreign, beside what was told of conditions.

    To be asked within the batch that counts them: what came in between would be counted, but not judged. All fields of one kind are judged
    at once: a lake has many fields and few kinds. A value that a field explicitly
    allows is not hollow.
    """
    values = [_distinct(state, item) for item in types if judged_fields(item)]
    malformed, hollow = [pl.DataFrame(schema=VALUES)], [pl.DataFrame(schema=VALUES)]
    for (name,), part in pl.concat([pl.DataFrame(schema=VALUES | {"kind": pl.String()}), *values]).group_by("kind"):
        told, own = part.drop("kind"), part["value"]
        empty = is_placeholder(own, str(name))
        hollow.append(told.filter(empty))
        if name not in FREE:
            malformed.append(told.filter(~kind(str(name)).is_valid(own).fill_null(True) & ~empty))
    return Judged(
        pl.concat(malformed),
        pl.concat(hollow).join(_allowed(types), on=VALUES.names(), how="anti"),
        pl.concat([pl.DataFrame(schema=VALUES), *(_foreign(state, item) for item in types if pairs_to_judge(item))]),
        conditions.own,
        conditions.unread,
    )


def _own_checks(state: State) -> list[OwnCheck]:
    """People's own checks as they were declared by then: of one that was changed since, the ledger has what it asked and how gravely."""
    checks = own_checks(state.reader)
    if not state.is_past:
        return checks
    rows = state.query(
        "select field, arg_min_null(old, seq) from change where op = 'check' and made_at >= $day::date + interval 1 day group by field",
        day=state.day,
    ).rows()
    before = {name: json.loads(old) if old else None for name, old in rows}
    then = [(check, before.get(check.name, {})) for check in checks]
    return [replace(check, **told) for check, told in then if told is not None]


def _fields(frame: pl.DataFrame, type_name: str) -> frozenset[str]:
    return frozenset(frame.filter(pl.col("type") == type_name)["field"].unique())


def _distinct(state: State, entity_type: EntityType) -> pl.DataFrame:
    """The distinct texts of a type by field, with the field's kind."""
    parts = [
        f"select distinct '{entity_type.name}' as type, '{field.name}' as field, {quoted(field.name)} as value, '{field.kind}' as kind"
        f" from {state.records(entity_type.name)} where live and {quoted(field.name)} is not null"
        for field in judged_fields(entity_type)
    ]
    return state.query(" union all ".join(parts)).frame()


def _foreign(state: State, entity_type: EntityType) -> pl.DataFrame:
    """What phone numbers and postal codes begin or look like that is not of the country beside them."""
    found, country = [], country_of(entity_type)
    for field, told in pairs_to_judge(entity_type):
        pairs = state.query(
            f"select distinct {country} as country, {told} as told from {state.records(entity_type.name)}"
            f" where live and {country} is not null and {quoted(field.name)} is not null"
        ).frame()
        judge = is_number_of_country if field.kind == "phone" else is_postcode_of_country
        pairs = pairs.drop_nulls()
        foreign = pairs.filter(~judge(pairs["country"], pairs["told"]))
        said = foreign.select(
            type=pl.lit(entity_type.name), field=pl.lit(field.name), value=pl.col("country") + " " + pl.col("told")
        )
        found.append(said.cast(VALUES))
    return pl.concat(found)


def _unreadable(reader: Reader, entity_type: EntityType, condition: str) -> str:
    """Why a condition that could be run when it was declared cannot be any more; "" if it can."""
    try:
        refuse_condition(reader, entity_type, condition)
    except InvalidQuery as problem:
        return str(problem).removesuffix(" Nothing was changed.")
    return ""


def _allowed(types: list[EntityType]) -> pl.DataFrame:
    rows = [
        (item.name, field.name, value)
        for item in types
        for field in item.active_fields
        for value in allowed_values(item, field)
    ]
    return pl.DataFrame(rows, schema=VALUES, orient="row")
