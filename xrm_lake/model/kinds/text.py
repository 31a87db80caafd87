"""Text of one line, and the ground on which the kinds that are stored as text stand."""

from collections.abc import Mapping

import polars as pl

from .base import DEFAULTS, Options
from .tidy import derive, hide, tidy


class Text:
    """A line of text: any characters, put in order."""

    name = "text"
    duck_type = "varchar"
    personal = False
    match_as: str | None = "free_text"

    def words(self) -> Mapping[str, str]:
        """Anything can be said."""
        return {}

    def infer(self, values: pl.Series) -> Options:
        """Nothing: text is read value by value."""
        return DEFAULTS

    def clean(self, values: pl.Series, options: Options = DEFAULTS) -> pl.Series:
        """Text on one line, composed (NFC), without invisible characters, trimmed."""
        return tidy(values)

    def is_valid(self, values: pl.Series) -> pl.Series:
        """Any text is valid."""
        return derive(values, pl.when(pl.col("v").is_not_null()).then(True))

    def mask(self, values: pl.Series) -> pl.Series:
        """`***`, whatever the text."""
        return hide(values)
