"""Amounts of money. The currency is a field of its own; `currencies` finds it where it stands by the amount."""

from functools import cache

import polars as pl

from .base import DEFAULTS, Options
from .currency import SHARED_SIGNS, SIGNS, Currency, codes
from .numerals import fix_scale, infer_decimal, read_numerals, strip_unit
from .text import Text
from .tidy import derive, matches, mend, settle, tidy


class Money(Text):
    """An amount with two decimals, such as `1234.50`; read from `€ 1.234,50`, `(1,234.50)`, `CHF 1'234.-`."""

    name = "money"
    duck_type = "decimal(18,2)"
    match_as = None

    def infer(self, values: pl.Series) -> Options:
        """As in `numerals.infer_decimal`: decimal, undecided, mixed, assumed."""
        return infer_decimal(_bare(tidy(values)), thousandths=False)

    def clean(self, values: pl.Series, options: Options = DEFAULTS) -> pl.Series:
        """
        The amount with two decimals, rounded half up, without currency.

        Without options a comma parts thousands and a point decimals.
        """
        raw = tidy(values)
        read = fix_scale(read_numerals(_bare(raw), options), 2)
        return settle(raw, read, self.is_valid(read))

    def is_valid(self, values: pl.Series) -> pl.Series:
        """A decimal with two places and at most 16 digits before the point."""
        return matches(values, r"^-?(?:0|[1-9]\d{0,15})\.\d{2}$") & (values != "-0.00")


def currencies(values: pl.Series) -> pl.Series:
    """The ISO code of the currency written by each raw amount; null where none is, or the sign has many (`$`)."""
    raw = tidy(values)
    kind = Currency()
    read = kind.clean(derive(raw, pl.col("v").str.extract(f"({_unit()})")))
    return settle(derive(read, pl.lit(None, pl.String)), read, kind.is_valid(read))


def _bare(values: pl.Series) -> pl.Series:
    """Without currency, and without the dash that stands for no cents (`12,-`)."""
    values = strip_unit(values, r"\p{Sc}")
    values = mend(values, matches(values, r"\p{L}|\p{Sc}"), lambda odd: strip_unit(odd, _unit()))
    no_cents = pl.col("v").str.replace(r"(\d)[.,][-\u2013\u2014]+", "$1")
    return mend(values, matches(values, "[.,][-\u2013\u2014]"), lambda odd: derive(odd, no_cents))


@cache
def _unit() -> str:
    signs = {*SIGNS, *SHARED_SIGNS, *(code.lower() for code in codes())}
    longest_first = sorted(signs, key=len, reverse=True)
    return rf"(?i:{'|'.join(pl.Series(longest_first).str.escape_regex())})|\p{{Sc}}"
