"""Cities and other places."""

import polars as pl

from .text import Text
from .tidy import matches


class City(Text):
    """The name of a place, in the spelling given."""

    name = "city"
    match_as = "city"

    def is_valid(self, values: pl.Series) -> pl.Series:
        """Has a letter, is no e-mail or web address, at most 200 characters."""
        return matches(values, r"\p{L}") & ~matches(values, r"@|https?:|[<>{}]") & (values.str.len_chars() <= 200)
