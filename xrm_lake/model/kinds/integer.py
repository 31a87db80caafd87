"""Whole numbers."""

import polars as pl

from .base import DEFAULTS, Options
from .numerals import infer_decimal, read_numerals, shortest
from .text import Text
from .tidy import derive, judge, matches, settle, tidy


class Integer(Text):
    """A whole number that fits 64 bits, such as `1200`; read from `1,200`, `1 200`, `1.200`, `1200.0`."""

    name = "integer"
    duck_type = "bigint"
    match_as = None

    def infer(self, values: pl.Series) -> Options:
        """As in `numerals.infer_decimal`: decimal, undecided, mixed, assumed."""
        return infer_decimal(tidy(values), thousandths=False)

    def clean(self, values: pl.Series, options: Options = DEFAULTS) -> pl.Series:
        """Digits with at most a minus in front. Without options a comma parts thousands and a point decimals."""
        raw = tidy(values)
        read = shortest(read_numerals(raw, options))
        return settle(raw, read, self.is_valid(read))

    def is_valid(self, values: pl.Series) -> pl.Series:
        """Digits without zeros in front, within 64 bits."""
        fits = derive(values, pl.col("v").cast(pl.Int64, strict=False).is_not_null())
        return judge(values, matches(values, r"^(?:0|-?[1-9]\d*)$") & fits)
