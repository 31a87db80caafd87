"""
Capitals: names that are written in one case only, in the one they should have.

A value is only looked at if all of its letters are capitals, or none is. How a word is written is learned from the other values of
the field first (McDonald, UNICEF, eBay); else rules of names apply, and what may be an abbreviation stays as it is. Nothing but
the case of letters ever changes.
"""

import re
from collections import Counter

import polars as pl

PARTICLES = frozenset(
    """
    af al am an and auf av bei bin da dal de del della den der des di do dos du el et for i ibn im la las le les los of on the und
    van vom von y zu zum zur
    """.split()  # noqa: SIM905
)
_FORMS = {
    form.lower(): form
    for form in """
    GmbH mbH AG KG KGaA OHG SE UG eG Ltd LLC LLP Inc Co Corp PLC BV NV SA SL SAS SARL SRL SpA Oy AB AS ApS Pty Bros
    """.split()  # noqa: SIM905
}
_SMALL_IN_FRONT = ("van", "von", "de", "den", "der", "ten", "ter", "vom", "zu")
_SHORT_WORDS = frozenset(
    """
    auto bank bau care city club data east farm food haus home land life nord park real shop sun team west work
    """.split()  # noqa: SIM905
)
_ENDINGS = {"jr": "Jr", "sr": "Sr", "phd": "PhD", "ii": "II", "iii": "III", "iv": "IV"}
_MACS = frozenset(
    """
    macallister macarthur macaulay macdonald macdougall macduff macfarlane macgregor macintosh macintyre mackay mackenzie
    mackinnon mackintosh maclean macleod macmillan macnamara macneil macpherson macrae
    """.split()  # noqa: SIM905
)
# What holds other signs is no name, whatever it is.
_NAME = r"^[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N} .,'’&()/+-]*$"
_PART = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_VOWELS = re.compile(r"[aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýœ]", re.I)


def put_in_case(values: pl.Series, sort: str) -> pl.DataFrame:
    """
    What values in one case should be: columns old, new and score (0..1). `sort` is `person`, `company` or `city`.

    >>> put_in_case(pl.Series(["ANN MCDONALD", "jan van der berg", "JT", "Bob Ray"]), "person")["new"].to_list()
    ['Ann McDonald', 'Jan van der Berg']
    """
    told = values.drop_nulls().unique(maintain_order=True)
    told = told.filter(told.str.contains(_NAME))
    one_case = told.filter((told == told.str.to_uppercase()) ^ (told == told.str.to_lowercase()))
    known = _spellings(told.filter(~told.is_in(one_case.implode())), one_case)
    rows = []
    for old in one_case.to_list():
        new = _cased(old, sort, known)
        if new != old and new.casefold() == old.casefold() and _is_enough(old, sort, known):
            rows.append((old, new, 0.9 if sort == "person" else 0.8))
    return pl.DataFrame(rows, schema={"old": pl.String, "new": pl.String, "score": pl.Float64}, orient="row")


def _cased(value: str, sort: str, known: dict[str, str]) -> str:
    def word(found: re.Match[str]) -> str:
        return _word(found, value, sort, known)

    return _PART.sub(word, value)


def _spellings(mixed: pl.Series, one_case: pl.Series) -> dict[str, str]:
    """How the words of values in one case are mostly written in those of mixed case."""
    wanted = {part.lower() for value in one_case.to_list() for part in _PART.findall(value)}
    if not wanted:
        return {}
    counted: dict[str, Counter[str]] = {}
    for value in mixed.to_list():
        for part in _PART.findall(value):
            if part.lower() in wanted:
                counted.setdefault(part.lower(), Counter())[part] += 1
    return {word: max(seen, key=lambda each: (seen[each], each)) for word, seen in counted.items()}


def _word(found: re.Match[str], whole: str, sort: str, known: dict[str, str]) -> str:
    word, lower = found.group(), found.group().lower()
    if lower in known:
        return known[lower]
    if sort == "company" and lower in _FORMS:
        return _FORMS[lower]
    first = not any(letter.isalpha() for letter in whole[: found.start()])
    if lower in _ENDINGS and not first and sort == "person":
        return _ENDINGS[lower]
    if lower in PARTICLES:
        stays_small = not first or (sort == "person" and " " in whole and lower in _SMALL_IN_FRONT)
        return lower if stays_small else _capital(lower)
    if sort == "company" and lower in _SHORT_WORDS:
        return _capital(lower)
    if _may_be_short_for_something(word, whole, found, sort):
        return word
    return "-".join(_capital(part) for part in lower.split("-"))


def _may_be_short_for_something(word: str, whole: str, found: re.Match[str], sort: str) -> bool:
    """Initials, words without a vowel, and short words in capitals where firms or places are named."""
    dotted = whole[found.end() : found.end() + 1] == "." and len(word) <= 2
    if not word.isupper():
        return False
    short = {"person": 2, "city": 3}.get(sort, 4)
    return dotted or len(word) <= short or not _VOWELS.search(word)


def _capital(word: str) -> str:
    head, mark, rest = word.partition("'") if "'" in word else word.partition("’")
    if mark and len(head) <= 2 and len(rest) > 1:
        return _capital(head) + mark + _capital(rest)
    if word.startswith("mc") and len(word) > 4:
        return "Mc" + word[2:].capitalize()
    if word in _MACS:
        return "Mac" + word[3:].capitalize()
    return word[:1].upper() + word[1:]


def _is_enough(old: str, sort: str, known: dict[str, str]) -> bool:
    """Whether enough speaks for a name and not for a brand: of a firm, two words, or one that is known."""
    parts = _PART.findall(old)
    if sort == "company":
        return len(parts) > 1 or parts[0].lower() in known
    return any(len(part) > 2 for part in parts)
