"""
Pushes: close dates that are moved on instead of met.

A push is a change of the due day to a later one. Slippage = amount that was due in the last full month at its beginning and was open
still at its end / amount that was due. More than 40 % of the days at the end of a month are days that nobody meant. The other
limits are conventions too.
"""

from datetime import datetime, timedelta

import polars as pl

from xrm_lake.history.course import Course, due_field
from xrm_lake.history.values import values_over_time
from xrm_lake.hygiene.decay.figure import Figure, share, too_few
from xrm_lake.model.metrics import FEWEST
from xrm_lake.store.as_of import State

MONTH_END, PAST_DUE, PUSHED_TWICE, PUSHED, SLIPPED = 0.40, 0.25, 0.25, 1.0, 0.50


def read_dues(state: State, course: Course) -> pl.DataFrame:
    """Each due day that each record has had: id, due (null: none), since, known and slip_days (later than the one before; null if not moved)."""
    dues = values_over_time(state, course.item, due_field(course.item)).filter(pl.col("since") < course.end)
    return dues.with_columns(due=pl.col("value").str.slice(0, 10).str.to_date(strict=False)).with_columns(
        slip_days=(pl.col("due") - pl.col("due").shift().over("id")).dt.total_days()
    )


def pushed(records: pl.DataFrame, dues: pl.DataFrame, day: datetime) -> list[Figure]:
    """Five figures of how close dates are kept, of records (as in `Course`) and their due days."""
    dated = records.filter(pl.col("due").is_not_null())
    followed = _followed(dated, dues)
    own = dues.join(followed, on="id", how="semi").filter(pl.col("slip_days") > 0)
    times = own.group_by("id").agg(pushes=pl.len())
    open_ = (
        dated.filter(pl.col("outcome") == "open")
        .join(times, on="id", how="left")
        .with_columns(pl.col("amount").fill_null(0))
    )
    twice = open_.filter(pl.col("pushes") >= 2)
    at_end = dated.filter(pl.col("due").dt.month_end() == pl.col("due")).height
    if dated.height < FEWEST:
        return [
            too_few(name, dated.height) for name in ("pushes", "slip_days", "pushed_twice", "past_due", "month_end")
        ]
    rate = own.height / followed.height
    slip = own["slip_days"].mean() if own.height >= FEWEST else None
    value = float(open_["amount"].sum())
    part, whole = (float(twice["amount"].sum()), value) if value else (twice.height, open_.height)
    return [
        Figure("pushes", rate, own.height, followed.height, rate > PUSHED, f"a record's close date is moved on {rate:.2f} times"),
        Figure("slip_days", float(slip), None, own.height, False, f"each time by {slip:.0f} days") if isinstance(slip, float)
        else too_few("slip_days", own.height, "too few pushes to tell"),
        share("pushed_twice", part, whole, PUSHED_TWICE, f"of the open {'value' if value else 'records'} was moved on twice or more", fewest=0)
        if open_.height >= FEWEST else too_few("pushed_twice", open_.height),
        share("past_due", open_.filter(pl.col("due") < day.date()).height, open_.height, PAST_DUE, "of the open ones are past their close date"),
        share("month_end", at_end, dated.height, MONTH_END, "of the close dates are the last day of a month"),
    ]  # fmt: skip


def _followed(dated: pl.DataFrame, dues: pl.DataFrame) -> pl.DataFrame:
    """The ids of records whose close dates are known from the beginning, where there are enough of them; else of all."""
    firsts = dues.drop_nulls("due").filter(pl.col("id") != pl.col("id").shift().fill_null(-1), pl.col("known"))
    followed = dated.select("id").join(firsts.select("id"), on="id", how="semi")
    return followed if followed.height >= FEWEST else dated.select("id")


def slippage(course: Course, dues: pl.DataFrame) -> Figure:
    """Of what was due in the last full month, as one knew at its beginning, how much was open still at its end."""
    last = course.end.replace(day=1)
    first = (last - timedelta(days=1)).replace(day=1)
    then = dues.filter(pl.col("since") < first).group_by("id", maintain_order=True).agg(pl.col("due").last())
    due = then.filter(pl.col("due") >= first.date(), pl.col("due") < last.date())

    def standing(moment: datetime) -> pl.DataFrame:
        seen = course.spells.filter(pl.col("since") < moment)
        return seen.group_by("id", maintain_order=True).agg(pl.col("outcome").last(), pl.col("known").last())

    opened = due.join(standing(first).filter(pl.col("outcome") == "open"), on="id", how="semi").join(
        course.records.select("id", "amount"), on="id"
    )
    late = opened.join(standing(last).filter(pl.col("outcome") == "open"), on="id", how="semi")
    if opened.height < FEWEST:
        return too_few("slippage", opened.height)
    value = float(opened["amount"].fill_null(0).sum())
    part, whole = (float(late["amount"].fill_null(0).sum()), value) if value else (late.height, opened.height)
    words = f"of the {'value' if value else 'records'} due in {first:%Y-%m} was open still at its end"
    return share("slippage", part, whole, SLIPPED, words, fewest=0)
