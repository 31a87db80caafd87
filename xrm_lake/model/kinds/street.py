"""Streets with house numbers, or the first lines of an address."""

import polars as pl

from .base import DEFAULTS, Options
from .text import Text
from .tidy import derive, matches, tidy


class Street(Text):
    """Street and number; several lines become one, parted by commas."""

    name = "street"
    personal = True
    match_as = "address"

    def clean(self, values: pl.Series, options: Options = DEFAULTS) -> pl.Series:
        """The address on one line: `12 Main St, Floor 3`."""
        lines = tidy(values, lines=True)
        return tidy(derive(lines, pl.col("v").str.replace_all(r"[\s,]*\n[\s,]*", ", ").str.strip_chars(" ,")))

    def is_valid(self, values: pl.Series) -> pl.Series:
        """Has a letter or digit, is no e-mail or web address, at most 500 characters."""
        return matches(values, r"[\p{L}\p{N}]") & ~matches(values, r"\S@\S|https?:") & (values.str.len_chars() <= 500)
