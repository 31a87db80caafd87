"""Text of many lines, such as a note."""

import polars as pl

from .base import DEFAULTS, Options
from .text import Text
from .tidy import tidy


class LongText(Text):
    """A text whose line breaks matter."""

    name = "long_text"

    def clean(self, values: pl.Series, options: Options = DEFAULTS) -> pl.Series:
        """Text as in `text`, but with its lines kept, each without spaces at its end."""
        return tidy(values, lines=True)
