"""
The best that a half-compared pair can still come to, so that hopeless ones are dropped early.

Let S, M, B, N be the bits that the known fields give each class (same, moved, beside, strangers). An open field
adds s, m, b, n, whichever level it will turn out to have. As log(2^S + 2^M) grows by max(s, m) at most, and
log(2^B + 2^N) is never under B nor under N,

    log odds  <=  log(2^S + 2^M) + sum max(s, m) - max(B + b, N + n)

so the pair stays under the better of two sums, each the worst case of every open field by itself. Where no field is
open, it is the log-odds themselves.
"""

import numpy as np

from xrm_lake.hygiene.matching.arrays import Floats, Levels, Rows
from xrm_lake.hygiene.matching.compare import OPEN
from xrm_lake.hygiene.matching.frequency import Rarity
from xrm_lake.hygiene.matching.model import BESIDE, MOVED, SAME, STRANGERS, Model

_CLASSES = 4


class Outlook:
    """The tables of a model: for each field, what each level adds to each class, and what it could add while OPEN."""

    def __init__(self, model: Model, rarities: tuple[Rarity, ...]) -> None:
        self._prior = model.prior_bits()
        self._rarities = rarities
        self._context = [column.role == "context" for column in model.fields]
        self._bits = [_table(model, i) for i in range(len(model.fields))]
        self._hopes = [_hopes(bits, model, i, rarities) for i, bits in enumerate(self._bits)]

    def best(self, levels: Levels, left: Rows) -> Floats:
        """The highest log-odds (bits) that each pair can have."""
        classes = np.repeat(self._prior[:, None], len(left), axis=1)
        for bits, found in zip(self._bits, levels, strict=True):
            for of_class, table in zip(classes, bits, strict=True):
                of_class += table[found]
        for rarity in self._rarities:
            extra = rarity.of(levels, left)
            classes[SAME] += extra
            classes[BESIDE if self._context[rarity.field] else MOVED] += extra
        same = np.logaddexp2(classes[SAME], classes[MOVED])
        certain = same - np.logaddexp2(classes[BESIDE], classes[STRANGERS])
        open_ = np.flatnonzero((levels == OPEN).any(axis=0))
        if len(open_):
            certain[open_] = self._at_most(classes[:, open_], same[open_], levels[:, open_])
        return np.asarray(certain)

    def _at_most(self, classes: Floats, same: Floats, levels: Levels) -> Floats:
        hopes = np.zeros((2, len(same)))
        for (beside, strangers), found in zip(self._hopes, levels, strict=True):
            open_ = found == OPEN
            hopes[0, open_] += beside
            hopes[1, open_] += strangers
        return np.asarray(np.minimum(same - classes[BESIDE] + hopes[0], same - classes[STRANGERS] + hopes[1]))


def _table(model: Model, field: int) -> Floats:
    """Class x level, with 0 for missing and for OPEN."""
    bits = np.zeros((_CLASSES, OPEN + 1))
    for of_class, rates in zip(bits, model.classes, strict=True):
        of_class[: len(rates[field])] = np.log2(rates[field])
    return bits


def _hopes(bits: Floats, model: Model, field: int, rarities: tuple[Rarity, ...]) -> tuple[float, float]:
    """The most that an OPEN field can add against each of the two classes of different entities."""
    meaning = model.fields[field].meaning
    extra = np.zeros(OPEN + 1)
    for rarity in rarities:
        if rarity.field == field:
            extra[rarity.level] = max(float(rarity.bits.max()), 0.0)
    # Compared values may still turn out to say nothing; that an open field becomes exact is not possible.
    levels = [*range(meaning.exact), meaning.missing]
    same = (np.maximum(bits[SAME], bits[MOVED]) + extra)[levels]
    return float((same - bits[BESIDE][levels]).max()), float((same - bits[STRANGERS][levels]).max())
