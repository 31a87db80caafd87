"""
Which pairs may be offered for merging without a person: where score and evidence both leave no doubt.

A score is a product of fields, and one that agrees by a copied value can outweigh one that differs. So a pair is sure only if

- of people, it scores 0.999 or more, or 0.99 and nothing that is theirs alone differs;
- of firms, it scores 0.99 or more, the name is the same and nothing else differs: branches bear one name at two addresses.

Where neither names are compared, nor the model was learned from the records, no pair is sure. On the known sets, 99.4 % and
more of the sure pairs were right (docs/benchmarks.md).
"""

import numpy as np

from xrm_lake.hygiene.matching.arrays import Flags, Floats, Levels
from xrm_lake.hygiene.matching.encode import Column

SURE = 0.99
_SURE_ALONE = 0.999
_PEOPLE = ("person_name", "person_full_name")


def sure(fields: tuple[Column, ...], levels: Levels, scores: Floats) -> Flags:
    """Of each pair, whether it is; `levels` has a row for each of `fields`."""
    differs = np.array([_differs(column, found) for column, found in zip(fields, levels, strict=True)], dtype=bool)
    if any(column.meaning.name in _PEOPLE for column in fields):
        own = [i for i, column in enumerate(fields) if column.role in ("identity", "both")]
        return np.asarray((scores >= _SURE_ALONE) | ((scores >= SURE) & ~differs[own].any(axis=0)))
    names = [i for i, column in enumerate(fields) if column.meaning.name == "company_name"]
    if not names:
        return np.zeros(len(scores), dtype=bool)
    same_name = np.all([levels[i] == fields[i].meaning.exact for i in names], axis=0)
    return np.asarray((scores >= SURE) & same_name & ~differs.any(axis=0))


def _differs(column: Column, levels: Levels) -> Flags:
    """Where two values are different, or only remotely alike; of a plain word (a category), nothing is said."""
    if column.role == "group":
        return np.zeros(len(levels), dtype=bool)
    return np.asarray([label in ("different", "far") for label in (*column.meaning.labels, "missing")])[levels]
