"""Values of records as text: nothing in them is ever markup."""

import re
from datetime import date, datetime
from typing import Any

from xrm_lake.reports.render.visible import one_line

_MARKS = re.compile(r"([!-/:-@\[-`{-~])")
# The app's markdown turns :words: into icons and emoji even where the colon is escaped; a joiner of no width keeps them apart.
_SHORTCODE = re.compile(r":(?=[A-Za-z0-9_+/-])")
_JOINER = "\u2060"


def plain(value: object, *, longest: int = 200) -> str:
    r"""
    A value for a place that reads markdown, so that it shows as exactly that value on one line.

    >>> plain("*Smith* & <b>Sons</b>")
    '\\*Smith\\* \\& \\<b\\>Sons\\<\\/b\\>'
    """
    text = _SHORTCODE.sub(":" + _JOINER, one_line(shown(value), longest=longest))
    return _MARKS.sub(r"\\\1", text)


def shown(value: Any) -> str:
    """
    A value as people read it; nothing for None.

    >>> shown(True), shown(["a", "b"]), shown(None), shown(date(2017, 3, 1))
    ('Yes', 'a, b', '', '2017-03-01')
    """
    match value:
        case None:
            return ""
        case bool():
            return "Yes" if value else "No"
        case datetime():
            return value.strftime("%Y-%m-%d %H:%M")
        case date():
            return value.isoformat()
        case list() | tuple():
            return ", ".join(shown(item) for item in value)
        case _:
            return str(value)


def count(number: int, one: str, many: str = "") -> str:
    """
    A number with its noun.

    >>> count(1, "pair"), count(1200, "pair")
    ('1 pair', '1,200 pairs')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def short(number: int) -> str:
    """
    A count that fits into a badge.

    >>> short(999), short(1234), short(45678), short(1_200_000)
    ('999', '1.2k', '46k', '1.2M')
    """
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if number >= size:
            scaled = number / size
            return f"{scaled:.1f}{letter}" if scaled < 10 else f"{scaled:.0f}{letter}"
    return str(number)
