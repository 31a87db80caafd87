"""Postal codes of any country."""

import polars as pl

from .base import DEFAULTS, Options
from .text import Text
from .tidy import derive, matches, mend, settle, tidy

# The prefixes of the former international mail, no part of the code; LT-, LV- and MD- are part of theirs.
_PREFIX = r"^(?:DE?|AT?|CH|FR?|BE?|IT?|NL|DK|SE?|NO?|FIN?|L|CZ|SK|PL|ES?|PT?)[- ](\d{3}[\d -]*\d)$"
_SHAPE = r"^[A-Z0-9]+(?:[ -][A-Z0-9]+)*$"
# Codes that stay as they are: nothing but digits, or British and in capitals.
_PLAIN = r"^(?:[0-9]{2,10}|[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2})$"
_BRITISH = r"^([A-Z]{1,2}\d[A-Z\d]?) ?(\d[A-Z]{2})$"
_CANADIAN = r"^([ABCEGHJ-NPRSTVXY]\d[A-Z]) ?-?(\d[A-Z]\d)$"


class PostalCode(Text):
    """A postal code, in capitals, with the space where its country puts it."""

    name = "postal_code"
    match_as = "postcode"

    def clean(self, values: pl.Series, options: Options = DEFAULTS) -> pl.Series:
        """`sw1a1aa` as `SW1A 1AA`, `k1a0b1` as `K1A 0B1`, `D-80331` and `80331.0` as `80331`."""
        raw = tidy(values)
        return mend(raw, ~matches(raw, _PLAIN), self._read)

    def _read(self, raw: pl.Series) -> pl.Series:
        code = pl.col("v").str.to_uppercase().str.replace(r"^(\d{3,9})\.0+$", "$1").str.replace(_PREFIX, "$1")
        read = derive(raw, code.str.replace(_BRITISH, "$1 $2").str.replace(_CANADIAN, "$1 $2"))
        return settle(raw, read, self.is_valid(read))

    def is_valid(self, values: pl.Series) -> pl.Series:
        """Two to ten letters and digits, at least one digit, parted by single spaces or hyphens."""
        length = values.str.len_chars()
        return matches(values, _SHAPE) & matches(values, "[0-9]") & (length >= 2) & (length <= 10)
