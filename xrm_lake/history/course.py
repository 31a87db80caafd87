"""The course of records through their stages: spells in a stage and moves between two, with whose and of which pipeline they are."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from xrm_lake.history.lifetime import born_sql, moments
from xrm_lake.history.stage_order import placed_stages
from xrm_lake.history.values import values_over_time
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.names import OWNED_BY, quoted
from xrm_lake.store.as_of import State

DUE = ("close_date", "due_on", "due_at", "expected_on")


@dataclass(frozen=True)
class Course:
    """
    How the records of a type went through its stages, as of the end of a day.

    `records`: id, stage, outcome (null for a stage that is not declared), born, due, amount, pipeline, owner (its id) and the quarter
    of its beginning. `spells`: id, stage (null: it was in none), place (among the open stages, null if unknown), outcome, since,
    until (null: still), known, exact, pipeline, owner, quarter. `moves`: a spell that followed another: also before, from_place,
    from_outcome and seconds (null where not both moments are exact); its quarter is that of the move.
    """

    item: EntityType
    end: datetime
    records: pl.DataFrame
    spells: pl.DataFrame
    moves: pl.DataFrame


def read_course(state: State, item: EntityType) -> Course:
    """The course of all live records of a type that has stages."""
    end = datetime.combine(state.day, datetime.min.time()) + timedelta(days=1)
    records = _records(state, item).filter(pl.col("born") < end)
    stages = placed_stages(state, item)
    records = records.join(stages.select("stage", "outcome"), on="stage", how="left", maintain_order="left")
    whose = records.select("id", "pipeline", "owner")
    spells = (
        values_over_time(state, item, item.stage_field)
        .rename({"value": "stage"})
        .filter(pl.col("since") < end)
        .join(whose, on="id", maintain_order="left")
        .with_columns(until=pl.col("since").shift(-1).over("id"), quarter=quarter_of("since"))
        .join(stages, on="stage", how="left", maintain_order="left")
    )
    return Course(item, end, records, spells, _moves(spells))


def quarter_of(column: str) -> pl.Expr:
    """A moment as its quarter, such as 2026-Q1."""
    return pl.format("{}-Q{}", pl.col(column).dt.year(), pl.col(column).dt.quarter())


def due_field(item: EntityType) -> str:
    """The field of a type that says when it should be closed; empty if it has none."""
    return next(iter(moments(item, DUE)), "")


def amount_field(item: EntityType) -> str:
    """The field of a type that says what it is worth; empty if it has none."""
    return next((each.name for each in item.active_fields if each.kind == "money" and not each.many), "")


def _records(state: State, item: EntityType) -> pl.DataFrame:
    due, amount = due_field(item), amount_field(item)
    pipeline = "pipeline" if any(each.name == "pipeline" for each in item.active_fields) else ""
    found = state.query(
        f"""
        select r.id, r.{quoted(item.stage_field)}::varchar as stage, {born_sql(item, "r")} as born,
               {f"r.{quoted(due)}::date" if due else "null::date"} as due,
               {f"r.{quoted(amount)}::double" if amount else "null::double"} as amount,
               {f"coalesce(r.{quoted(pipeline)}::varchar, '')" if pipeline else "''"} as pipeline, coalesce(o.owner, '') as owner
        from {state.records(item.name)} r join {state.entity} e on e.id = r.id
        left join (
            select from_golden as id, min(to_golden)::varchar as owner from {state.link}
            where type = $owned_by and ended_at is null group by from_golden
        ) o on o.id = r.id
        where r.live order by r.id
        """,
        owned_by=OWNED_BY,
    ).frame()
    return found.with_columns(quarter=quarter_of("born"))


def _moves(spells: pl.DataFrame) -> pl.DataFrame:
    def before(name: str) -> pl.Expr:
        return pl.col(name).shift().over("id")

    seconds = (pl.col("since") - before("since")).dt.total_seconds(fractional=True)
    return (
        spells.with_columns(
            before=before("stage"),
            from_place=before("place"),
            from_outcome=before("outcome"),
            seconds=pl.when(pl.col("exact") & before("exact")).then(seconds),
        )
        .drop_nulls(["before", "from_outcome", "outcome"])
        .drop("until")
    )
