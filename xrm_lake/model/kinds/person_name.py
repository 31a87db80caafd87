"""Names of people: given, family, full, or any other part."""

import polars as pl

from .split_name import join_full_name, split_full_name
from .text import Text
from .tidy import derive, matches

__all__ = ["FamilyName", "FullName", "GivenName", "PersonName", "join_full_name", "split_full_name"]

_ODD = r"[@<>{}\[\]|\\^~=#$%*+_;:!?/]|https?:"
# A digit belongs to no name, but "John Smith 3rd" is one.
_DIGIT = r"\d"
_ORDINAL = r"\b(?:1st|2nd|3rd|[4-9]th)\b"


class PersonName(Text):
    """A part of a person's name, in the spelling given: capitals are not ours to change."""

    name = "person_name"
    personal = True
    match_as: str | None = "person_name"

    def is_valid(self, values: pl.Series) -> pl.Series:
        """Has a letter, no digit, no sign that names do not have (`@`, `/`, `#` …), at most 200 characters."""
        plain = derive(values, pl.col("v").str.replace_all(_ORDINAL, ""))
        return (
            matches(values, r"\p{L}")
            & ~matches(plain, _ODD)
            & ~matches(plain, _DIGIT)
            & (values.str.len_chars() <= 200)
        )

    def mask(self, values: pl.Series) -> pl.Series:
        """The first letter of each word."""
        return derive(values, pl.col("v").str.replace_all(r"(\S)\S*", "${1}***"))


class GivenName(PersonName):
    """What a person is called: first name, or first and middle names."""

    name = "given_name"


class FamilyName(PersonName):
    """The name of the family."""

    name = "family_name"


class FullName(PersonName):
    """The whole name in one field. `split_full_name` takes it apart."""

    name = "full_name"
    match_as = "person_full_name"
