"""Several of a few values, such as the interests of a person."""

import polars as pl

from .base import DEFAULTS, Options
from .choice import Choice
from .many import clean_many, is_valid_many, mask_many


class Choices(Choice):
    """A list of values, as JSON text: `["Press","Partner"]`; read from `Press; Partner`."""

    name = "choices"
    duck_type = "varchar[]"

    def clean(self, values: pl.Series, options: Options = DEFAULTS) -> pl.Series:
        """The values as a JSON list without repetitions, in the order written."""
        return clean_many(Choice(), values, options)

    def is_valid(self, values: pl.Series) -> pl.Series:
        """A JSON list of texts."""
        return is_valid_many(Choice(), values)

    def mask(self, values: pl.Series) -> pl.Series:
        """Each value as `***`."""
        return mask_many(Choice(), values)
