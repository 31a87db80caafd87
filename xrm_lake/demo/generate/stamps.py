"""
The calendar of the data: when things happened and how each system writes it.

A moment is whole seconds since 1970 in UTC; NEVER (-1) is a moment that did not come.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from xrm_lake.demo.generate.chance import Chance, Floats, Ints, Texts

NEVER = -1
DAY = 86_400
WEEKS = 40


@dataclass(frozen=True)
class Calendar:
    """The forty weeks that end with `today`; nothing in the data happened on or after it."""

    today: date

    @property
    def now(self) -> int:
        """The first moment of today."""
        return int(np.datetime64(self.today, "s").astype(np.int64))

    @property
    def start(self) -> int:
        """The first moment of week 1."""
        return self.now - WEEKS * 7 * DAY

    def week(self, moments: Ints) -> Ints:
        """Week 1 to 40; zero and below before the first."""
        return (moments - self.start) // (7 * DAY) + 1


def season(moments: Ints) -> Floats:
    """How busy the firm is at that time of the year, 0.55 to 1: less in August and around the new year."""
    day = (moments // DAY) % 365
    summer = np.exp(-(((day - 222) / 18.0) ** 2))
    winter = np.exp(-((np.minimum(np.abs(day - 0), np.abs(day - 365)) / 10.0) ** 2))
    return np.asarray(1.0 - 0.35 * summer - 0.45 * winter, dtype=np.float64)


def in_season(chance: Chance, low: Ints, high: Ints) -> Ints:
    """One moment in office hours for each row between `low` and `high`, more of them in busy months."""
    best = low + (chance.shares(low.size) * (high - low)).astype(np.int64)
    for _ in range(2):
        again = chance.shares(low.size) > season(best)
        best = np.where(again, low + (chance.shares(low.size) * (high - low)).astype(np.int64), best)
    return office_hours(chance, best)


def office_hours(chance: Chance, moments: Ints) -> Ints:
    """The same day between 8:00 and 17:30, or the Friday before if it is a weekend."""
    day = moments // DAY
    weekday = (day + 3) % 7
    day = day - np.maximum(weekday - 4, 0)
    return day * DAY + 8 * 3600 + chance.whole(0, 570, moments.size) * 60


def as_day(moments: Ints) -> Texts:
    """`2025-03-01`, or empty."""
    return _written(moments, "D")


def as_minute(moments: Ints) -> Texts:
    """`2025-03-01 10:00`, or empty."""
    return _written(moments, "m", " ")


def as_iso(moments: Ints) -> Texts:
    """`2025-03-01T10:00:00.000Z`, or empty."""
    return np.where(moments == NEVER, "", _written(moments, "s") + ".000Z").astype(object)


def as_german_day(moments: Ints) -> Texts:
    """`01.03.2025`, or empty."""
    return np.array([f"{d[8:]}.{d[5:7]}.{d[:4]}" if d else "" for d in as_day(moments)], dtype=object)


def _written(moments: Ints, unit: str, between: str = "T") -> Texts:
    stamps = np.datetime_as_string(moments.astype("datetime64[s]"), unit=unit)  # type: ignore[call-overload]
    written = np.strings.replace(stamps, "T", between).astype(object)
    written[moments == NEVER] = ""
    return np.asarray(written, dtype=object)
