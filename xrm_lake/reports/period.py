"""Days and periods as people give them to a report."""

import calendar
import re
from datetime import date
from typing import NamedTuple

from xrm_lake.errors import Misuse


class Period(NamedTuple):
    """The days from `first` up to and with `last`."""

    first: date
    last: date

    def __str__(self) -> str:
        """Its days, or its usual name.

        >>> str(period("2026-q4")), str(period("2026-11-02..2026-11-08"))
        ('2026-Q4', '2026-11-02 to 2026-11-08')
        """
        year = f"{self.first.year:04}"
        for name in (year, f"{year}-Q{(self.first.month + 2) // 3}", f"{year}-{self.first.month:02}"):
            if period(name) == self:
                return name
        return f"{self.first} to {self.last}"


_FORMS = "a year (2026), a quarter (2026-Q4), a month (2026-11), or days (2026-11-02..2026-11-08)"


def period(text: str | Period, *, option: str = "period") -> Period:
    """
    A year, a quarter, a month, or days from and to. Raises Misuse for anything else.

    >>> period("2026-Q4")
    Period(first=datetime.date(2026, 10, 1), last=datetime.date(2026, 12, 31))
    """
    if isinstance(text, Period):
        return text
    first, sign, last = text.strip().partition("..")
    if sign:
        found = Period(day(first, option=option), day(last, option=option))
        if found.first > found.last:
            raise Misuse(f"{option} ends before it begins: {text}.")
        return found
    match = re.fullmatch(r"(\d{4})(?:-?[qQ]([1-4])|-(\d{1,2}))?", first)
    if match is None or not 1 <= int(match[3] or 1) <= 12 or int(match[1]) == 0:
        raise Misuse(f"{option} is {_FORMS}; {text!r} is none.")
    year, quarter, month = int(match[1]), match[2], match[3]
    begins = int(month) if month else 3 * int(quarter) - 2 if quarter else 1
    ends = int(month) if month else 3 * int(quarter) if quarter else 12
    return Period(date(year, begins, 1), date(year, ends, calendar.monthrange(year, ends)[1]))


def day(value: str | date, *, option: str) -> date:
    """A day, given as such or as 2026-11-02. Raises Misuse for anything else."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value.strip())
    except ValueError as problem:
        raise Misuse(f"{option} is a day, such as 2026-11-02; {value!r} is none.") from problem


def quarter_of(at: date) -> Period:
    """The quarter that a day lies in."""
    return period(f"{at.year:04}-Q{(at.month + 2) // 3}")
