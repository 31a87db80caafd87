"""Dates without a time."""

import polars as pl

from .base import DEFAULTS, Options
from .date_text import ISO, infer_order, read_dates
from .text import Text
from .tidy import derive, judge, matches, mend, settle, tidy
from .time_text import split_time


class Date(Text):
    """A day, such as `2017-03-01`."""

    name = "date"
    duck_type = "date"
    match_as = "date"

    def infer(self, values: pl.Series) -> Options:
        """As in `date_text.infer_order`: order, undecided."""
        return infer_order(_day(tidy(values)))

    def clean(self, values: pl.Series, options: Options = DEFAULTS) -> pl.Series:
        """
        The date as `2017-03-01`; a time behind it is dropped, the day stays the one written.

        Options as in `date_text.read_dates`. Without an `order`, a date that could be two stays unread.
        """
        raw = tidy(values)
        read = read_dates(_day(raw), options).dt.to_string("%Y-%m-%d")
        return settle(raw, read, self.is_valid(read))

    def is_valid(self, values: pl.Series) -> pl.Series:
        """A day of the calendar, written `2017-03-01`, from the year 1 on."""
        exists = derive(values, pl.col("v").str.to_date("%Y-%m-%d", strict=False).dt.year() >= 1)
        return judge(values, matches(values, ISO) & exists)

    def mask(self, values: pl.Series) -> pl.Series:
        """The year only."""
        return derive(values, pl.col("v").str.replace(r"(?s)^(?:(\d{4})-)?.*$", "${1}***"))


def _day(raw: pl.Series) -> pl.Series:
    return mend(raw, matches(raw, ":"), lambda timed: split_time(timed)["day"])
