"""The legal forms of organisations, by the short form that their spellings share. Most come from cleanco."""

import re
import unicodedata
from functools import cache

# What means the same, by the form it is reduced to. Keys are as `spelling_key` makes them.
_SAME = {
    "ltd": "limited",
    "inc": "incorporated",
    "corp": "corporation",
    "co": "company|& co|& company|and company|and co",
    "co ltd": "company limited|co limited|coltd",
    "plc": "public limited company",
    "pcl": "public company limited|public co ltd",
    "llc": "limited liability company",
    "llp": "limited liability partnership",
    "pty ltd": "pty limited|proprietary limited",
    "pvt ltd": "pvt limited|private limited|private ltd|p ltd",
    "pte ltd": "pte limited",
    "ag": "aktiengesellschaft",
    "gmbh": "gesellschaft mit beschrankter haftung",
    "ggmbh": "gemeinnutzige gmbh",
    "ug": "unternehmergesellschaft|ug haftungsbeschrankt|ug (haftungsbeschrankt)",
    "kg": "kommanditgesellschaft",
    "ohg": "offene handelsgesellschaft",
    "eg": "eingetragene genossenschaft",
    "ev": "eingetragener verein",
    "se": "societas europaea",
    "sa": "societe anonyme|sociedad anonima|sociedade anonima|spolka akcyjna|societa anonima",
    "sarl": "societe a responsabilite limitee",
    "sas": "societe par actions simplifiee",
    "spa": "societa per azioni",
    "srl": "societa a responsabilita limitata|sociedad de responsabilidad limitada",
    "sl": "sociedad limitada",
    "ltda": "limitada",
    "sa de cv": "sociedad anonima de capital variable",
    "s de rl de cv": "",
    "sapi de cv": "",
    "sab de cv": "",
    "nv": "naamloze vennootschap",
    "bv": "besloten vennootschap",
    "ab": "aktiebolag|aktiebolaget|ab (publ)",
    "as": "aktieselskab|aksjeselskap|anonim sirketi",
    "aps": "anpartsselskab",
    "oy": "osakeyhtio|oy ab",
    "oyj": "julkinen osakeyhtio",
    "ou": "osauhing",
    "sp zoo": "sp z oo|spolka z oo|spolka z ograniczona odpowiedzialnoscia",
    "kk": "kabushiki kaisha",
    "ltd sti": "limited sirketi",
    "gmbh & co kg": "gmbh und co kg|gmbh and co kg|gmbh + co kg|gmbh &co kg|gmbh & cokg",
    "ag & co kg": "",
    "se & co kg": "",
    "ug & co kg": "",
    "se & co kgaa": "",
    "gmbh & co kgaa": "",
    "gmbh & co ohg": "",
    "co kg": "& co kg|und co kg",
    "sasu": "", "sci": "", "jsc": "", "pjsc": "", "ojsc": "", "cjsc": "", "tbk": "", "eood": "", "ead": "", "doo": "",
    "ооо": "", "оао": "", "зао": "", "пао": "", "ао": "", "тов": "", "зат": "", "пп": "", "еоод": "", "оод": "",
    "pllc": "", "lp": "", "gbr": "", "sro": "spol s ro|spol s r o", "partg mbb": "", "mbh": "", "ik": "", "pc": "",
}  # fmt: skip

# Short forms that are more often something else at the end of a name: a country, a word, a syllable.
_NOT_FORMS = frozenset((
    "uk", "at", "ok", "et", "da", "nl", "private", "ent", "psu", "pse", "etat", "vat", "dat", "sem", "sep", "fa", "ud",
    "sp", "gp", "ps", "pp", "ik", "aj", "pt", "ad", "ba", "bl", "sf", "ec", "ei", "ij", "mb", "kt", "crl", "epe", "coop",
    "koop", "fcp", "scop", "cic", "cio", "3at", "3ao", "ep", "ca", "e", "sc", "ss",
))  # fmt: skip

IN_FRONT = ("oy", "pt", "uab", "sia", "ooo", "oao", "zao", "ооо", "оао", "зао", "пао", "ао", "тов", "зат")
"""Forms that stand before the name as well."""

ATTACHED = {
    "株式会社": "kk", "㈱": "kk", "(株)": "kk", "（株）": "kk", "有限会社": "yk", "合同会社": "gk", "주식회사": "co ltd",
    "㈜": "co ltd", "(주)": "co ltd", "股份有限公司": "co ltd", "有限责任公司": "co ltd", "有限公司": "co ltd",
}  # fmt: skip
"""Forms that are written without a space, before or behind the name."""


def spelling_key(form: str) -> str:
    """
    A form without accents, dots and capitals.

    >>> spelling_key("Sp. z o.o."), spelling_key("A/S"), spelling_key("S.à r.l.")
    ('sp z oo', 'as', 'sa rl')
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", form.lower()) if not unicodedata.combining(c))
    key = re.sub(r"\s+", " ", re.sub(r"[.,/]", "", plain.replace("ł", "l"))).strip()
    # "S. A. de C. V." is "S.A. de C.V.".
    return re.sub(r"\b(\w) (?=\w\b)", r"\1", key)


_ACCENTED = {
    "a": "[aàáâãä]", "e": "[eèéêë]", "i": "[iíìı]", "o": "[oóòôõö]", "u": "[uúüû]", "l": "[lł]", "s": "[sş]", "n": "[nñ]",
}  # fmt: skip


@cache
def short_forms() -> dict[str, str]:
    """The key of each spelling, to its short form."""
    from cleanco.termdata import terms_by_country, terms_by_type

    keys = {
        spelling_key(term) for terms in (terms_by_type, terms_by_country) for said in terms.values() for term in said
    }
    forms = {key: key for key in keys - _NOT_FORMS if key and "\u0080" not in key}
    for short, said in _SAME.items():
        forms |= dict.fromkeys([short, *filter(None, said.split("|"))], short)
    return forms | {"sa rl": "sarl", "s a rl": "sarl"}


@cache
def forms_pattern(front: bool = False) -> str:
    """A pattern of all spellings, longest first, with dots and accents optional; `front`: those before the name."""
    keys = IN_FRONT if front else sorted(short_forms(), key=lambda key: (-len(key), key))
    return "|".join(_pattern(key) for key in keys)


def _pattern(key: str) -> str:
    words = [_word(word) for word in key.split()]
    return re.sub(r"\[\\s,\]\+(\\&|\\\+)\[\\s,\]\+", r"\\s*\1\\s*", r"[\s,]+".join(words))


def _word(word: str) -> str:
    """Letters of a short word may be parted by dots: `gmbh` is also `G.m.b.H.`."""
    if not word.isalpha():
        return "".join(_ACCENTED.get(letter, re.escape(letter)) for letter in word)
    between = r"(?:[./] ?)?" if len(word) <= 5 else ""
    return between.join(_ACCENTED.get(letter, letter) for letter in word) + r"\.?"
