"""Standings: how each record of a pipeline stood at the end of a day."""

from dataclasses import dataclass

import polars as pl

from xrm_lake.errors import Misuse
from xrm_lake.history.course import due_field
from xrm_lake.history.lifetime import born_sql
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.model.names import quoted
from xrm_lake.reports.scope import Scope, scope_of
from xrm_lake.store.as_of import State
from xrm_lake.store.views import caption_sql

MONEY = pl.Decimal(38, 2)
STANDING = pl.Schema(
    {
        "id": pl.Int64(), "caption": pl.String(), "outcome": pl.String(), "amount": MONEY, "currency": pl.String(),
        "born": pl.Date(), "due": pl.Date(), "oldest": pl.Int64(), "in_scope": pl.Boolean(),
    }
)  # fmt: skip


@dataclass(frozen=True)
class Standings:
    """
    The live records of a type at the end of a day, and what had become of the others.

    `records` (frame STANDING): one row a live record; `outcome` is open for a stage that is not declared or missing, `amount` is null where
    none is given, `currency` "" where none is; `oldest` is the oldest member of a merged record, else its own id; `in_scope` whether it
    lies within the scope asked for. `merged` has, for each record that is part of another, id and golden_id; `deleted` the ids of those
    that were deleted.
    """

    records: pl.DataFrame
    merged: pl.DataFrame
    deleted: pl.Series
    words: str = ""


def amount_of(item: EntityType) -> Field:
    """The field that says what a record of a pipeline is worth. Raises Misuse for a type without stages or without an amount."""
    money = [field for field in item.active_fields if field.kind == "money" and not field.many]
    staged = any(field.name == item.stage_field for field in item.active_fields)
    if item.retired or not staged or not item.stages or not money:
        raise Misuse(
            f"{item.plural} have no pipeline: a type in use needs stages, a field that holds them, and a money field."
        )
    return money[0]


def currency_sql(item: EntityType, alias: str) -> str:
    """The currency of a record's amount; "" where it has none."""
    name = amount_of(item).currency_field
    known = any(field.name == name and not field.many for field in item.active_fields)
    return f"coalesce({alias}.{quoted(name)}::varchar, '')" if known else "''"


def read_standings(state: State, type: str, scope: Scope) -> Standings:
    """How the records of a type stood; none before the type was declared. Raises as `amount_of` and `scope_of`."""
    if not state.catalog.has_type(type):
        nothing = pl.DataFrame(schema={"id": pl.Int64, "golden_id": pl.Int64})
        return Standings(pl.DataFrame(schema=STANDING), nothing, nothing["id"])
    item = state.catalog.type(type)
    amount, due = amount_of(item), due_field(item)
    scoped = scope_of(state, item, scope)
    closed = {stage.name: stage.outcome for stage in item.stages if stage.outcome != "open"}
    outcome = (
        f"coalesce(map_extract_value($closed::map(varchar, varchar), r.{quoted(item.stage_field)}::varchar), 'open')"
    )
    records = state.query(
        f"""
        select r.id, coalesce({caption_sql(item, "r")}, '') as caption, {outcome} as outcome,
               r.{quoted(amount.name)}::decimal(38, 2) as amount, {currency_sql(item, "r")} as currency,
               {f"r.{quoted(due)}::date" if due else "null::date"} as due, {born_sql(item, "r")}::date as born,
               if(e.source = 'golden', r.id - 1, r.id) as oldest,
               s.id is not null as in_scope
        from {state.records(type)} r join {state.entity} e on e.id = r.id left join ({scoped.sql}) s on s.id = r.id
        where r.live order by r.id
        """,
        closed=closed,
        **scoped.values,
    ).frame()
    merged = (
        f"select id, golden_id from {state.entity} where type = $type and golden_id is not null and deleted_at is null"
    )
    deleted = f"select id from {state.entity} where type = $type and deleted_at is not null"
    return Standings(
        records.cast(STANDING),
        state.query(merged, type=type).frame(),
        state.query(deleted, type=type).frame()["id"],
        scoped.words,
    )
