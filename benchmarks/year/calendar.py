"""The days of the year, and a clock that can be put to any of them."""

from datetime import date, datetime, time, timedelta

SUNDAY = date(2026, 1, 4)


class Calendar:
    """A clock that moves a second whenever it is looked at, and can be put to noon of a day."""

    def __init__(self, day: date) -> None:
        self.go(day)

    def go(self, day: date) -> None:
        """Let it be noon of that day."""
        self.now = datetime.combine(day, time(12))

    def __call__(self) -> datetime:
        """A second later than the last time."""
        self.now += timedelta(seconds=1)
        return self.now


def sunday(week: int) -> date:
    """The last day of a week, counted from 0."""
    return SUNDAY + timedelta(days=7 * week)
