"""The names of months and weekdays in many languages."""

from functools import cache

import polars as pl

from .languages import LANGUAGES
from .tidy import derive


def months(names: pl.Series) -> pl.Series:
    """The number of each month, `1` to `12` as text; null for words that are none, or that are two (listopad)."""
    return word(names).replace_strict(_months(), default=None, return_dtype=pl.String)


def without_weekday(texts: pl.Series) -> pl.Series:
    """Each text without the name of a weekday in front (`Wed, 1 Mar 2017`)."""
    rest = texts.str.extract(r"^[\p{L}\p{M}.]+,? +(.+)$")
    named = word(texts.str.extract(r"^([\p{L}\p{M}.]+)")).is_in(list(_weekdays()))
    return rest.zip_with((named & rest.is_not_null()).fill_null(False), texts)


def word(texts: pl.Series) -> pl.Series:
    """Words as they are looked up: small letters, no full stop at the end."""
    return derive(texts, pl.col("v").str.to_lowercase().str.normalize("NFC").str.strip_chars_end("."))


@cache
def _months() -> dict[str, str]:
    meanings: dict[str, set[int]] = {"sept": {9}}
    for number, name in _said("months"):
        meanings.setdefault(name, set()).add(number)
    return {name: str(next(iter(found))) for name, found in meanings.items() if len(found) == 1}


@cache
def _weekdays() -> frozenset[str]:
    return frozenset(name for _, name in _said("days")) - _months().keys()


def _said(what: str) -> list[tuple[int, str]]:
    from babel import Locale

    return [
        (number, name.lower().rstrip("."))
        for language in LANGUAGES
        for form in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for number, name in getattr(Locale.parse(language), what)[form][width].items()
    ]
