"""
Which pairs may be offered for merging without a person: where score and evidence both leave no doubt.

A score is a product of fields, and one that agrees by a copied value can outweigh one that differs. So a pair is sure only if

- of people, it scores 0.999 or more and no name differs, or 0.99 and nothing that is theirs alone differs; and something
  agrees beside the names (a mailbox, a phone, a date, an address, a firm): namesakes there are many;
- of firms, it scores 0.99 or more, the name is the same and nothing else differs: branches bear one name at two addresses.

Where neither names are compared, nor the model was learned from the records, no pair is sure. On the known sets, 99.4 % and
more of the sure pairs were right (docs/benchmarks.md).
"""

import numpy as np
import polars as pl

from xrm_lake.hygiene.matching.arrays import Flags, Floats, Levels
from xrm_lake.hygiene.matching.encode import Column

SURE = 0.99
_SURE_ALONE = 0.999
_PEOPLE = ("person_name", "person_full_name")
_APART, _ALIKE = ("different", "far"), ("close", "exact")
_SAYS_LITTLE = (*_PEOPLE, "city", "number", "category", "free_text")


def sure(fields: tuple[Column, ...], levels: Levels, scores: Floats) -> Flags:
    """Of each pair, whether it is; `levels` has a row for each of `fields`."""
    differs = np.array([_is(column, found, _APART) for column, found in zip(fields, levels, strict=True)], dtype=bool)
    if any(column.meaning.name in _PEOPLE for column in fields):
        return _sure_of_people(fields, levels, scores, differs)
    names = [i for i, column in enumerate(fields) if column.meaning.name == "company_name"]
    if not names:
        return np.zeros(len(scores), dtype=bool)
    same_name = np.all([levels[i] == fields[i].meaning.exact for i in names], axis=0)
    return np.asarray((scores >= SURE) & same_name & ~differs.any(axis=0))


def sure_of(pairs: pl.DataFrame, fields: tuple[Column, ...], *, trusted: bool) -> pl.Series:
    """The same of pairs with levels and score, as `likely` gives them; of a model that is not trusted, no pair is."""
    if not trusted or pairs.is_empty():
        return pl.Series("sure", [False] * len(pairs), dtype=pl.Boolean)
    return pl.Series("sure", sure(fields, pairs["levels"].to_numpy().T, pairs["score"].to_numpy()))


def _sure_of_people(fields: tuple[Column, ...], levels: Levels, scores: Floats, differs: Flags) -> Flags:
    own = [i for i, column in enumerate(fields) if column.role in ("identity", "both")]
    named = [i for i, column in enumerate(fields) if column.meaning.name in _PEOPLE]
    other_name = np.any([_is(fields[i], levels[i], ("different",)) for i in named], axis=0)
    agrees = np.zeros(len(scores), dtype=bool)
    for column, found in zip(fields, levels, strict=True):
        if column.meaning.name not in _SAYS_LITTLE:
            agrees |= _is(column, found, _ALIKE)
    nothing_differs = (scores >= SURE) & ~differs[own].any(axis=0)
    return np.asarray(agrees & (nothing_differs | ((scores >= _SURE_ALONE) & ~other_name)))


def _is(column: Column, levels: Levels, labels: tuple[str, ...]) -> Flags:
    """Where the values of a field have one of these labels; of a plain word (a category), nothing is said."""
    if column.role == "group":
        return np.zeros(len(levels), dtype=bool)
    return np.asarray([label in labels for label in (*column.meaning.labels, "missing")])[levels]
