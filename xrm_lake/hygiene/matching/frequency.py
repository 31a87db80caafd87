"""
Term frequencies: sharing a rare value says more than sharing a common one.

The bits by which an exact agreement on this value exceeds one on an average
value: log2(u / f), after Winkler (1989). The share f of a value is estimated from
the rows beside the pair itself, shrunk towards u (a gamma prior of weight one), so
that a value which only these two rows have is neither common nor infinitely rare.
"""

import numpy as np

from xrm_lake.hygiene.matching.arrays import Codes, Counts, Floats, Levels, Rows
from xrm_lake.hygiene.matching.compare import Mailboxes
from xrm_lake.hygiene.matching.encode import Table

_MOST_BITS = 10.0


def frequency_bits(
    table: Table, mailboxes: Mailboxes, chances: tuple[Floats, ...], levels: Levels, left: Rows
) -> Floats:
    """The extra bits of each field (rows) in each pair (columns); 0 where the values differ."""
    bits = np.zeros(levels.shape)
    for column, u, found, extra in zip(table.fields, chances, levels, bits, strict=True):
        if column.meaning.name == "number":
            continue
        same = np.flatnonzero(found == column.meaning.exact)
        extra[same] = _rarity(column.counts, column.codes[left[same]], u[-1])
        if column.name in mailboxes:
            box = mailboxes[column.name]
            same_local = np.flatnonzero(found == 1)
            extra[same_local] = _rarity(box.counts, box.locals[left[same_local]], u[1])
    return bits


def _rarity(counts: Counts, codes: Codes, usual: float) -> Floats:
    others = np.maximum(counts[codes] - 2, 0)
    share = (others + 1) / (max(int(counts.sum()) - 2, 0) + 1 / usual)
    return np.asarray(np.clip(np.log2(usual / share), -_MOST_BITS, _MOST_BITS))
