"""Identifiers given by someone: customer number, VAT id, key in another system."""

import polars as pl

from .text import Text
from .tidy import derive, matches

# What a spreadsheet does to a long number, and what it writes where a formula failed: the id is lost.
_DAMAGED = r"^\d(?:[.,]\d+)?[eE]\+\d+$|^#(?:N/A|NAME\?|REF!|VALUE!|DIV/0!|NUM!|NULL!)$"


class Identifier(Text):
    """A key; capitals, zeros in front and punctuation belong to it."""

    name = "identifier"
    match_as = "id"

    def is_valid(self, values: pl.Series) -> pl.Series:
        """Has a letter or digit, at most 255 characters, and was not damaged by a spreadsheet (`1.2E+11`)."""
        known = matches(values, r"[\p{L}\p{N}]") & (values.str.len_chars() <= 255)
        return known & ~matches(values, _DAMAGED)

    def mask(self, values: pl.Series) -> pl.Series:
        """The last two characters, if there are more than four."""
        hidden = pl.col("v").str.replace(r"(?s)^.+(..)$", "***${1}")
        return derive(
            values,
            pl.when(pl.col("v").str.len_chars() > 4)
            .then(hidden)
            .otherwise(pl.col("v").str.replace(r"(?s)^.+$", "***")),
        )
