"""Full names taken apart into given and family name, and put together."""

from functools import cache

import polars as pl

from .tidy import each, tidy

_WORD = r"(?:\p{Lu}[\p{Ll}]{2,}(?:-\p{Lu}[\p{Ll}]{2,})?|\p{Lu}{3,})"
_GIVEN_FIRST = rf"^({_WORD}(?: (?:{_WORD}|\p{{Lu}}\.))?) ({_WORD})$"
_FAMILY_FIRST = rf"^({_WORD}), (\p{{Lu}}\p{{Ll}}{{2,}}(?: \p{{Lu}}\p{{Ll}}{{2,}})?)$"


def split_full_name(values: pl.Series) -> pl.DataFrame:
    """
    Columns given_name (with middle names) and family_name (with particles) of each full name; null where there is none.

    Titles, degrees, generations (Jr.) and nicknames are left out. Names in Chinese,
    Japanese and Korean script have the family in front. A single word is a family name.
    """
    raw = tidy(values)
    plain = _without_vocabulary(raw)
    given = plain.str.extract(_GIVEN_FIRST, 1)
    comma = given.is_null()
    frame = pl.DataFrame(
        {
            "raw": raw,
            "given": plain.str.extract(_FAMILY_FIRST, 2).zip_with(comma, given),
            "family": plain.str.extract(_FAMILY_FIRST, 1).zip_with(comma, plain.str.extract(_GIVEN_FIRST, 2)),
        }
    )
    asked = each(raw.zip_with(frame["family"].is_null(), pl.Series([None], dtype=pl.String)), _parsed)
    return frame.with_columns(asked.str.split_exact("\n", 1).alias("asked")).select(
        given_name=pl.coalesce("given", pl.col("asked").struct[0].replace("", None)),
        family_name=pl.coalesce("family", pl.col("asked").struct[1].replace("", None)),
    )


def join_full_name(given: pl.Series, family: pl.Series) -> pl.Series:
    """Given and family name with a space between; one of them where the other is null."""
    names = pl.DataFrame({"given": given, "family": family})
    joined = names.select(full_name=pl.concat_str("given", "family", separator=" ", ignore_nulls=True))
    return tidy(joined.to_series())


def _without_vocabulary(raw: pl.Series) -> pl.Series:
    """The names of which no word is a title, particle, degree or the like: there is one way to split them."""
    words = raw.str.to_lowercase().str.extract_all(r"[\p{L}\p{M}]+")
    special = words.list.eval(pl.element().is_in(list(_vocabulary()))).list.any()
    return raw.zip_with(~special.fill_null(True), pl.Series([None], dtype=pl.String))


@cache
def _vocabulary() -> frozenset[str]:
    """Every word that nameparser reads as something other than a name."""
    from nameparser import Lexicon

    lexicon = Lexicon.default()
    groups = (
        lexicon.titles, lexicon.given_name_titles, lexicon.after_given_titles, lexicon.suffix_acronyms,
        lexicon.suffix_words, lexicon.suffix_acronyms_ambiguous, lexicon.particles, lexicon.particles_ambiguous,
        lexicon.conjunctions, lexicon.conjunctions_ambiguous, lexicon.bound_given_names, lexicon.maiden_markers,
        lexicon.honorific_tails,
    )  # fmt: skip
    return frozenset(word for group in groups for entry in group for word in str(entry).lower().split())


def _parsed(text: str) -> str:
    """Given and family name, parted by a new line."""
    from nameparser import parse

    name = parse(text)
    given = f"{name.given} {name.middle}".strip()
    return f"{given}\n{name.family}" if name.family else f"\n{given}"
