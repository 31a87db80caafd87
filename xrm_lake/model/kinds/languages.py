"""The languages whose words for countries, currencies and months are understood."""

import polars as pl

from .tidy import derive

LANGUAGES = (
    "en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "nb", "fi", "is", "pl", "cs", "sk", "hu", "ro", "bg", "el",
    "ru", "uk", "tr", "hr", "sl", "sr", "sr_Latn", "et", "lv", "lt", "ca", "ja", "zh", "zh_Hant", "ko", "ar", "he",
    "fa", "hi", "id", "vi", "th",
)  # fmt: skip


def fold(values: pl.Series) -> pl.Series:
    """Each text as one would compare it: small letters, no accents, words parted by single spaces."""
    plain = pl.col("v").str.to_lowercase().str.normalize("NFKD").str.replace_all(r"\p{M}", "")
    words = plain.str.replace_all("&", " and ").str.replace_all(r"['\u2019.]", "")
    return derive(values, words.str.replace_all(r"[^\p{L}\p{N}$€£]+", " ").str.strip_chars(" "))
