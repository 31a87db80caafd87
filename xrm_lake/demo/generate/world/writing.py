"""How names and numbers are written: without accents, as part of an address, as a telephone number."""

import unicodedata
from functools import cache
from itertools import chain, count

from xrm_lake.demo.generate.chance import Chance, Ints, Texts, texts
from xrm_lake.demo.generate.words import cultures

_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "o", "ł": "l", "Ł": "L", "ı": "i", "æ": "ae"})


@cache
def plain(text: str) -> str:
    """
    The text in plain Latin letters.

    >>> plain("Müller-Łabędź")
    'Mueller-Labedz'
    """
    decomposed = unicodedata.normalize("NFKD", text.translate(_SPELT))
    return "".join(letter for letter in decomposed if letter.isascii())


@cache
def slug(text: str, between: str = "") -> str:
    """
    The text as a part of an address.

    >>> slug("Falkenwerk Bäckerei", "-")
    'falkenwerk-baeckerei'
    """
    kept = "".join(letter if letter.isalnum() else " " for letter in plain(text).lower().replace("'", ""))
    return between.join(kept.split())


def not_yet(used: set[str], first: str, second: str) -> str:
    """The first of the two, or the first with a number from 2 on, that is not used yet; now it is."""
    tries = chain((first, second), (f"{first}{number}" for number in count(2)))
    chosen = next(text for text in tries if text not in used)
    used.add(chosen)
    return chosen


def fill(chance: Chance, patterns: Texts) -> Texts:
    """Each pattern with its `#` replaced by digits; the first digit is 2 to 8."""
    first = chance.whole(2, 9, patterns.size)
    rest = chance.whole(10**9, 10**10, patterns.size)
    digits = (f"{a}{b}" for a, b in zip(first.tolist(), rest.tolist(), strict=True))
    return texts([_filled(pattern, given) for pattern, given in zip(patterns, digits, strict=True)])


def _filled(pattern: str, digits: str) -> str:
    head, *tails = pattern.split("#")
    return head + "".join(digit + tail for digit, tail in zip(digits, tails, strict=False))


def phone_text(chance: Chance, numbers: Texts, culture: Ints) -> Texts:
    """
    Telephone numbers as people type them.

    `numbers` are national, `area local`; what comes back is mostly international,
    about one in eight without calling code; spaced, bracketed, dotted or run
    together. Empty stays empty.
    """
    styles = chance.which([34, 5, 5, 24, 18, 11, 3], numbers.size).tolist()
    known = cultures()
    dials = [(known[c].dial, known[c].trunk) for c in culture.tolist()]
    rows = zip(numbers, dials, styles, strict=True)
    return texts([_dialled(number, *dial, style) if number else "" for number, dial, style in rows])


def _dialled(number: str, dial: str, trunk: str, style: int) -> str:
    area, local = number.split(" ")
    spaced = f"{local[:3]} {local[3:]}" if len(local) > 5 else local
    match style:
        case 0:
            return f"+{dial} {area} {spaced}"
        case 1:
            return f"{trunk}{area} {spaced}"
        case 2:
            return f"({trunk}{area}) {spaced.replace(' ', '-')}"
        case 3:
            return f"+{dial}{area}{local}"
        case 4:
            return f"+{dial} ({area}) {spaced}" if trunk != "" else f"+{dial}-{area}-{local}"
        case 5:
            return f"00{dial} {area} {local}" if dial != "1" else f"+1-{area}-{spaced.replace(' ', '-')}"
        case _:
            return f"{trunk}{area}/{local}" if dial != "1" else f"{area}.{spaced.replace(' ', '.')}"
