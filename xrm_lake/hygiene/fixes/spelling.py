"""
Misspelt words of a vocabulary: `technolgy`, where a field's values are words of a language.

Only words that none of the dictionaries knows and that one slip parts from a common word of the field's own language are
misspelt; names of people, firms and places are not looked at. The dictionaries are those of pyspellchecker.
"""

from functools import cache
from typing import Any

import polars as pl

from xrm_lake.hygiene.fixes.keys import words

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl")
# The least share of a field's words that a language must know to be its own; how common a word must be to be meant.
_OWN, _COMMON = 0.6, 25
_MOST_WORDS, _MOST_UNKNOWN = 5000, 1000
_LETTERS = r"^[a-z]{5,}$"


def respelt(values: pl.Series) -> pl.DataFrame:
    """What misspelt values should be: columns value and meant; empty where the values are no vocabulary."""
    listed = words(values)
    distinct = listed.explode().drop_nulls().unique()
    plain = distinct.filter(distinct.str.contains(_LETTERS)).to_list()
    nothing = pl.DataFrame(schema={"value": pl.String, "meant": pl.String})
    if not plain or len(plain) > _MOST_WORDS:
        return nothing
    language = _language(plain)
    if language is None:
        return nothing
    unknown = [word for word in plain if not any(word in _dictionary(each) for each in LANGUAGES)]
    if len(unknown) > _MOST_UNKNOWN:
        return nothing
    meant = {word: found for word in unknown if (found := _meant(word, language))}
    rows = [
        (value, _put(value, meant))
        for value, own in zip(values.to_list(), listed.to_list(), strict=True)
        if value is not None and any(word in meant for word in own)
    ]
    told = pl.DataFrame(rows, schema=nothing.schema, orient="row")
    return told.filter(pl.col("value") != pl.col("meant"))


def _language(plain: list[str]) -> str | None:
    for language in LANGUAGES:
        known = sum(word in _dictionary(language) for word in plain)
        if known >= _OWN * len(plain):
            return language
    return None


def _meant(word: str, language: str) -> str | None:
    """The common word that one slip parts from this one; None if there is none, or two are equally likely."""
    dictionary = _dictionary(language)
    near = sorted(dictionary.known(dictionary.edit_distance_1(word)), key=lambda each: (-dictionary[each], each))
    near = [each for each in near if dictionary[each] >= _COMMON and each[0] == word[0] and each.isalpha()]
    if not near or (len(near) > 1 and dictionary[near[0]] < 3 * dictionary[near[1]]):
        return None
    # Its plural, or the word without it, is another form and not another spelling.
    return None if word.removesuffix("s") == near[0].removesuffix("s") else near[0]


def _put(value: str, meant: dict[str, str]) -> str:
    """The value with its misspelt words put right, each in the capitals that it had."""
    parts = []
    for part in value.split(" "):
        bare = part.strip(".,;:()").lower()
        right = meant.get(bare)
        if right is not None:
            start = part.lower().index(bare)
            old = part[start : start + len(bare)]
            cased = right.upper() if old.isupper() else right.capitalize() if old[0].isupper() else right
            part = part[:start] + cased + part[start + len(bare) :]
        parts.append(part)
    return " ".join(parts)


@cache
def _dictionary(language: str) -> Any:
    from spellchecker import SpellChecker

    return SpellChecker(language=language, distance=1)
