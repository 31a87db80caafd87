"""Percentages, in per cent: `12.5` means 12.5 %."""

import polars as pl

from .base import DEFAULTS, Options
from .numerals import fix_scale, infer_decimal, read_numerals, shift_point, strip_unit
from .text import Text
from .tidy import matches, mend, settle, tidy

_SIGN = "%|\uff05|\u066a|(?i:pct\\.?|percent|per cent|prozent|pour ?cent|por ciento)"

# A column of shares; one value of 0.5 may well be half a per cent.
_ENOUGH = 3


class Percent(Text):
    """A share in per cent with four decimals: `12.5 %` as `12.5000`."""

    name = "percent"
    duck_type = "decimal(9,4)"
    match_as = None

    def infer(self, values: pl.Series) -> Options:
        """
        As in `numerals.infer_decimal`, and `scale` = `fraction` if the column holds shares of one.

        That is so when no value has a percent sign, all lie between 0 and 1, and at least three truly between.
        """
        raw = tidy(values)
        options = infer_decimal(strip_unit(raw, _SIGN))
        if matches(raw, _SIGN).any():
            return options
        numbers = read_numerals(raw, options).cast(pl.Float64).drop_nulls()
        if numbers.is_between(0, 1).all() and numbers.is_between(0, 1, closed="none").sum() >= _ENOUGH:
            return {**options, "scale": "fraction"}
        return options

    def clean(self, values: pl.Series, options: Options = DEFAULTS) -> pl.Series:
        """Per cent with four decimals, without the sign; with `scale` = `fraction`, `0.125` as `12.5000`."""
        raw = tidy(values)
        read = read_numerals(strip_unit(raw, _SIGN), options)
        if options.get("scale") == "fraction":
            read = mend(read, ~matches(raw, _SIGN), lambda shares: shift_point(shares, 2))
        read = fix_scale(read, 4)
        return settle(raw, read, self.is_valid(read))

    def is_valid(self, values: pl.Series) -> pl.Series:
        """A decimal with four places, below 100,000 either way."""
        return matches(values, r"^-?(?:0|[1-9]\d{0,4})\.\d{4}$") & (values != "-0.0000")
