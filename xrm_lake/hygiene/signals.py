"""
Decay signals: what shows that trust in the records is wearing away, measured on what is new.

To add one: write its function, list it in SIGNALS.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import polars as pl

from xrm_lake.hygiene.contract import is_placeholder
from xrm_lake.hygiene.lifetime import born_sql
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.model.names import quoted
from xrm_lake.store.views import table_of
from xrm_lake.store.write import Batch

MEASURES = pl.Schema(
    {"metric": pl.String(), "scope": pl.String()}
    | {name: pl.Float64() for name in ("num", "den", "at_risk", "entered", "left_")}
)


@dataclass(frozen=True)
class Signal:
    """A decay signal: the name of its metric, and how it is measured as of a day since another."""

    name: str
    measure: Callable[[Batch, date, date], pl.DataFrame]


def inactive_share(batch: Batch, day: date, since: date) -> pl.DataFrame:
    """
    Of the parties, how many nobody has had to do with for longer than their type allows.

    Counts true interactions over all links (activities linked to the record, either way round), not edits and not imports;
    who was never met counts from their beginning. `entered`: went over the limit since; `left_`: were met again.
    """
    rows = [
        _inactive(batch, item, day, since)
        for item in batch.catalog.active_types
        if item.name in ("person", "organisation")
    ]
    return _frame([row for row in rows if row is not None])


def placeholder_reliance(batch: Batch, day: date, since: date) -> pl.DataFrame:
    """
    Of the values that new records brought to choice fields, how many say no more than "Other" or "unknown".

    Only records that began in the window count: old habits are not news. `at_risk` and `entered` are the same figures.
    """
    rows = []
    for item in batch.catalog.active_types:
        fields = [field for field in item.active_fields if _is_choice(field)]
        if fields:
            rows.append(_placeholders(batch, item, fields, day, since))
    return _frame(rows)


def new_duplicates(batch: Batch, day: date, since: date) -> pl.DataFrame:
    """
    Of the records that began in the window, how many joined one that was there before: merged since, or a probable duplicate.
    """
    rows = []
    for item in batch.catalog.active_types:
        if (
            item.role_of is None
            and batch.query("select count(*) from match where type = $type", type=item.name).value()
        ):
            rows.append(_duplicates(batch, item, day, since))
    return _frame(rows)


SIGNALS: tuple[Signal, ...] = (
    Signal("inactive", inactive_share),
    Signal("placeholder", placeholder_reliance),
    Signal("new_duplicate", new_duplicates),
)


def _inactive(batch: Batch, item: EntityType, day: date, since: date) -> dict[str, object] | None:
    if item.staleness_days is None:
        return None
    activities = " union all ".join(
        f"select id, happened_at from {table_of(kind.name)}"
        for kind in batch.catalog.active_types
        if any(field.name == "happened_at" for field in kind.active_fields)
    )
    if not activities:
        return None
    row = batch.query(
        f"""
        with met as (
            select l.to_golden as id, a.happened_at from link l join ({activities}) a on a.id = l.from_golden where l.ended_at is null
            union all
            select l.from_golden, a.happened_at from link l join ({activities}) a on a.id = l.to_golden where l.ended_at is null
        ), life as (
            select r.id, {born_sql(item, "r")} as born,
                   max(m.happened_at) filter (where m.happened_at < $day + interval 1 day) as met_now,
                   max(m.happened_at) filter (where m.happened_at < $since + interval 1 day) as met_then
            from {table_of(item.name)} r join entity e on e.id = r.id left join met m on m.id = r.id where r.live group by r.id, born
        ), states as (
            select coalesce(met_now, born) < $day - to_days($limit_days) as bad,
                   coalesce(met_then, born) < $since - to_days($limit_days) and born <= $since as was_bad
            from life where born < $day + interval 1 day
        )
        select count(*) filter (where bad) as num, count(*) as den, count(*) filter (where not was_bad) as at_risk,
               count(*) filter (where bad and not was_bad) as entered, count(*) filter (where was_bad and not bad) as left_
        from states
        """,
        day=day,
        since=since,
        limit_days=item.staleness_days,
    ).one()
    assert row is not None
    return {"metric": "inactive", "scope": item.name, **row}


def _placeholders(batch: Batch, item: EntityType, fields: list[Field], day: date, since: date) -> dict[str, object]:
    given = " + ".join(f"(r.{quoted(field.name)} is not null)::bigint" for field in fields)
    empty = " + ".join(f"{is_placeholder('r.' + quoted(field.name))}::bigint" for field in fields)
    row = batch.query(
        f"""
        select coalesce(sum({empty}), 0) as num, coalesce(sum({given}), 0) as den
        from {table_of(item.name)} r join entity e on e.id = r.id
        where r.live and {born_sql(item, "r")} > $since and {born_sql(item, "r")} < $day + interval 1 day
        """,
        day=day,
        since=since,
    ).one()
    assert row is not None
    return {
        "metric": "placeholder",
        "scope": item.name,
        **row,
        "at_risk": row["den"],
        "entered": row["num"],
        "left_": None,
    }


def _duplicates(batch: Batch, item: EntityType, day: date, since: date) -> dict[str, object]:
    row = batch.query(
        f"""
        with fresh as (
            select r.id, e.golden_id from {table_of(item.name)} r join entity e on e.id = r.id
            where e.deleted_at is null and e.source is distinct from 'golden'
              and {born_sql(item, "r")} > $since and {born_sql(item, "r")} < $day + interval 1 day
        )
        select count(*) filter (where f.golden_id - 1 <> f.id
                                or f.id in (select right_id from match where type = $type and score >= 0.95)) as num,
               count(*) as den
        from fresh f
        """,
        day=day,
        since=since,
        type=item.name,
    ).one()
    assert row is not None
    return {
        "metric": "new_duplicate",
        "scope": item.name,
        **row,
        "at_risk": row["den"],
        "entered": row["num"],
        "left_": None,
    }


def _is_choice(field: Field) -> bool:
    return field.kind == "choice" and not field.many


def _frame(rows: list[dict[str, object]]) -> pl.DataFrame:
    floats = [{name: float(value) if isinstance(value, int) else value for name, value in row.items()} for row in rows]
    return pl.DataFrame(floats, schema=MEASURES)
