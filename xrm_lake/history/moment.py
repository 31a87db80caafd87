"""The lake as of a day that somebody asks about: the tables for today, the ledger for a day that is past."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from xrm_lake.errors import InvalidValue
from xrm_lake.store.as_of import State, past_of, state_now
from xrm_lake.store.lake import Lake


@contextmanager
def state_of(lake: Lake, as_of: date | None) -> Iterator[State]:
    """The state at the end of a day, today unless told, while the `with` lasts. Raises InvalidValue for a day to come."""
    today = lake.clock().date()
    day = as_of or today
    if day > today:
        raise InvalidValue(f"{day} is yet to come: nothing can be told of it. Name a day up to {today}.")
    if day == today:
        yield state_now(lake, today)
        return
    with past_of(lake, day) as state:
        yield state
