"""A person of the firm, such as the owner of a deal: as written in the file, by name, e-mail or id."""

import polars as pl

from .choice import Choice
from .tidy import derive


class User(Choice):
    """Who of the firm; the owner says little about whether two records are one."""

    name = "user"
    personal = True

    def mask(self, values: pl.Series) -> pl.Series:
        """The first letter only."""
        return derive(values, pl.col("v").str.replace(r"(?s)^(.).*$", "${1}***"))
