"""
The form of a value in which two writings of one thing are the same text.

Works on distinct values. Letters of every script survive: only the combining
accents of U+0300-U+036F are dropped (so é = e), never the vowel signs that
Devanagari, Thai or Arabic are written with.
"""

import polars as pl

LONGEST = 256  # characters of a value that count: enough to tell, and no cell can stall a run

_ACCENTS = r"[\x{0300}-\x{036f}]"
_NOT_A_WORD = r"[^\p{L}\p{M}\p{N}]+"
_APART = {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
_LEGAL_FORM = (
    r"\b(ltd|limited|inc|incorporated|llc|l l c|llp|gmbh|corp|corporation|co|company|sa|s a|sarl|sas"
    r"|nv|n v|bv|b v|ag|plc|kg|srl|spa|pty|oy|aps|ltda|the)\b"
)
_STREET_WORDS = {
    "street": "st", "avenue": "ave", "road": "rd", "drive": "dr", "lane": "ln", "court": "ct", "place": "pl",
    "boulevard": "blvd", "parkway": "pkwy", "highway": "hwy", "strasse": "str", "saint": "st",
    "north": "n", "south": "s", "east": "e", "west": "w",
}  # fmt: skip


def normalise(values: pl.Series, meaning: str) -> pl.Series:
    """
    Each text in its normal form; null where nothing of it is left.

    >>> normalise(pl.Series(["Acme Ltd.", "ACME limited", "The Co."]), "company_name").to_list()
    ['acme', 'acme', 'the co']
    >>> normalise(pl.Series(["12 North Street", "12 N. St"]), "address").to_list()
    ['12 n st', '12 n st']
    >>> normalise(pl.Series(["+1 (415) 555-0100", "李小龍", "--"]), "phone").to_list()
    ['4155550100', None, None]
    >>> normalise(pl.Series(["Søren  Ó Brien", "李小龍", "हिन्दी"]), "person_name").to_list()
    ['soren o brien', '李小龍', 'हिन्दी']
    """
    name = values.name
    text = (
        pl.col(name)
        .str.slice(0, LONGEST)
        .str.to_lowercase()
        .str.normalize("NFKD")
        .str.replace_all(_ACCENTS, "")
        .str.normalize("NFKC")
        .str.replace_many(list(_APART), list(_APART.values()))
    )
    normal = _FORMS.get(meaning, _words)(text)
    frame = values.to_frame().select(pl.when(normal.str.len_chars() > 0).then(normal).alias(name))
    return frame[name]


def _words(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(r"['`’]", "").str.replace_all(_NOT_A_WORD, " ").str.strip_chars()


def _company(text: pl.Expr) -> pl.Expr:
    words = _words(text)
    bare = words.str.replace_all(_LEGAL_FORM, " ").str.replace_all(r"\s+", " ").str.strip_chars()
    return pl.when(bare.str.len_chars() >= 2).then(bare).otherwise(words)


def _address(text: pl.Expr) -> pl.Expr:
    # Matched at word ends only, so that a German "Hauptstrasse" is shortened like a "Main Street".
    long = [f"{word} " for word in _STREET_WORDS]
    short = [f"{word} " for word in _STREET_WORDS.values()]
    return (_words(text) + " ").str.replace_many(long, short).str.strip_chars()


def _digits(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(r"[^0-9]", "")


def _phone(text: pl.Expr) -> pl.Expr:
    # Ten digits are enough to tell numbers apart and leave out how the country was written.
    return _digits(text).str.tail(10)


def _characters(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(_NOT_A_WORD, "")


def _unspaced(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(r"\s", "")


_FORMS = {
    "company_name": _company,
    "address": _address,
    "phone": _phone,
    "date": _digits,
    "email": _unspaced,
    "postcode": _characters,
    "id": _characters,
    "id_weak": _characters,
}
