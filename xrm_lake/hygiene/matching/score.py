"""
How alike two values are: the level of agreement of each pair of distinct texts.

The only module that knows rapidfuzz. Names are compared by Jaro-Winkler
similarity (Winkler 1990), codes and dates by optimal string alignment distance
(edits and swaps of neighbours), texts of several words by token-sorted
similarity. The limits were measured on febrl and on generated contacts.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA, JaroWinkler

from xrm_lake.hygiene.matching.arrays import Flags, Levels
from xrm_lake.hygiene.matching.meanings import MEANINGS

Texts = list[str]


def levels(meaning: str, left: Texts, right: Texts) -> Levels:
    """
    The level of agreement of each pair of normal forms (see meanings.py); pure, one answer for each pair.

    >>> levels("person_name", ["catherine", "j", "smith"], ["katherine", "john", "jones"]).tolist()
    [3, 2, 0]
    >>> levels("date", ["19800102", "19800102"], ["19800201", "19800102"]).tolist()
    [2, 4]
    """
    found = np.zeros(len(left), dtype=np.uint8)
    if left and meaning in _RULES:
        _RULES[meaning](found, left, right)
    found[_each(lambda a, b: a == b, left, right)] = MEANINGS[meaning].exact
    return found


def _person_name(found: Levels, left: Texts, right: Texts) -> None:
    _steps(found, _jaro_winkler(left, right), 0.70, 0.85, 0.92)
    initial = _each(lambda a, b: (len(a) == 1 or len(b) == 1) and a[0] == b[0], left, right)
    found[initial & (found < 2)] = 2


def _person_full_name(found: Levels, left: Texts, right: Texts) -> None:
    best = np.maximum(100 * _jaro_winkler(left, right), _measure(fuzz.token_set_ratio, left, right))
    _steps(found, best, 70, 84, 93)


def _company_name(found: Levels, left: Texts, right: Texts) -> None:
    best = np.maximum(100 * _jaro_winkler(left, right), _measure(fuzz.token_sort_ratio, left, right))
    within = _measure(fuzz.token_set_ratio, left, right)
    found[(best >= 70) | (within >= 75)] = 1
    found[(best >= 84) | (within >= 100)] = 2
    found[best >= 93] = 3


def _address(found: Levels, left: Texts, right: Texts) -> None:
    _steps(found, _measure(fuzz.token_sort_ratio, left, right), 75, 90)


def _email(found: Levels, left: Texts, right: Texts) -> None:
    # A short local part without a separator ("info", "ann") is shared by too many to say anything.
    found[_each(_same_local, left, right)] = 1
    close = _each(lambda a, b: len(a) >= 8 and not _numbered(a, b), left, right)
    found[close & (_edits(left, right) <= 1)] = 2


def _same_local(left: str, right: str) -> bool:
    local = left.partition("@")[0]
    return local == right.partition("@")[0] and (len(local) >= 8 or "." in local or "_" in local)


def _numbered(left: str, right: str) -> bool:
    """Whether two mailboxes differ in their numbers only: a firm numbers those who bear one name, to tell them apart."""
    return left.translate(_NO_DIGITS) == right.translate(_NO_DIGITS)


def _digits(found: Levels, left: Texts, right: Texts) -> None:
    edits = _edits(left, right)
    found[edits <= 2] = 1
    found[edits <= 1] = 2


def _date(found: Levels, left: Texts, right: Texts) -> None:
    edits = _edits(left, right)
    found[_each(lambda a, b: a[:4] == b[:4], left, right)] = 1
    found[edits <= 2] = 2
    found[edits <= 1] = 3


def _postcode(found: Levels, left: Texts, right: Texts) -> None:
    found[_each(lambda a, b: a[:3] == b[:3], left, right)] = 1
    found[_edits(left, right) <= 1] = 2


def _city(found: Levels, left: Texts, right: Texts) -> None:
    _steps(found, _jaro_winkler(left, right), 0.88)


def _number(found: Levels, left: Texts, right: Texts) -> None:
    found[_edits(left, right) <= 1] = 1


def _free_text(found: Levels, left: Texts, right: Texts) -> None:
    whole, within = _measure(fuzz.token_sort_ratio, left, right), _measure(fuzz.token_set_ratio, left, right)
    _steps(found, np.maximum(whole, 0.9 * within), 50, 70, 85)


_NO_DIGITS = str.maketrans("", "", "0123456789")

_RULES: dict[str, Callable[[Levels, Texts, Texts], None]] = {
    "person_name": _person_name,
    "person_full_name": _person_full_name,
    "company_name": _company_name,
    "address": _address,
    "email": _email,
    "phone": _digits,
    "id": _digits,
    "date": _date,
    "postcode": _postcode,
    "city": _city,
    "number": _number,
    "free_text": _free_text,
}


def _steps(found: Levels, similarity: NDArray[Any], *limits: float) -> None:
    for level, limit in enumerate(limits, start=1):
        found[similarity >= limit] = level


def _jaro_winkler(left: Texts, right: Texts) -> NDArray[Any]:
    return _measure(JaroWinkler.normalized_similarity, left, right, dtype=np.float32)


def _edits(left: Texts, right: Texts) -> NDArray[Any]:
    # Beyond the cutoff rapidfuzz answers 3, which is all that matters here.
    return _measure(OSA.distance, left, right, score_cutoff=2)


def _measure(
    scorer: Any, left: Texts, right: Texts, *, dtype: Any = np.uint8, score_cutoff: float | None = None
) -> NDArray[Any]:
    return process.cpdist(left, right, scorer=scorer, dtype=dtype, score_cutoff=score_cutoff, workers=2)


def _each(test: Callable[[str, str], bool], left: Texts, right: Texts) -> Flags:
    return np.fromiter(map(test, left, right), dtype=bool, count=len(left))
