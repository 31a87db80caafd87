"""
How alike two values are: the level of agreement of each pair of distinct texts.

The only module that knows rapidfuzz. Names are compared by Jaro-Winkler
similarity (Winkler 1990), codes and dates by optimal string alignment distance
(edits and swaps of neighbours), texts of several words by token-sorted
similarity. The limits were measured on febrl and on generated contacts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA, JaroWinkler

from xrm_lake.hygiene.matching.arrays import Counts, Flags, Levels
from xrm_lake.hygiene.matching.meanings import MEANINGS
from xrm_lake.hygiene.matching.traits import Traits

_FAR_APART = 3  # what rapidfuzz answers beyond two edits, which is all that matters here


@dataclass(frozen=True)
class Compared:
    """Pairs of values that differ: their places among the distinct values that `traits` tells of."""

    traits: Traits
    left: Counts
    right: Counts

    def both(self, name: str) -> tuple[NDArray[Any], NDArray[Any]]:
        """A trait of the left and of the right values."""
        of_value = getattr(self.traits, name)
        return of_value[self.left], of_value[self.right]

    def same(self, name: str) -> Flags:
        """Where both have the same trait."""
        left, right = self.both(name)
        return np.asarray(left == right)

    def take(self, which: Flags | Counts) -> "Compared":
        """These pairs only."""
        return Compared(self.traits, self.left[which], self.right[which])

    def __len__(self) -> int:
        return len(self.left)


def levels(meaning: str, pairs: Compared) -> Levels:
    """The level of agreement of each pair of normal forms (see meanings.py); pure, one answer for each pair."""
    found = np.zeros(len(pairs), dtype=np.uint8)
    if len(pairs) and meaning in _RULES:
        _RULES[meaning](found, pairs)
    return found


def levels_of_texts(meaning: str, left: list[str], right: list[str]) -> Levels:
    """
    The same of texts as they are.

    >>> levels_of_texts("person_name", ["catherine", "j", "smith"], ["katherine", "john", "jones"]).tolist()
    [3, 2, 0]
    >>> levels_of_texts("date", ["19800102", "19800102"], ["19800201", "19800102"]).tolist()
    [2, 4]
    """
    both = pl.Series([*left, *right], dtype=pl.String)
    places = np.arange(len(both), dtype=np.int64)
    found = levels(meaning, Compared(Traits(both), places[: len(left)], places[len(left) :]))
    found[[a == b for a, b in zip(left, right, strict=True)]] = MEANINGS[meaning].exact
    return found


def _person_name(found: Levels, pairs: Compared) -> None:
    _steps(found, _jaro_winkler(pairs), 0.70, 0.85, 0.92)
    left, right = pairs.both("length")
    initial = ((left == 1) | (right == 1)) & pairs.same("initial")
    found[initial & (found < 2)] = 2


def _person_full_name(found: Levels, pairs: Compared) -> None:
    best = np.maximum(100 * _jaro_winkler(pairs), _measure(fuzz.token_set_ratio, pairs))
    _steps(found, best, 70, 84, 93)


def _company_name(found: Levels, pairs: Compared) -> None:
    best = 100 * _jaro_winkler(pairs)
    # The sorted words are asked only where the spelling does not decide, and the common words where neither does.
    unclear = best < 93
    best[unclear] = np.maximum(best[unclear], _measure(fuzz.token_sort_ratio, pairs.take(unclear), score_cutoff=70))
    left, right = pairs.both("words")
    apart = np.flatnonzero((best < 84) & (left & right != 0))
    within = _measure(fuzz.token_set_ratio, pairs.take(apart), score_cutoff=75)
    _steps(found, best, 70, 84, 93)
    found[apart[within >= 75]] = 1
    found[apart[within >= 100]] = 2


def _address(found: Levels, pairs: Compared) -> None:
    _steps(found, _measure(fuzz.token_sort_ratio, pairs, score_cutoff=75), 75, 90)


def _email(found: Levels, pairs: Compared) -> None:
    # A short local part without a separator ("info", "ann") is shared by too many to say anything.
    left, right = pairs.both("telling_local")
    found[pairs.same("local") & left & right] = 1
    found[_one_slip(pairs)] = 2


def _one_slip(pairs: Compared) -> Flags:
    """
    Where two addresses differ by one slip of the pen.

    Those that differ in their numbers only are none: a firm numbers those who bear one name, to tell them apart.
    """
    left, right = pairs.both("length")
    shorter = np.minimum(left, right)
    # One slip leaves the beginning or the end as it is (in a text that is long enough for both).
    # Among names of two or three letters, one letter is another name.
    likely = (np.abs(left - right) <= 1) & (shorter >= 8) & (np.minimum(*pairs.both("local_length")) >= 4)
    likely &= pairs.same("head4") | pairs.same("tail12") | (shorter < 18)
    likely &= ~pairs.same("without_digits")
    likely[likely] = _edits(pairs.take(likely), most=1) <= 1
    return np.asarray(likely)


def _digits(found: Levels, pairs: Compared) -> None:
    edits = _edits(pairs)
    found[edits <= 2] = 1
    found[edits <= 1] = 2


def _date(found: Levels, pairs: Compared) -> None:
    edits = _edits(pairs)
    found[pairs.same("head4")] = 1
    found[edits <= 2] = 2
    found[edits <= 1] = 3


def _postcode(found: Levels, pairs: Compared) -> None:
    found[pairs.same("head3")] = 1
    found[_edits(pairs, most=1) <= 1] = 2


def _city(found: Levels, pairs: Compared) -> None:
    _steps(found, _jaro_winkler(pairs), 0.88)


def _number(found: Levels, pairs: Compared) -> None:
    found[_edits(pairs, most=1) <= 1] = 1


def _free_text(found: Levels, pairs: Compared) -> None:
    whole, within = _measure(fuzz.token_sort_ratio, pairs), _measure(fuzz.token_set_ratio, pairs)
    _steps(found, np.maximum(whole, 0.9 * within), 50, 70, 85)


_RULES: dict[str, Callable[[Levels, Compared], None]] = {
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


def _jaro_winkler(pairs: Compared) -> NDArray[Any]:
    return _measure(JaroWinkler.normalized_similarity, pairs, dtype=np.float32)


def _edits(pairs: Compared, most: int = 2) -> NDArray[Any]:
    """How many edits part the texts, where that is up to `most`; else more."""
    left, right = pairs.both("length")
    found = np.full(len(pairs), _FAR_APART, dtype=np.uint8)
    near = np.abs(left - right) <= most
    found[near] = _measure(OSA.distance, pairs.take(near), score_cutoff=most)
    return found


def _measure(scorer: Any, pairs: Compared, *, dtype: Any = np.uint8, score_cutoff: float | None = None) -> NDArray[Any]:
    left, right = (texts.tolist() for texts in pairs.both("texts"))
    return process.cpdist(left, right, scorer=scorer, dtype=dtype, score_cutoff=score_cutoff)
