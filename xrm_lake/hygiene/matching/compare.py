"""
Pairs of rows as comparison vectors: one level of agreement for each field.

Equal codes need no scorer. Of the rest, each distinct pair of values is scored
once, however many pairs of rows share it.
"""

import numpy as np

from xrm_lake.hygiene.matching import score
from xrm_lake.hygiene.matching.arrays import Counts, Flags, Keys, Levels, Rows
from xrm_lake.hygiene.matching.encode import Column, Table
from xrm_lake.hygiene.matching.mailbox import Mailbox

Mailboxes = dict[str, Mailbox]


def compare(table: Table, mailboxes: Mailboxes, left: Rows, right: Rows) -> Levels:
    """The levels of all pairs: a row for each of `table.fields`, a column for each pair."""
    vectors = np.empty((len(table.fields), len(left)), dtype=np.uint8)
    crossed = _swapped(table, left, right)
    for column, found in zip(table.fields, vectors, strict=True):
        found[:] = _compare_values(column, left, right)
        if column.meaning.name == "person_name":
            found[crossed] = column.meaning.exact - 1
        if column.name in mailboxes:
            named = mailboxes[column.name].named
            found[(found == 1) & (named[left] | named[right])] = column.meaning.missing
    _forget_initials(table, mailboxes, vectors, left, right)
    return vectors


def _forget_initials(table: Table, mailboxes: Mailboxes, vectors: Levels, left: Rows, right: Rows) -> None:
    """
    Take no notice of mailboxes that differ by a letter because the names in them do.

    `anna.b@firm.com` and `anna.c@firm.com` are two colleagues, not one person with a slip of the pen: where the mailboxes
    are made of names and a name differs, their likeness says only what firm and name have said already.
    """
    names = [found for column, found in zip(table.fields, vectors, strict=True) if column.meaning.name == "person_name"]
    if not names:
        return
    exact = next(column.meaning.exact for column in table.fields if column.meaning.name == "person_name")
    missing = next(column.meaning.missing for column in table.fields if column.meaning.name == "person_name")
    differs = np.any([(found < exact - 1) & (found != missing) for found in names], axis=0)
    for column, found in zip(table.fields, vectors, strict=True):
        if column.name in mailboxes:
            named = mailboxes[column.name].named
            close = found == column.meaning.exact - 1
            found[close & differs & named[left] & named[right]] = column.meaning.missing


def _compare_values(column: Column, left: Rows, right: Rows) -> Levels:
    a, b = column.codes[left], column.codes[right]
    found = np.where(a == b, column.meaning.exact, 0).astype(np.uint8)
    found[(a < 0) | (b < 0)] = column.meaning.missing
    open_ = np.flatnonzero(found == 0)
    if len(open_) and len(column.meaning.labels) > 2:
        size = len(column.values)
        low, high = np.minimum(a[open_], b[open_]).astype(np.int64), np.maximum(a[open_], b[open_])
        distinct, where = distinct_inverse(low * size + high)
        texts = column.texts
        one, other = texts[distinct // size].tolist(), texts[distinct % size].tolist()
        found[open_] = score.levels(column.meaning.name, one, other)[where]
    return found


def _swapped(table: Table, left: Rows, right: Rows) -> Flags:
    """Where the two name columns of one row hold those of the other the wrong way round."""
    names = table.of("person_name")
    if len(names) != 2:
        return np.zeros(len(left), dtype=bool)
    first, last = names[0].codes, names[1].codes
    crossed: Flags = (first[left] == last[right]) & (last[left] == first[right]) & (first[left] != first[right])
    return crossed & (first[left] >= 0) & (last[left] >= 0)


def distinct_inverse(keys: Keys) -> tuple[Keys, Counts]:
    """
    The distinct keys in order, and for each key its place among them; quicker than `np.unique`.

    >>> distinct, where = distinct_inverse(np.array([7, 3, 7]))
    >>> distinct.tolist(), where.tolist()
    ([3, 7], [1, 0, 1])
    """
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.r_[True, ordered[1:] != ordered[:-1]] if len(keys) else np.empty(0, dtype=bool)
    where = np.empty(len(keys), dtype=np.int64)
    where[order] = np.cumsum(starts) - 1
    return ordered[starts], where
