"""
Which code page bytes beyond ASCII were written in, told by the letters that they would be.

A page is believed if its letters are those of one or two of the languages that are written in it. Western Windows-1252 is what
exports use unless it makes letters of no language, or signs in the middle of words, and another page does not.
"""

import re
from collections import Counter
from math import log

_LATIN = {
    "cp1252": (
        "äöüßéÄÖÜ",  # German
        "àâçéèêëîïôûùüÿœæÀÂÇÉÈÊËÎÏÔÛÙÜŸŒÆ",  # French
        "áéíóúñüÁÉÍÓÚÑÜªº",  # Spanish
        "áâãàçéêíóôõúÁÂÃÀÇÉÊÍÓÔÕÚ",  # Portuguese
        "àèéìîòóùÀÈÉÌÎÒÓÙ",  # Italian
        "åäöéÅÄÖÉæøÆØ",  # Nordic
        "áéëïíóöúÁÉËÏÍÓÖÚèê",  # Dutch
        "áðéíóúýþæöÁÐÉÍÓÚÝÞÆÖ",  # Icelandic
        "äöõüšžÄÖÕÜŠŽ",  # Estonian
    ),
    "cp1250": (
        "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ",  # Polish
        "áčďéěíňóřšťúůýžÁČĎÉĚÍŇÓŘŠŤÚŮÝŽ",  # Czech
        "áäčďéíĺľňóôŕšťúýžÁÄČĎÉÍĹĽŇÓÔŔŠŤÚÝŽ",  # Slovak
        "áéíóöőúüűÁÉÍÓÖŐÚÜŰ",  # Hungarian
        "čćđšžČĆĐŠŽ",  # South Slavic
        "ăâîşţĂÂÎŞŢ",  # Romanian
        "äöüßÄÖÜé",  # German
    ),
    "cp1254": ("çğıöşüÇĞİÖŞÜâîû", "äöüßÄÖÜé"),
    "cp1257": ("ąčęėįšųūžĄČĘĖĮŠŲŪŽ", "āčēģīķļņšūžĀČĒĢĪĶĻŅŠŪŽ", "äöõüšžÄÖÕÜŠŽ", "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ"),
}
_LATIN["iso8859_2"] = _LATIN["cp1250"]
_OTHER = {  # the small letters of a language, the most frequent first
    "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъёіїє": ("cp1251", "koi8_r", "cp866", "iso8859_5", "mac_cyrillic"),
    "αοιετσνηυρπκμλωςίόάέύήδγθώχφβξζψϊϋ": ("cp1253", "iso8859_7"),
    "יוהלאמרתבשנםכדקחפטעגזסןצךףץ": ("cp1255",),
    "المينرتوبسعدفهكحقجشطصخةىأذضئزثغءإآؤظ": ("cp1256", "iso8859_6"),
    "านรอกเงมยลวดทสตะปบคหพจชขใไโผถธซฟ่้ีิัุู์ึ็": ("cp874",),
}
_FEWEST = 3  # letters to tell by
_LIKE_ITS_LANGUAGES = 0.95
_CLEARLY = 0.08
_ALONE = "ðþ"  # letters of a language that is seldom mixed with another
_IN_WORD = re.compile(r"(?<=[^\W\d_])[\u00a1-\u00b4\u00b6\u00b8-\u00bf\u00d7\u00f7\u2020-\u203a](?=[^\W\d_])")


def latin_page(raw: bytes) -> str:
    """
    The page of a language of the Latin script, Windows-1252 if nothing clearly speaks for another.

    >>> latin_page("Małgorzata Wałęsa, Łódź, Stanisław".encode("cp1250")), latin_page("Jérôme Müller".encode("cp1252"))
    ('cp1250', 'cp1252')
    """
    western = _covered(raw, "cp1252")
    best, _, page = max((_covered(raw, page), -place, page) for place, page in enumerate(_LATIN) if page != "cp1252")
    return page if best >= _LIKE_ITS_LANGUAGES and best - western > _CLEARLY else "cp1252"


def other_page(raw: bytes) -> tuple[str, float]:
    """
    The page of one byte a letter that makes likely words of another script, and how likely (the log of a letter).

    >>> other_page("Λεωνίδας Παπαδόπουλος".encode("iso8859_7"))[0], other_page("Мария Иванова".encode("koi8_r"))[0]
    ('cp1253', 'koi8_r')
    """
    ranked = [
        (_likelihood(raw, page, letters), -place, page)
        for letters, pages in _OTHER.items()
        for place, page in enumerate(pages)
    ]
    best, _, page = max(ranked)
    return page, best


def _covered(raw: bytes, page: str) -> float:
    """The share of the letters beyond ASCII that one or two languages of the page have; signs within words count against."""
    text = raw.decode(page, "replace")
    signs = len(_IN_WORD.findall(text)) + text.count("\ufffd") + sum(1 for c in text if "\x80" <= c < "\xa0")
    letters = Counter(char for char in text if char > "\x7f" and char.isalpha())
    total = letters.total() + 2 * signs
    if total < _FEWEST:
        return 0.0
    languages = [sum(letters[c] for c in set(language)) for language in _LATIN[page]]
    pairs = [
        sum(letters[c] for c in {*one, *two}) - 0.02 * total * (one != two)
        for one in _LATIN[page]
        for two in _LATIN[page]
        if not {*_ALONE} & {*one, *two}
    ]
    return max([*languages, *pairs]) / total


def _likelihood(raw: bytes, page: str, letters: str) -> float:
    text = raw.decode(page, "replace")
    beyond = [char for char in text if char > "\x7f"]
    rank = {char: place for place, char in enumerate(letters)}
    score = 0.0
    for before, char in zip(" " + text, text, strict=False):
        if char <= "\x7f":
            continue
        small = char.lower()
        score += log(1 / (rank[small] + 4)) if small in rank else -6.0 if char.isalpha() else -4.0
        if char != small and before.isalpha() and before == before.lower() and before > "\x7f":
            score -= 3.0  # a capital behind a small letter
    return score / max(1, len(beyond))
