"""
Visible text: what may be shown to a person without doing anything to the screen or the order of letters.

Values come from files of strangers. A terminal obeys escape codes, a page obeys bidirectional overrides,
a file is broken by half a surrogate. Such characters become visible signs or vanish; letters stay.
"""

import re
from urllib.parse import urljoin, urlsplit

_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\u061c\ufeff]")
_SPACE = re.compile(r"\s+")
_SIGNS = {code: chr(0x2400 + code) for code in range(32)} | {127: "␡"}
_SIGNS |= dict.fromkeys((*range(0x80, 0xA0), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF), "�")


def one_line(value: object, *, longest: int = 300) -> str:
    r"""
    A value as one line of at most `longest` characters, an ellipsis where it was cut.

    >>> one_line("Ann\n Smith \x1b[31m"), one_line("x" * 9, longest=4)
    ('Ann Smith ␛[31m', 'xxx…')
    """
    text = str(value)[: longest * 4 + 64]
    text = _SPACE.sub(" ", _BIDI.sub("", text)).translate(_SIGNS).strip()
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def address(url: str, base_url: str = "") -> str:
    """
    The absolute web address behind a link, or "" if it is not one, or relative without a base.

    >>> address("/records?type=deal", "http://127.0.0.1:8501"), address("javascript:alert(1)", "http://x.org")
    ('http://127.0.0.1:8501/records?type=deal', '')
    """
    if not url or one_line(url, longest=4000) != url or re.search(r"[\s<>\"'`()\\]", url):
        return ""
    try:
        absolute = urljoin(base_url, url)
        parts = urlsplit(absolute)
        return absolute if parts.scheme in ("http", "https") and parts.hostname else ""
    except ValueError:
        return ""


def many_lines(value: object, *, longest: int) -> str:
    r"""
    A value with its own line breaks and tabs, otherwise as in one_line.

    >>> many_lines("=1+1\n\x00", longest=9)
    '=1+1\n␀'
    """
    text = _BIDI.sub("", str(value)[: longest + 1])
    text = "".join(letter if letter in "\n\t\r" else letter.translate(_SIGNS) for letter in text)
    return text if len(text) <= longest else text[: longest - 1] + "…"
