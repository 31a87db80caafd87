"""My week: what I answered since Monday against a goal, and what others did since I was here."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from xrm_lake.store.lake import Lake

# A queue should be empty after so many weeks; nobody is asked for more than so many answers a week.
WEEKS, MOST, FEWEST_A_WEEK = 4, 200, 10


@dataclass(frozen=True)
class MyWeek:
    """
    Pairs that the user of a lake answered since Monday (UTC), and the goal for this week.

    `since` is when he last wrote anything, None if never; `others` what was written by others after that: kind, batches, records.
    """

    answered: int
    goal: int
    since: datetime | None
    others: pl.DataFrame


def my_week(lake: Lake, waiting: int) -> MyWeek:
    """
    The week of the user, with so many pairs waiting.

    The goal empties the queue in four weeks: a quarter of what waits and of what he answered this week, from 10 to 200; 0 if nothing waits.
    """
    now = lake.clock()
    monday = (now - timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    answered: int = lake.query(
        "select count(*) from verdict v join batch b on b.batch_id = v.decision_id and b.undone_by is null"
        " where v.made_by = $user and v.made_at >= $monday",
        user=lake.user,
        monday=monday,
    ).value()
    since: datetime | None = lake.query("select max(made_at) from batch where made_by = $user", user=lake.user).value()
    others = lake.query(
        """
        select kind, count(*) as batches, sum(coalesce(rows_new, 0) + coalesce(rows_changed, 0))::bigint as records from batch
        where made_by is distinct from $user and made_at > coalesce($since, timestamp '1970-01-01') and undone_by is null
        group by kind order by batches desc, kind
        """,
        user=lake.user,
        since=since,
    ).frame()
    wanted = -(-(waiting + answered) // WEEKS)
    goal = min(MOST, max(FEWEST_A_WEEK, wanted)) if waiting + answered else 0
    return MyWeek(answered, goal, since, others)
