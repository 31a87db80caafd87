"""
How often two different records agree by chance: the u-probabilities of Fellegi & Sunter (1969).

Exact agreement is counted (two random rows share a value with probability
sum f(f-1) / n(n-1)); the other levels are estimated from random pairs. What is
usual for the meaning counts as some observed pairs more, so that a small table,
where any two rows may be the duplicate looked for, does not explain it away.
"""

import numpy as np

from xrm_lake.hygiene.matching.arrays import Floats
from xrm_lake.hygiene.matching.compare import Mailboxes, compare
from xrm_lake.hygiene.matching.encode import Column, Table

USUAL_PAIRS = 300.0  # how many observed pairs the usual rates weigh

_PAIRS = 150_000  # random pairs looked at
_LEAST = 2e-8  # no agreement is rarer than this
# From different to exact, between strangers; rounded from febrl and generated contacts.
_USUAL: dict[str, tuple[float, ...]] = {
    "person_name": (0.964, 0.025, 0.005, 0.002, 0.004),
    "person_full_name": (0.99, 0.009, 0.0008, 0.0002, 1e-5),
    "company_name": (0.98, 0.015, 0.004, 0.001, 1e-6),
    "free_text": (0.98, 0.015, 0.004, 0.001, 1e-6),
    "email": (0.9998, 1e-4, 1e-4, 1e-7),
    "phone": (0.9995, 4e-4, 1e-4, 1e-5),
    "id": (0.999, 9e-4, 1e-4, 1e-7),
    "date": (0.987, 0.01, 0.002, 0.001, 0.0003),
    "address": (0.994, 0.005, 0.001, 1e-4),
    "postcode": (0.94, 0.04, 0.01, 0.01),
    "city": (0.95, 0.02, 0.03),
    "number": (0.75, 0.23, 0.02),
    "category": (0.8, 0.2),
    "id_weak": (0.99, 0.01),
}


def chance(
    table: Table, mailboxes: Mailboxes, rng: np.random.Generator, *, usual_pairs: float = USUAL_PAIRS
) -> tuple[Floats, ...]:
    """The probability of each level between two different records, for each of `table.fields`."""
    rows = len(table)
    drawn = min(_PAIRS, rows * (rows - 1) // 2)
    left, right = rng.integers(0, rows, drawn), rng.integers(0, rows, drawn)
    two = left != right
    vectors = compare(table, mailboxes, left[two], right[two])
    found = []
    for column, vector in zip(table.fields, vectors, strict=True):
        usual = np.array(_USUAL[column.meaning.name])
        # Equal rows were collapsed before, so a table of one column shows no exact agreement at all.
        exact = float(usual[-1]) if len(table.fields) == 1 else _exact(column, usual[-1], usual_pairs)
        seen = np.bincount(vector, minlength=column.meaning.missing + 1)[: column.meaning.exact] + 0.5
        seen = seen + usual[:-1] * usual_pairs
        rates = np.append(seen / seen.sum() * (1 - exact), exact)
        if column.name in mailboxes:
            counts = mailboxes[column.name].counts
            shares = counts / max(counts.sum(), 1)
            rates[1] = max(float((shares**2).sum()) - exact, _LEAST)
        found.append(rates)
    return tuple(found)


def _exact(column: Column, usual: float, usual_pairs: float) -> float:
    counts = column.counts.astype(np.float64)
    rows = counts.sum()
    same, pairs = float((counts * (counts - 1)).sum()) / 2, float(rows * (rows - 1)) / 2
    return max((same + usual * usual_pairs) / (pairs + usual_pairs), _LEAST)
