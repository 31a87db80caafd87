"""
The form of a value in which two writings of one thing are the same text.

Works on distinct values. Letters of every script survive: only the combining
accents of U+0300-U+036F are dropped (so é = e), never the vowel signs that
Devanagari, Thai or Arabic are written with.
"""

from collections.abc import Sequence
from itertools import accumulate, pairwise

import polars as pl

LONGEST = 256  # characters of a value that count: enough to tell, and no cell can stall a run

_ACCENTS = r"[\x{0300}-\x{036f}]"
_NOT_A_WORD = r"[^\p{L}\p{M}\p{N}]+"
_APART = {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
# Writings of one legal form. Longer ones first, as "sp z o o" ends like "o".
_FORMS_OF_FIRMS = {
    "limited": "ltd", "ltd": "ltd", "pvt ltd": "pvt ltd", "private limited": "pvt ltd", "pte ltd": "pte ltd", "pty ltd": "pty ltd",
    "plc": "plc", "inc": "inc", "incorporated": "inc", "corp": "corp", "corporation": "corp", "llc": "llc", "l l c": "llc",
    "llp": "llp", "l l p": "llp", "lp": "lp", "gmbh": "gmbh", "ug": "ug", "ag": "ag", "kg": "kg", "gmbh co kg": "kg", "ohg": "ohg",
    "og": "og", "e k": "ek", "ek": "ek", "se": "se", "sa": "sa", "s a": "sa", "sarl": "sarl", "s a r l": "sarl", "sas": "sas",
    "s a s": "sas", "eurl": "eurl", "snc": "snc", "s n c": "snc", "nv": "nv", "n v": "nv", "bv": "bv", "b v": "bv", "vof": "vof",
    "v o f": "vof", "srl": "srl", "s r l": "srl", "spa": "spa", "s p a": "spa", "sl": "sl", "s l": "sl", "slu": "sl", "ltda": "ltda",
    "oy": "oy", "oyj": "oyj", "ab": "ab", "hb": "hb", "aps": "aps", "a s": "as", "as": "as", "asa": "asa", "sro": "sro",
    "s r o": "sro", "spol s r o": "sro", "vos": "vos", "v o s": "vos", "sp z o o": "spzoo", "spzoo": "spzoo", "sp k": "spk",
    "sp j": "spj", "kft": "kft", "zrt": "zrt", "ltd sti": "ltd sti",
}  # fmt: skip
_WRITTEN = "|".join(sorted(_FORMS_OF_FIRMS, key=lambda form: -len(form)))
_NAMED_FORM = rf"\b({_WRITTEN})$"
# Left out of a name: long forms wherever they stand, short ones (they are words and initials, too) at the end only.
_LONG_FORM = r"\b(limited|ltd|incorporated|inc|corporation|corp|company|llc|l l c|gmbh|plc|the)\b"
_LAST_FORM = rf"( (?:{_WRITTEN}|co|pty|pvt|pte))+$"
# What a firm of a group has in its name to tell it from the others: what it does for them, and where.
_PARTS_OF_GROUPS = (
    r"\b(holdings?|group|gruppe|groupe|grupo|gruppo|services?|international|global|worldwide|invest|investments?|ventures|digital"
    r"|real estate|immobilien|logistics|logistik|financial|finance|leasing|export|import|trading|foundation|stiftung"
    r"|germany|deutschland|france|italia|italy|espana|iberia|austria|schweiz|suisse|switzerland|nederland|belgium|benelux|polska"
    r"|uk|usa|us|america|americas|canada|mexico|brasil|europe|europa|emea|asia|apac|pacific|china|india|japan|africa"
    r"|north|south|east|west|central|nord|sud|ost|sur|norte)\b"
)
_PLURALS = {
    "holdings": "holding", "services": "service", "investments": "invest", "investment": "invest", "americas": "america",
    "gruppe": "group", "groupe": "group", "grupo": "group", "gruppo": "group", "deutschland": "germany", "italia": "italy",
    "europa": "europe", "schweiz": "switzerland", "suisse": "switzerland", "usa": "us", "logistik": "logistics",
}  # fmt: skip
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
    folded = _fold(values.str.slice(0, LONGEST).str.to_lowercase())
    normal = _FORMS.get(meaning, _words)(folded)
    return normal.set(normal.str.len_bytes() == 0, None)


def normalise_each(columns: Sequence[pl.Series], meanings: Sequence[str]) -> list[pl.Series]:
    """
    As `normalise`, of several columns, each with its meaning; quicker for a few texts in each.

    >>> [each.to_list() for each in normalise_each([pl.Series(["Ann"]), pl.Series(["--"])], ["person_name", "phone"])]
    [['ann'], [None]]
    """
    ends = list(accumulate(map(len, columns), initial=0))
    text = pl.concat([column.rename("text") for column in columns], rechunk=False)
    folded = _fold(text.str.slice(0, LONGEST).str.to_lowercase())
    parts = [folded.slice(start, end - start) for start, end in pairwise(ends)]
    normal = pl.concat([_FORMS.get(meaning, _words)(part) for part, meaning in zip(parts, meanings, strict=True)])
    normal = normal.set(normal.str.len_bytes() == 0, None)
    return [normal.slice(start, end - start) for start, end in pairwise(ends)]


def legal_form(values: pl.Series) -> pl.Series:
    """
    The legal form that a firm's name ends with, in one writing; null where it names none.

    >>> legal_form(pl.Series(["Acme Ltd.", "ACME Limited", "Acme, L.L.C.", "Acme"])).to_list()
    ['ltd', 'ltd', 'llc', None]
    """
    ends = _words(_fold(values.str.slice(0, LONGEST).str.to_lowercase())).str.extract(_NAMED_FORM, 1)
    return ends.replace_strict(_FORMS_OF_FIRMS, default=None, return_dtype=pl.String)


def part_of_group(values: pl.Series) -> pl.Series:
    """
    The words of a firm's name that tell the firms of one group apart; an empty text where it has none.

    >>> part_of_group(pl.Series(["Acme Holdings AG", "Acme Services (UK) Ltd", "Acme UK Service", "Acme"])).to_list()
    ['holding', 'service uk', 'service uk', '']
    """
    words = _words(_fold(values.str.slice(0, LONGEST).str.to_lowercase()))
    told = words.str.extract_all(_PARTS_OF_GROUPS)
    # Singular, in order: neither tells two firms apart.
    return told.list.eval(pl.element().replace(_PLURALS)).list.sort().list.join(" ")


# Each step is a Series of its own: in one expression, a text that is used twice is worked out twice.


def _fold(text: pl.Series) -> pl.Series:
    plain = text.str.len_bytes() == text.str.len_chars()
    if plain.all():
        return text
    folded = (
        text.str.normalize("NFKD")
        .str.replace_all(_ACCENTS, "")
        .str.normalize("NFKC")
        .to_frame("text")
        .select(pl.col("text").str.replace_many(list(_APART), list(_APART.values())))["text"]
    )
    return folded.alias(text.name)


def _words(text: pl.Series) -> pl.Series:
    return text.str.replace_all(r"['`’]", "").str.replace_all(_NOT_A_WORD, " ").str.strip_chars()


def _company(text: pl.Series) -> pl.Series:
    words = _words(text)
    bare = words.str.replace(_LAST_FORM, "").str.replace_all(_LONG_FORM, " ")
    bare = bare.str.replace_all(r"\s+", " ").str.strip_chars()
    return bare.zip_with(bare.str.len_chars() >= 2, words)


def _address(text: pl.Series) -> pl.Series:
    # Matched at word ends only, so that a German "Hauptstrasse" is shortened like a "Main Street".
    long = [f"{word} " for word in _STREET_WORDS]
    short = [f"{word} " for word in _STREET_WORDS.values()]
    ended = (_words(text) + " ").to_frame("text")
    return ended.select(pl.col("text").str.replace_many(long, short))["text"].str.strip_chars()


def _digits(text: pl.Series) -> pl.Series:
    return text.str.replace_all(r"[^0-9]+", "")


def _phone(text: pl.Series) -> pl.Series:
    # Ten digits are enough to tell numbers apart and leave out how the country was written.
    return _digits(text).str.tail(10)


def _characters(text: pl.Series) -> pl.Series:
    return text.str.replace_all(_NOT_A_WORD, "")


def _unspaced(text: pl.Series) -> pl.Series:
    return text.str.replace_all(r"\s+", "")


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
