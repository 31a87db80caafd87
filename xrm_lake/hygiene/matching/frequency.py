"""
Term frequencies: sharing a rare value says more than sharing a common one.

The bits by which an exact agreement on this value exceeds one on an average
value: log2(u / f), after Winkler (1989). The share f of a value is estimated from
the rows beside the pair itself, shrunk towards u (a gamma prior of weight one), so
that a value which only these two rows have is neither common nor infinitely rare.
"""

from dataclasses import dataclass

import numpy as np

from xrm_lake.hygiene.matching.arrays import Codes, Counts, Floats, Levels, Rows
from xrm_lake.hygiene.matching.compare import Mailboxes
from xrm_lake.hygiene.matching.encode import Column, Table

_MOST_BITS = 10.0


@dataclass(frozen=True)
class Rarity:
    """The extra bits of agreeing on a value, for each code of a field at one of its levels; 0 for none (code -1)."""

    field: int
    level: int
    codes: Codes
    bits: Floats

    def of(self, levels: Levels, left: Rows) -> Floats:
        """The extra bits of this field in each pair."""
        found: Floats = np.zeros(len(left))
        same = np.flatnonzero(levels[self.field] == self.level)
        found[same] = self.bits[self.codes[left[same]]]
        return found


def rarities(table: Table, mailboxes: Mailboxes, chances: tuple[Floats, ...]) -> tuple[Rarity, ...]:
    """What each value of each field adds: at the exact level, and where two mailboxes have the same local part."""
    found = []
    for i, (column, u) in enumerate(zip(table.fields, chances, strict=True)):
        if column.meaning.name == "number":
            continue
        found.append(Rarity(i, column.meaning.exact, column.codes, _bits(column.counts, u[-1], _rows(column))))
        if column.name in mailboxes:
            box = mailboxes[column.name]
            found.append(Rarity(i, 1, box.locals, _bits(box.counts, u[1], int(box.counts.sum()))))
    return tuple(found)


def _rows(column: Column) -> int:
    return int(column.counts.sum())


def _bits(counts: Counts, usual: float, rows: int) -> Floats:
    others = np.maximum(counts - 2, 0)
    share = (others + 1) / (max(rows - 2, 0) + 1 / usual)
    return np.append(np.clip(np.log2(usual / share), -_MOST_BITS, _MOST_BITS), 0.0)
