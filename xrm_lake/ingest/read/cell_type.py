"""What a cell looks like at a glance; tells a header from data, and a good delimiter from a bad one."""

import re
from functools import lru_cache

_NUMBER = (
    r"[-+(]?\s?(?:[€$£¥]\s?)?(?:\d+|\d{1,3}(?:[.,'\u00a0\u202f ]\d{3})+)?(?:[.,]\d+)?(?:[eE][-+]?\d+)?\s?[%€$£¥)]?"
)
_PATTERNS = (
    ("number", re.compile(rf"(?=[^\d]*\d){_NUMBER}")),
    (
        "date",
        re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ,]+\d{1,2}:\d{2}.*)?|\d{1,2}[- ][A-Za-z]{3,9}[- ,]+\d{2,4}"),
    ),
    ("time", re.compile(r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?:\s?[AaPp]\.?[Mm]\.?)?")),
    ("email", re.compile(r"[^@\s,;]+@[^@\s,;]+\.[A-Za-z]{2,}")),
    ("url", re.compile(r"(?:https?://|www\.)\S+")),
    ("boolean", re.compile(r"true|false|yes|no|y|n|t|f|ja|nein", re.IGNORECASE)),
    ("missing", re.compile(r"n/?a|null|none|nan|-+|\?", re.IGNORECASE)),
    ("word", re.compile(r"[^\W\d_][\w'’.\-]*|[\w\-]+")),
    ("text", re.compile(r"[\w(][\w\s'’.,:()&/+\-!?#%*]*")),
)
DATA = frozenset({"number", "date", "time", "email", "url"})


@lru_cache(maxsize=1 << 14)
def cell_type(text: str) -> str:
    """
    The type of a cell, by its shape alone.

    >>> [cell_type(t) for t in ("1.234,50", "2017-03-01", "ann@example.org", "Name", "Main St 5", "", "a|b;c")]
    ['number', 'date', 'email', 'word', 'text', 'empty', 'other']
    """
    text = text.strip()[:200]
    if not text:
        return "empty"
    for name, pattern in _PATTERNS:
        if pattern.fullmatch(text):
            return name
    return "other"
