"""Numbers with decimals and no unit: weights, ratings, coordinates."""

import polars as pl

from .base import DEFAULTS, Options
from .numerals import infer_decimal, read_numerals, shortest
from .text import Text
from .tidy import matches, settle, tidy


class Number(Text):
    """A number as a double, such as `1234.5`."""

    name = "number"
    duck_type = "double"
    match_as = None

    def infer(self, values: pl.Series) -> Options:
        """As in `numerals.infer_decimal`: decimal, undecided, mixed."""
        return infer_decimal(tidy(values))

    def clean(self, values: pl.Series, options: Options = DEFAULTS) -> pl.Series:
        """The shortest plain decimal. Without options a comma parts thousands and a point decimals."""
        raw = tidy(values)
        read = shortest(read_numerals(raw, options))
        return settle(raw, read, self.is_valid(read))

    def is_valid(self, values: pl.Series) -> pl.Series:
        """A plain decimal of at most 100 digits before and 100 after the point."""
        return matches(values, r"^-?(?:0|[1-9]\d{0,99})(?:\.\d{0,99}[1-9])?$") & (values != "-0")
