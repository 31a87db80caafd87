"""Judging values: which distinct texts their kind does not accept, and which stand for having none."""

from dataclasses import dataclass

import polars as pl

from xrm_lake.hygiene.contract import FREE, allowed_values, judged_fields
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.kinds import kind
from xrm_lake.model.names import quoted
from xrm_lake.model.placeholders import is_placeholder
from xrm_lake.store.lake import Lake
from xrm_lake.store.views import table_of

VALUES = pl.Schema({"type": pl.String(), "field": pl.String(), "value": pl.String()})


@dataclass(frozen=True)
class Judged:
    """Distinct texts as type, field and value: those that their kind does not accept, and those that say nothing."""

    malformed: pl.DataFrame
    hollow: pl.DataFrame

    def fields_of(self, type_name: str) -> tuple[frozenset[str], frozenset[str]]:
        """The fields of a type that have malformed texts, and those that have hollow ones."""
        malformed, hollow = (
            frozenset(frame.filter(pl.col("type") == type_name)["field"].unique())
            for frame in (self.malformed, self.hollow)
        )
        return malformed, hollow


def judge_values(lake: Lake, types: list[EntityType]) -> Judged:
    """
    The distinct texts of the live records of these types that are malformed or hollow.

    All fields of one kind are judged at once: a lake has many fields and few kinds. A value that a field explicitly
    allows is not hollow.
    """
    values = [_distinct(lake, item) for item in types if judged_fields(item)]
    malformed, hollow = [pl.DataFrame(schema=VALUES)], [pl.DataFrame(schema=VALUES)]
    for (name,), part in pl.concat([pl.DataFrame(schema=VALUES | {"kind": pl.String()}), *values]).group_by("kind"):
        told, own = part.drop("kind"), part["value"]
        empty = is_placeholder(own, str(name))
        hollow.append(told.filter(empty))
        if name not in FREE:
            malformed.append(told.filter(~kind(str(name)).is_valid(own).fill_null(True) & ~empty))
    return Judged(pl.concat(malformed), pl.concat(hollow).join(_allowed(types), on=VALUES.names(), how="anti"))


def _distinct(lake: Lake, entity_type: EntityType) -> pl.DataFrame:
    """The distinct texts of a type by field, with the field's kind."""
    parts = [
        f"select distinct '{entity_type.name}' as type, '{field.name}' as field, {quoted(field.name)} as value, '{field.kind}' as kind"
        f" from {table_of(entity_type.name)} where live and {quoted(field.name)} is not null"
        for field in judged_fields(entity_type)
    ]
    return lake.query(" union all ".join(parts)).frame()


def _allowed(types: list[EntityType]) -> pl.DataFrame:
    rows = [
        (item.name, field.name, value)
        for item in types
        for field in item.active_fields
        for value in allowed_values(item, field)
    ]
    return pl.DataFrame(rows, schema=VALUES, orient="row")
