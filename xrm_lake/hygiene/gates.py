"""
Gates: what there must be in the records before something can be learned or written from them.

Each says how much there is (`has`) and how much is needed (`needs`), in records, months or as a share; more is always better. The thresholds
are those of quality.md §2.5, where it has one: 200 closed outcomes, 50 of each sort, 12 months of stage history, 5 interactions over 90 days,
restatements under 2 %.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from xrm_lake.history.course import amount_field, due_field
from xrm_lake.history.lifetime import is_open_sql
from xrm_lake.history.values import values_over_time
from xrm_lake.hygiene.decay.figure import Figure
from xrm_lake.hygiene.decay.inactive import meetings_sql
from xrm_lake.hygiene.decay.undefined import undefined_values
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.names import quoted
from xrm_lake.store.as_of import State

OUTCOMES, EACH, MONTHS, INTERACTIONS, OVER_DAYS, MET, FILLED, DEFINED, DUE, STEADY = (
    200,
    50,
    12,
    5,
    90,
    200,
    0.8,
    0.9,
    0.9,
    0.98,
)


@dataclass(frozen=True)
class Gate:
    """One gate: `has` of `of` things (`%` for a share), `needs`; `has` is None where it cannot be told, and `why` says so."""

    gate: str
    type: str
    has: float | None
    needs: float
    of: str
    why: str = ""

    @property
    def passed(self) -> bool | None:
        """Whether there is enough; None where that cannot be told."""
        return None if self.has is None else self.has >= self.needs

    @property
    def missing(self) -> float | None:
        """How much more is needed, 0 of what is enough."""
        return None if self.has is None else max(0.0, self.needs - self.has)


def outcomes(state: State, item: EntityType) -> list[Gate]:
    """Closed records of a type with stages: `closed` = won + lost, 200; `each_outcome` = the fewer of won and lost, 50."""
    ends = {how: [stage.name for stage in item.stages if stage.outcome == how] for how in ("won", "lost")}
    if not (item.stage_field and ends["won"] and ends["lost"]):
        return _without("its stages do not say what is won and lost", item)
    row = state.query(
        f"select count(*) filter (where s in (select unnest($won::varchar[]))) as yes,"
        f" count(*) filter (where s in (select unnest($lost::varchar[]))) as no"
        f" from (select {quoted(item.stage_field)} as s from {state.records(item.name)} where live)",
        **ends,
    ).rows()[0]
    return both_outcomes(item.name, row[0], row[1], "won", "lost")


def answers(state: State, item: EntityType, field: str) -> list[Gate]:
    """The same of a field that says yes or no, such as whether a lead was converted, or since when somebody is no customer any more."""
    found = next((each for each in item.active_fields if each.name == field), None)
    if found is None:
        return _without(f"it has no field {field}", item)
    yes, no = (
        ("{0}", "not {0}") if found.kind == "boolean" else ("{0}::date <= $day", "coalesce({0}::date > $day, true)")
    )
    label = found.label.lower()
    names = (label, f"not {label}") if found.kind == "boolean" else ("ended", "going on")
    column = quoted(field)
    row = state.query(
        f"select count(*) filter (where {yes.format(column)}), count(*) filter (where {no.format(column)})"
        f" from {state.records(item.name)} where live and $day::date is not null",
        day=state.day,
    ).rows()[0]
    return both_outcomes(item.name, row[0], row[1], *names)


def both_outcomes(type: str, yes: int, no: int, *names: str) -> list[Gate]:
    """
    The two gates of so many outcomes of either sort.

    >>> [gate.passed for gate in both_outcomes("deal", 190, 40, "won", "lost")]
    [True, False]
    """
    return [
        Gate("closed", type, float(yes + no), OUTCOMES, f"{names[0]} or {names[1]}"),
        Gate("each_outcome", type, float(min(yes, no)), EACH, names[0] if yes < no else names[1]),
    ]


def stage_history(state: State, item: EntityType) -> list[Gate]:
    """Months, of 30.4 days, since the first move from stage to stage of which the day is known: 12."""
    if not item.stage_field:
        return [Gate("stage_history", item.name, None, MONTHS, "months", "it has no stages")]
    moves = values_over_time(state, item, item.stage_field).filter(
        pl.col("known"), pl.col("value").is_not_null(), pl.col("value").shift().over("id").is_not_null()
    )
    first = moves["since"].min()
    days = 0 if first is None else (state.day - first.date()).days  # type: ignore[union-attr]
    return [Gate("stage_history", item.name, round(days / 30.4375, 1), MONTHS, "months of moves between stages")]


def interactions(state: State, names: Iterable[str]) -> list[Gate]:
    """Records of each type with five dated activities or more that lie 90 days or more apart: 200."""
    rows = state.query(
        f"""
        with met as (select id, happened from ({meetings_sql(state)}) where happened < $day::date + interval 1 day),
        long as (
            select id from met group by id
            having count(*) >= {INTERACTIONS} and max(happened) - min(happened) >= interval {OVER_DAYS} days
        )
        select e.type, count(*) from long join {state.entity} e on e.id = long.id where e.deleted_at is null group by e.type
        """,
        day=state.day,
    ).rows()
    counts = dict(rows)
    words = f"records with {INTERACTIONS} activities over {OVER_DAYS} days"
    return [Gate("interactions", name, float(counts.get(name, 0)), MET, words) for name in names]


def filled(state: State, item: EntityType) -> list[Gate]:
    """Values that are set of required and expected fields / records x such fields: 80 %. Of a type without records nothing is told."""
    names = [quoted(each.name) for each in item.active_fields if each.level != "optional"]
    if not names:
        return []
    counted = " + ".join(f"count({name})" for name in names)
    n, values = state.query(f"select count(*), {counted} from {state.records(item.name)} where live").rows()[0]
    return [_share("filled", item, (values, n * len(names)), FILLED, "of the required and expected values are set")]


def defined(state: State, item: EntityType) -> list[Gate]:
    """Values of text that say something / values of text (1 - D2): 90 %."""
    told = [
        each for each in undefined_values(state, item, state.day - timedelta(days=91)) if each.measure == "undefined"
    ]
    nothing, records = sum(each.num or 0 for each in told), sum(each.den or 0 for each in told)
    return [_share("defined", item, (records - nothing, records), DEFINED, "of the values of text say something")]


def dated(state: State, item: EntityType) -> list[Gate]:
    """Open records with a close date and an amount / open records: 90 %; and months in which something was won: 12."""
    due, amount = due_field(item), amount_field(item)
    if not (due and amount and item.stage_field):
        return [Gate("dated", item.name, None, DUE, "%", "it has no close date, amount or stages")]
    won = [stage.name for stage in item.stages if stage.outcome == "won"]
    n, ready, months = state.query(
        f"""
        select count(*) filter (where open_), count(*) filter (where open_ and {quoted(due)} is not null and {quoted(amount)} is not null),
               count(distinct date_trunc('month', {quoted(due)}))
                   filter (where {quoted(item.stage_field)} in (select unnest($won::varchar[])) and {quoted(due)} <= $as_of::date)
        from (select r.*, {is_open_sql(item, "r")} as open_ from {state.records(item.name)} r where r.live)
        """,
        won=won,
        as_of=state.day,
    ).rows()[0]
    return [
        _share("dated", item, (ready, n), DUE, "of the open ones have a close date and an amount"),
        Gate("months_won", item.name, float(months), MONTHS, "months in which something was won"),
    ]


def steady(item: EntityType, restated: Iterable[Figure]) -> list[Gate]:
    """What a closed month had told and still tells: 1 - the largest restatement (`decay.restated`): 98 %."""
    rates = [each.value for each in restated if not each.split and each.value is not None]
    if not rates:
        why = "no closed month is known from one week to five weeks after its end"
        return [Gate("steady", item.name, None, STEADY, "%", why)]
    return [Gate("steady", item.name, max(0.0, 1 - max(rates)), STEADY, "% of what closed months had told still holds")]


def notes(state: State, item: EntityType) -> list[Gate]:
    """Records of a type with a text of 40 characters or more, enough to be summed up: 200."""
    texts = [quoted(each.name) for each in item.active_fields if each.kind == "long_text" and not each.many]
    if not texts:
        return [Gate("notes", item.name, None, OUTCOMES, "notes", "it has no field for a text")]
    n = state.query(
        f"select count(*) from {state.records(item.name)} where live and length(concat_ws(' ', {', '.join(texts)})) >= 40"
    ).value()
    return [Gate("notes", item.name, float(n), OUTCOMES, "notes of 40 characters or more")]


def _share(gate: str, item: EntityType, part: tuple[float, float], needs: float, words: str) -> Gate:
    num, den = part
    if not den:
        return Gate(gate, item.name, None, needs, "%", "there are none")
    return Gate(gate, item.name, num / den, needs, f"% {words}")


def _without(why: str, item: EntityType) -> list[Gate]:
    return [
        Gate("closed", item.name, None, OUTCOMES, "outcomes", why),
        Gate("each_outcome", item.name, None, EACH, "outcomes", why),
    ]
