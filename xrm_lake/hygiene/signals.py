"""
Decay signals: what shows that trust in the records is wearing away, measured on what is new.

To add one: write its function, list it in SIGNALS.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import polars as pl

from xrm_lake.history.lifetime import born_sql
from xrm_lake.hygiene.measures import MEASURES
from xrm_lake.hygiene.open_pairs import MATCHED, OPEN_PAIRS
from xrm_lake.hygiene.record_faults import PROBABLE
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.model.names import quoted
from xrm_lake.model.placeholders import is_placeholder
from xrm_lake.store.as_of import State

PARTIES = ("person", "organisation")


@dataclass(frozen=True)
class Signal:
    """A decay signal: the name of its metric, and how it is measured as of a day since another."""

    name: str
    measure: Callable[[State, list[EntityType], date], pl.DataFrame]


def inactive_share(state: State, types: list[EntityType], since: date) -> pl.DataFrame:
    """
    Of the parties, how many nobody has had to do with for longer than their type allows.

    Counts true interactions over all links (activities linked to the record, either way round), not edits and not imports;
    nobody is inactive before that time has passed since their beginning. `at_risk`: were not over the limit at `since`, or are newer;
    `entered`: are now; `left_`: were, and have been met again. Reads `touch_`, which a run of checks leaves behind.
    """
    rows = []
    for item in types:
        if item.name in PARTIES and item.staleness_days is not None:
            row = state.query(
                _INACTIVE.format(born=born_sql(item, "r"), table=state.records(item.name), entity=state.entity),
                day=state.day,
                since=since,
                limit_days=item.staleness_days,
            ).one()
            assert row is not None
            rows.append({"metric": "inactive", "scope": item.name, "split": "", "part": "", **row})
    return _frame(rows)


_INACTIVE = """
    with met as (
        select id, max(happened) filter (where happened < $day + interval 1 day) as met_now,
               max(happened) filter (where happened < $since + interval 1 day) as met_then
        from touch_ where met group by id
    ), life as (
        select {born} as born, greatest(born, m.met_now) as last_now, greatest(born, m.met_then) as last_then
        from {table} r join {entity} e on e.id = r.id left join met m on m.id = r.id where r.live
    ), states as (
        select last_now < $day - to_days($limit_days) as bad, last_then < $since - to_days($limit_days) as was_bad
        from life where born < $day + interval 1 day
    )
    select count(*) filter (where bad) as num, count(*) as den, count(*) filter (where not was_bad) as at_risk,
           count(*) filter (where bad and not was_bad) as entered, count(*) filter (where was_bad and not bad) as left_
    from states
"""


def placeholder_reliance(state: State, types: list[EntityType], since: date) -> pl.DataFrame:
    """
    Of the values that new records brought to choice fields, how many say no more than "Other" or "unknown".

    Only records that began after `since` and by `day` count: old habits are not news. A value that a field explicitly allows
    counts too, as it tells no more for that. `at_risk` and `entered` are the same figures; nothing leaves.
    """
    choices = {
        item: fields
        for item in types
        if (fields := [field for field in item.active_fields if field.kind == "choice" and not field.many])
    }
    if not choices:
        return _frame([])
    values = pl.concat(
        state.query(_new_values(state, item, fields), day=state.day, since=since).frame()
        for item, fields in choices.items()
    )
    empty = values.filter(is_placeholder(values["value"], "choice"))
    return _frame([_of_new("placeholder", item, _count(empty, item), _count(values, item)) for item in choices])


def _count(values: pl.DataFrame, item: EntityType) -> int:
    return int(values.filter(pl.col("type") == item.name)["n"].sum())


def _new_values(state: State, item: EntityType, fields: list[Field]) -> str:
    columns = ", ".join(f"r.{quoted(field.name)}" for field in fields)
    counted = " union all ".join(
        f"select '{item.name}' as type, {quoted(field.name)} as value, count(*) as n from fresh"
        f" where {quoted(field.name)} is not null group by all"
        for field in fields
    )
    return f"with fresh as ({_fresh_sql(state, item, columns, 'r.live')}) {counted}"


def new_duplicates(state: State, types: list[EntityType], since: date) -> pl.DataFrame:
    """
    Of the records that began in the window, how many joined an older one: merged with it since, or probably the same.

    Measured for types that were matched; not of a day that is past, as only the guesses of the last run are kept.
    Counts records as they came in, merged or not; `at_risk` and `entered` are the same
    figures; nothing leaves.
    """
    matched = set() if state.is_past else set(state.query(MATCHED).column())
    rows = []
    for item in types:
        if item.name in matched and item.role_of is None:
            rows.append(_of_new("new_duplicate", item, *count_new_duplicates(state, item, since)))
    return _frame(rows)


def count_new_duplicates(state: State, item: EntityType, since: date) -> tuple[int, int]:
    """Of the records of a type that began in the window, how many joined an older one or probably are one; and of how many."""
    fresh = _fresh_sql(state, item, "r.id, e.golden_id", "e.deleted_at is null and e.source is distinct from 'golden'")
    ((num, den),) = state.query(
        f"""
        with fresh as ({fresh}),
        probable as (select right_id as id from ({OPEN_PAIRS}) where type = $type and score >= $probable)
        select count(*) filter (where golden_id - 1 <> id or id in (select id from probable)) as num, count(*) as den from fresh
        """,
        day=state.day,
        since=since,
        type=item.name,
        probable=PROBABLE,
    ).rows()
    return num, den


SIGNALS: tuple[Signal, ...] = (
    Signal("inactive", inactive_share),
    Signal("placeholder", placeholder_reliance),
    Signal("new_duplicate", new_duplicates),
)


def _fresh_sql(state: State, item: EntityType, columns: str, standing: str) -> str:
    """A query: these columns of the records that began after the day `$since` and by the day `$day`."""
    born = born_sql(item, "r")
    return (
        f"select {columns} from {state.records(item.name)} r join {state.entity} e on e.id = r.id where {standing}"
        f" and {born} >= $since + interval 1 day and {born} < $day + interval 1 day"
    )


def _of_new(metric: str, item: EntityType, num: int, den: int) -> dict[str, object]:
    figures = {"num": num, "den": den, "at_risk": den, "entered": num, "left_": None}
    return {"metric": metric, "scope": item.name, "split": "", "part": "", **figures}


def _frame(rows: list[dict[str, object]]) -> pl.DataFrame:
    floats = [{name: float(value) if isinstance(value, int) else value for name, value in row.items()} for row in rows]
    return pl.DataFrame(floats, schema=MEASURES)
