"""What the number formats of a workbook say of its values: elapsed times, shares of a hundred, money."""

import re
from decimal import Decimal
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
# Formats that every workbook has without saying so.
_BUILT_IN = {"9": "0%", "10": "0.00%", "46": "[h]:mm:ss"}
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.')
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_CURRENCY = re.compile(r"\[\$([^\]-]+)(?:-[^\]]*)?\]")
_SIGNS = re.compile("[€$£¥₹₽₺₩]")


def meaning(code: str) -> str:
    r"""
    "elapsed", "percent", the sign or code of a currency, or "" for all else.

    >>> [meaning(code) for code in ("[h]:mm", "0.0%", "#,##0.00 [$EUR]", '"€" 0.00', "[Red]0.00", "dd.mm.yyyy", '0" %"')]
    ['elapsed', 'percent', 'EUR', '€', '', '', '']
    """
    first = code.partition(";")[0]
    if found := _CURRENCY.search(first):
        return found[1].strip()
    plain = _QUOTED.sub("", first)
    if _ELAPSED.search(plain):
        return "elapsed"
    if "%" in plain:
        return "percent"
    sign = _SIGNS.search(first)
    return sign[0] if sign else ""


def meanings(styles: bytes) -> dict[int, str]:
    """For the cell styles of a workbook, by their number, what their format means, where it means something."""
    try:
        root = ElementTree.fromstring(styles)
    except ElementTree.ParseError:
        return {}
    space = _STRICT if root.tag.startswith(_STRICT) else _MAIN
    codes = _BUILT_IN | {
        each.get("numFmtId", ""): each.get("formatCode", "") for each in root.iterfind(f"{space}numFmts/{space}numFmt")
    }
    cells = root.iterfind(f"{space}cellXfs/{space}xf")
    found = {place: meaning(codes.get(each.get("numFmtId", ""), "")) for place, each in enumerate(cells)}
    return {place: what for place, what in found.items() if what}


def elapsed_text(days: float) -> str:
    """
    A time that passed, in hours, minutes and seconds.

    >>> elapsed_text(10.632060185), elapsed_text(-0.5), elapsed_text(0.25 / 86400)
    ('255:10:10', '-12:00:00', '0:00:00.25')
    """
    thousandths = round(abs(days) * 86_400_000)
    seconds, rest = divmod(thousandths, 1000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    fraction = f".{rest:03d}".rstrip("0") if rest else ""
    return f"{'-' if days < 0 and thousandths else ''}{hour}:{minute:02d}:{second:02d}{fraction}"


def small_text(value: float) -> str | None:
    """
    A number with more than nine decimals, in the fifteen digits that a spreadsheet knows; None for others, and from 0.01 on.

    >>> small_text(2.1234567890123e-7), small_text(-1e-12), small_text(0.00125), small_text(1 / 3)
    ('0.00000021234567890123', '-0.000000000001', None, None)
    """
    exact = Decimal(f"{value:.15g}").normalize()
    return f"{exact:f}" if 1e-30 < abs(value) < 0.01 and round(exact, 9) != exact else None
