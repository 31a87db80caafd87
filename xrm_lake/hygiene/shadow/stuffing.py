"""End-of-period stuffing (S6): edits that crowd in the last two working days of a month, before the report is due."""

from datetime import date, timedelta
from math import sqrt

import numpy as np

from xrm_lake.hygiene.decay.figure import Figure, too_few
from xrm_lake.hygiene.shadow.sign import Sign, unknown
from xrm_lake.model.metrics import FEWEST
from xrm_lake.store.as_of import State

MONTHS, LAST_DAYS, STANDARD_ERRORS, TIMES = 3, 2, 3.0, 1.5


def stuffed(state: State, _since: date) -> list[Sign]:
    """
    People's edits from the last but one working day of a month on / all of the month, of each of the last three whole months.

    Expected: 2 / working days (Monday to Friday). Raised if z = (k - n p) / sqrt(n p (1 - p)) > 3 and the share is above 1.5 p.
    Source: quality.md §2.3, S6. An edit is a record in a batch of a person. Cannot be told where people edit elsewhere only.
    """
    days = state.query(
        f"""
        select c.made_at::date as day, count(distinct (c.batch_id, c.entity_id)) as n from {state.change} c
        join {state.batch} b on b.batch_id = c.batch_id and b.kind = 'edit' and b.undone_by is null
        where c.op in ('set', 'create') group by all order by all
        """
    ).rows()
    if not days:
        return [unknown("S6", "stuffed", "people have edited nothing here")]
    signs, first = [], state.day.replace(day=1)
    for _ in range(MONTHS):
        last = first - timedelta(days=1)
        first = last.replace(day=1)
        begins, share = last_working_days(first)
        edits = [(day, n) for day, n in days if first <= day <= last]
        signs.append(
            Sign(
                "S6", "", crowding(sum(n for day, n in edits if day >= begins), sum(n for _, n in edits), share, first)
            )
        )
    return signs


def crowding(late: int, edits: int, expected: float, month: date) -> Figure:
    """
    What so many late edits of all edits of a month say, where so large a share was to be expected.

    >>> crowding(40, 100, 0.1, date(2026, 1, 1)).raised, crowding(12, 100, 0.1, date(2026, 1, 1)).raised
    (True, False)
    """
    if edits < FEWEST:
        return too_few("stuffed", edits, f"{edits} edits in {month:%Y-%m} are too few to tell").of(
            "month", f"{month:%Y-%m}"
        )
    share = late / edits
    z = (late - edits * expected) / sqrt(edits * expected * (1 - expected))
    months = f"{100 * share:.1f}% of the edits of {month:%Y-%m} fall on its last two working days or after"
    words = f"{months}; {100 * expected:.1f}% were to be expected"
    raised = z > STANDARD_ERRORS and share > TIMES * expected
    return Figure("stuffed", share, late, edits, raised, words).of("month", f"{month:%Y-%m}")


def last_working_days(first: date) -> tuple[date, float]:
    """
    The last but one working day of a month, and the share of its working days that begins there.

    >>> last_working_days(date(2026, 2, 1))
    (datetime.date(2026, 2, 26), 0.1)
    """
    month = np.datetime64(first, "M")
    after = (month + 1).astype("datetime64[D]")
    working = int(np.busday_count(month.astype("datetime64[D]"), after))
    return np.busday_offset(after, -LAST_DAYS, roll="forward").astype(date), LAST_DAYS / working
