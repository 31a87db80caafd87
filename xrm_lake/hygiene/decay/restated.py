"""
Restatements (D5): a month that is over tells another story each time one asks.

For a closed month, what was known one week after its end is held against what was known five and thirteen weeks after it:
R = sum |new - old| / |old| over its records, of the amount won in it, the number won and lost in it, and the number created in it. What is
older than the lake's own ledger cannot be told. Each record that differs has one cause, the first that fits: it came later, it is gone
(deleted or merged), its stage changed, its date was moved, its amount was edited.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, timedelta

import polars as pl

from xrm_lake.history.course import amount_field, due_field
from xrm_lake.history.lifetime import born_sql
from xrm_lake.hygiene.decay.figure import Figure, too_few
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.names import quoted
from xrm_lake.store.as_of import State

KNOWN_WEEKS, LATER_WEEKS = 1, (5, 13)
RESTATED = 0.02
_KNOWN = pl.Schema(
    {"id": pl.Int64(), "outcome": pl.String(), "day": pl.Date(), "born": pl.Date(), "amount": pl.Float64()}
)
CAUSES = ("it came later", "it is gone", "its stage changed", "its date was moved", "its amount was edited")

At = Callable[[date], AbstractContextManager[State]]


def restatements(at: At, day: date, item: EntityType, *, began: date, months: int = 3) -> list[Figure]:
    """
    The restatements of the last closed months of a type with stages that one can know five weeks or more after their end.

    `at` gives the state of a day, `began` is the day of the lake's first batch. One figure for each measure, of all months together, and
    one for each cause (split `cause`).
    """
    due = due_field(item)
    if not (item.stage_field and due):
        return []
    pairs = [
        (month, _known(at, item, end + timedelta(weeks=KNOWN_WEEKS)), _known(at, item, end + timedelta(weeks=weeks)))
        for month, end in _months(day, months)
        for weeks in LATER_WEEKS
        if end + timedelta(weeks=KNOWN_WEEKS) >= began and end + timedelta(weeks=weeks) <= day
    ]
    names = ("won_amount", "won", "lost", "created") if amount_field(item) else ("won", "lost", "created")
    if not pairs:
        return [
            too_few(f"restated_{name}", 0, "no month is known from one week to five weeks after its end")
            for name in names
        ]
    figures: list[Figure] = []
    for name in names:
        compared = pl.concat([compare(before, after, month, name) for month, before, after in pairs])
        figures += _figures(name, compared)
    return figures


def compare(before: pl.DataFrame, after: pl.DataFrame, month: date, measure: str) -> pl.DataFrame:
    """What each record counts for in a month, as known then and later: id, old, new, cause (null where nothing differs)."""
    both = _counted(before, month, measure).join(
        _counted(after, month, measure), on="id", how="full", suffix="_new", coalesce=True
    )
    differs = (pl.col("value").fill_null(0) - pl.col("value_new").fill_null(0)).abs() > 1e-9
    cause = (
        pl.when(pl.col("value").is_null()).then(pl.lit(CAUSES[0]))
        .when(pl.col("value_new").is_null()).then(pl.lit(CAUSES[1]))
        .when(pl.col("outcome").ne_missing(pl.col("outcome_new"))).then(pl.lit(CAUSES[2]))
        .when(pl.col("day").ne_missing(pl.col("day_new")) | pl.col("born").ne_missing(pl.col("born_new"))).then(pl.lit(CAUSES[3]))
        .otherwise(pl.lit(CAUSES[4]))
    )  # fmt: skip
    return both.select(
        "id",
        old=pl.col("value").fill_null(0.0),
        new=pl.col("value_new").fill_null(0.0),
        cause=pl.when(differs).then(cause),
    )


def _counted(known: pl.DataFrame, month: date, measure: str) -> pl.DataFrame:
    """All known records with what each counts for."""
    which = "born" if measure == "created" else "day"
    inside = pl.col(which).dt.truncate("1mo") == month
    if measure in ("won", "lost", "won_amount"):
        inside &= pl.col("outcome") == measure.removesuffix("_amount")
    worth = pl.col("amount").fill_null(0.0) if measure == "won_amount" else pl.lit(1.0)
    return known.with_columns(value=pl.when(inside.fill_null(value=False)).then(worth).otherwise(0.0))


def _figures(name: str, compared: pl.DataFrame) -> Iterator[Figure]:
    old = float(compared["old"].sum())
    moved = compared.drop_nulls("cause").with_columns(by=(pl.col("new") - pl.col("old")).abs())
    total = float(moved["by"].sum())
    measure = f"restated_{name}"
    if not old:
        yield too_few(measure, 0, "nothing was counted in those months")
        return
    rate = total / old
    yield Figure(
        measure, rate, total, old, rate > RESTATED, f"{100 * rate:.1f}% of what a closed month had told was restated"
    )
    for cause, by in (
        moved.group_by("cause").agg(pl.col("by").sum()).sort("by", "cause", descending=[True, False]).iter_rows()
    ):
        yield Figure(
            measure, by / old, by, old, False, f"{100 * by / total:.0f}% of it because {cause}", "cause", cause
        )


def _known(at: At, item: EntityType, day: date) -> pl.DataFrame:
    """The records as they stood at the end of a day: id, outcome, day (of closing), born and amount."""
    amount, due = amount_field(item), due_field(item)
    with at(day) as state:
        if not state.catalog.has_type(item.name):
            return pl.DataFrame(schema=_KNOWN)
        found = state.query(
            f"""
            select if(e.source = 'golden', r.id - 1, r.id) as id, r.{quoted(item.stage_field)}::varchar as stage,
                   r.{quoted(due)}::date as day, ({born_sql(item, "r")})::date as born,
                   {f"r.{quoted(amount)}::double" if amount else "1.0::double"} as amount
            from {state.records(item.name)} r join {state.entity} e on e.id = r.id where r.live order by 1
            """
        ).frame()
    outcomes = {stage.name: stage.outcome for stage in item.stages}
    return found.with_columns(
        outcome=pl.col("stage").replace_strict(outcomes, default=None, return_dtype=pl.String)
    ).select(list(_KNOWN))


def _months(day: date, months: int) -> Iterator[tuple[date, date]]:
    """The first and the last day of months that ended five weeks ago or longer, the latest first."""
    end = (day - timedelta(weeks=min(LATER_WEEKS)) + timedelta(days=1)).replace(day=1) - timedelta(days=1)
    for _ in range(months):
        yield end.replace(day=1), end
        end = end.replace(day=1) - timedelta(days=1)
