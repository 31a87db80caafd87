"""
The best that a half-compared pair can still come to, so that hopeless ones are dropped early.

Let S, M, B, N be the bits that the known fields give each class (same, moved, beside, strangers). An open field
adds s, m, b, n, whichever level it will turn out to have. As log(2^S + 2^M) grows by max(s, m) at most, and
log(2^B + 2^N) is never under B nor under N,

    log odds  <=  log(2^S + 2^M) + sum max(s, m) - max(B + b, N + n)

so the pair stays under the better of two sums, each the worst case of every open field by itself; and the first
logarithm is at most one bit over the larger of the two.
"""

import numpy as np

from xrm_lake.hygiene.matching.arrays import Floats, Levels, Rows
from xrm_lake.hygiene.matching.compare import OPEN, Mailboxes
from xrm_lake.hygiene.matching.encode import Column
from xrm_lake.hygiene.matching.frequency import Rarity
from xrm_lake.hygiene.matching.model import BESIDE, DIFFERENT, MOVED, SAME, STRANGERS, Model

_HOPE_BESIDE, _HOPE_STRANGERS = -2, -1  # the last two columns of a table, behind the classes
_TOGETHER = 3  # fields looked up at once, in a table of all combinations of their levels


class Outlook:
    """The tables of a model: what each level adds to each class, and what it could add while OPEN."""

    def __init__(self, model: Model, rarities: tuple[Rarity, ...], mailboxes: Mailboxes) -> None:
        self._rarities = rarities
        self._sharers = sharers(model)
        certain = [_bits(model, i) for i in range(len(model.fields))]
        certain[0][:, :_HOPE_BESIDE] += model.prior_bits()
        hopeful = [
            _with_hopes(bits, column, i, rarities, column.name in mailboxes)
            for i, (bits, column) in enumerate(zip(certain, model.fields, strict=True))
        ]
        self._certain, self._hopeful = _in_groups(certain), _in_groups(hopeful)

    def best(self, levels: Levels, left: Rows) -> Floats:
        """A limit that the log-odds (bits) of half-compared pairs cannot exceed."""
        sums = self._sums(self._hopeful, levels, left)
        same = np.maximum(sums[:, SAME], sums[:, MOVED]) + 1
        against_beside = same - sums[:, BESIDE] + sums[:, _HOPE_BESIDE]
        return np.asarray(np.minimum(against_beside, same - sums[:, STRANGERS] + sums[:, _HOPE_STRANGERS]))

    def log_odds(self, levels: Levels, left: Rows) -> Floats:
        """The log-odds (bits) of pairs of which nothing is OPEN."""
        sums = self._sums(self._certain, levels, left)
        same = np.logaddexp2(sums[:, SAME], sums[:, MOVED])
        return np.asarray(same - np.logaddexp2.reduce(sums[:, :_HOPE_BESIDE][:, DIFFERENT], axis=1))

    def _sums(self, groups: list[Floats], levels: Levels, left: Rows) -> Floats:
        """For each pair the bits of the classes, then the two hopes."""
        sums: Floats = np.zeros((len(left), groups[0].shape[1]))
        for i, table in enumerate(groups):
            place = np.zeros(len(left), dtype=np.int64)
            for found in levels[i * _TOGETHER : (i + 1) * _TOGETHER]:
                place = place * (OPEN + 1) + found
            sums += table[place]
        for rarity in self._rarities:
            extra = rarity.of(levels, left)
            for of_class in self._sharers[rarity.field]:
                sums[:, of_class] += extra
        return sums


def sharers(model: Model) -> list[list[int]]:
    """For each field, the classes in which a rare value is shared for a reason, and not by chance."""
    found = []
    for i, column in enumerate(model.fields):
        families = [4 + k for k, rates in enumerate(model.families) if rates[i] is model.same[i]]
        found.append([SAME, BESIDE if column.role == "context" else MOVED, *families])
    return found


def _in_groups(tables: list[Floats]) -> list[Floats]:
    """For each few fields one table of all combinations of their levels: each row the sum of its parts."""
    found = []
    for first in range(0, len(tables), _TOGETHER):
        together = tables[first]
        for table in tables[first + 1 : first + _TOGETHER]:
            together = (together[:, None, :] + table[None, :, :]).reshape(-1, table.shape[1])
        found.append(together)
    return found


def _bits(model: Model, field: int) -> Floats:
    """Level x (class or hope): what each level adds to each class; 0 for missing and OPEN, and no hopes."""
    table = np.zeros((OPEN + 1, len(model.classes) + 2))
    for of_class, rates in enumerate(model.classes):
        table[: len(rates[field]), of_class] = np.log2(rates[field])
    return table


def _with_hopes(bits: Floats, column: Column, field: int, rarities: tuple[Rarity, ...], mailbox: bool) -> Floats:
    """The table for pairs that are half compared. What may still turn out to say nothing is worth that at least."""
    table, meaning = bits.copy(), column.meaning
    certain = bits - bits[meaning.missing]  # without the prior, which stands in every row of the first table
    extra = np.zeros(OPEN + 1)
    for rarity in rarities:
        if rarity.field == field:
            extra[rarity.level] = max(float(rarity.bits.max()), 0.0)
    same = np.maximum(certain[:, SAME], certain[:, MOVED]) + extra
    hopes = np.column_stack([same - certain[:, BESIDE], same - certain[:, STRANGERS]])
    # That an open field becomes exact is not possible.
    table[OPEN, _HOPE_BESIDE:] = hopes[[*range(meaning.exact), meaning.missing]].max(axis=0)
    for level in range(1, meaning.exact) if mailbox else ():
        # Before the names are compared, nobody knows whether a mailbox only repeats them.
        table[level] = bits[meaning.missing]
        table[level, _HOPE_BESIDE:] = hopes[[level, meaning.missing]].max(axis=0)
    return table
