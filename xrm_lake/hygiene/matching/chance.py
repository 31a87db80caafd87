"""
How often two different records agree by chance: the u-probabilities of Fellegi & Sunter (1969).

Exact agreement is counted (two random rows share a value with probability
sum f(f-1) / n(n-1)); the other levels are estimated from random pairs. In a
small table, where neither is reliable, both lean on what is usual for the meaning.
"""

import numpy as np

from xrm_lake.hygiene.matching.arrays import Floats
from xrm_lake.hygiene.matching.compare import Mailboxes, compare
from xrm_lake.hygiene.matching.encode import Column, Table

_PAIRS = 150_000  # random pairs looked at
_LEAST = 2e-8  # no agreement is rarer than this
_USUAL_PAIRS = 300.0  # how many observed pairs the usual rate weighs
# How often two strangers have exactly the same value, measured on febrl and generated contacts.
_USUAL = {
    "person_name": 0.005,
    "category": 0.2,
    "city": 0.03,
    "number": 0.02,
    "postcode": 0.01,
    "date": 0.0005,
}


def chance(table: Table, mailboxes: Mailboxes, rng: np.random.Generator) -> tuple[Floats, ...]:
    """The probability of each level between two different records, for each of `table.fields`."""
    rows = len(table)
    drawn = min(_PAIRS, rows * 40)
    left, right = rng.integers(0, rows, drawn), rng.integers(0, rows, drawn)
    two = left != right
    vectors = compare(table, mailboxes, left[two], right[two])
    found = []
    for column, vector in zip(table.fields, vectors, strict=True):
        exact = _exact(column)
        levels = np.bincount(vector, minlength=column.meaning.missing + 1)[: column.meaning.exact] + 0.5
        rates = np.append(levels / levels.sum() * (1 - exact), exact)
        if column.name in mailboxes:
            counts = mailboxes[column.name].counts
            shares = counts / max(counts.sum(), 1)
            rates[1] = max(float((shares**2).sum()) - exact, _LEAST)
        found.append(rates)
    return tuple(found)


def _exact(column: Column) -> float:
    counts = column.counts.astype(np.float64)
    rows = counts.sum()
    same, pairs = float((counts * (counts - 1)).sum()) / 2, float(rows * (rows - 1)) / 2
    usual = _USUAL.get(column.meaning.name, 0.0005)
    return max((same + usual * _USUAL_PAIRS) / (pairs + _USUAL_PAIRS), _LEAST)
