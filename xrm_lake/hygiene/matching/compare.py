"""
Pairs of rows as comparison vectors: one level of agreement for each field.

Equal codes need no scorer. Of the rest, each distinct pair of values is scored
once, however many pairs of rows share it. What is still to be compared has the
level OPEN, so that a pair which has no chance left can be dropped half-way.
"""

from collections.abc import Iterable

import numpy as np

from xrm_lake.hygiene.matching import score
from xrm_lake.hygiene.matching.arrays import Codes, Counts, Flags, Keys, Levels, Rows
from xrm_lake.hygiene.matching.encode import Column, Table
from xrm_lake.hygiene.matching.mailbox import Mailbox
from xrm_lake.hygiene.matching.parallel import in_threads

Mailboxes = dict[str, Mailbox]

_BATCH = 40_000  # pairs compared at once by one thread
OPEN = 7  # above every level and "missing"
_PACKED = 12  # fields whose levels are told in one number, beside that of the fields before
_FAR = 1  # what two firms of one name are at most that have different legal forms


def compare(table: Table, mailboxes: Mailboxes, left: Rows, right: Rows) -> Levels:
    """The levels of all pairs: a row for each of `table.fields`, a column for each pair."""
    parts = range(0, max(len(left), 1), _BATCH)
    return np.hstack(
        [*in_threads(lambda a: _compare(table, mailboxes, left[a : a + _BATCH], right[a : a + _BATCH]), parts)]
    )


def _compare(table: Table, mailboxes: Mailboxes, left: Rows, right: Rows) -> Levels:
    vectors = compare_equal(table, left, right)
    compare_open(table, vectors, left, right, range(len(table.fields)))
    settle(table, mailboxes, vectors, left, right)
    return vectors


def compare_equal(table: Table, left: Rows, right: Rows) -> Levels:
    """What integers can tell: exact, missing, different where there is nothing between; the rest is OPEN."""
    vectors = np.empty((len(table.fields), len(left)), dtype=np.uint8)
    for column, found in zip(table.fields, vectors, strict=True):
        a, b = column.codes[left], column.codes[right]
        between = len(column.meaning.labels) > 2
        found[:] = np.where(a == b, column.meaning.exact, OPEN if between else 0)
        found[(a < 0) | (b < 0)] = column.meaning.missing
        _part_firms(column, found, left, right)
    crossed = _swapped(table, left, right)
    for column, found in zip(table.fields, vectors, strict=True):
        if column.meaning.name == "person_name":
            found[crossed] = column.meaning.exact - 1
    return vectors


def compare_open(table: Table, vectors: Levels, left: Rows, right: Rows, fields: Iterable[int]) -> None:
    """Score what is OPEN in these fields."""
    for i in fields:
        column, found = table.fields[i], vectors[i]
        open_ = np.flatnonzero(found == OPEN)
        if len(open_):
            found[open_] = _score(column, column.codes[left[open_]], column.codes[right[open_]])
            _part_firms(column, found, left, right)


def _score(column: Column, a: Codes, b: Codes) -> Levels:
    size = len(column.values)
    if size > len(a):  # so many values that hardly two pairs would have the same two
        return score.levels(column.meaning.name, score.Compared(column.traits, a.astype(np.int64), b.astype(np.int64)))
    low, high = np.minimum(a, b).astype(np.int64), np.maximum(a, b).astype(np.int64)
    distinct, where = distinct_inverse(low * size + high)
    return score.levels(column.meaning.name, score.Compared(column.traits, distinct // size, distinct % size))[where]


def _part_firms(column: Column, found: Levels, left: Rows, right: Rows) -> None:
    """
    Acme Inc, Acme GmbH and Acme Holding are firms of one group: however alike their names, they are far from being one.

    A legal form that only one of two names tells says nothing; a word that tells which firm of the group it is does.
    """
    apart: Flags = np.zeros(len(left), dtype=bool)
    for codes in (column.forms, column.parts):
        if codes is not None:
            a, b = codes[left], codes[right]
            apart |= (a >= 0) & (b >= 0) & (a != b)
    found[apart & (found > _FAR) & (found <= column.meaning.exact)] = _FAR


def settle(table: Table, mailboxes: Mailboxes, vectors: Levels, left: Rows, right: Rows) -> None:
    """Take no notice of mailboxes that only repeat what the names have said, or are an office's; needs the names compared."""
    for column, found in zip(table.fields, vectors, strict=True):
        if column.name in mailboxes:
            named, offices = mailboxes[column.name].named, mailboxes[column.name].offices
            found[(found == 1) & (named[left] | named[right])] = column.meaning.missing
            found[(found > 0) & offices[left] & offices[right]] = column.meaning.missing
    _forget_initials(table, mailboxes, vectors, left, right)


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


def _swapped(table: Table, left: Rows, right: Rows) -> Flags:
    """Where the two name columns of one row hold those of the other the wrong way round."""
    names = table.of("person_name")
    if len(names) != 2:
        return np.zeros(len(left), dtype=bool)
    first, last = names[0].codes, names[1].codes
    crossed: Flags = (first[left] == last[right]) & (last[left] == first[right]) & (first[left] != first[right])
    return crossed & (first[left] >= 0) & (last[left] >= 0)


def distinct_vectors(levels: Levels) -> tuple[Levels, Counts]:
    """
    The distinct comparison vectors, and for each pair which of them it has.

    >>> vectors, where = distinct_vectors(np.array([[0, 4, 0], [1, 1, 1]], dtype=np.uint8))
    >>> vectors.tolist(), where.tolist()
    ([[0, 4], [1, 1]], [0, 1, 0])
    """
    packed = np.zeros(levels.shape[1], dtype=np.int64)
    for i, field in enumerate(levels):
        if i % _PACKED == 0:
            # No more fields fit into one number: the vectors so far are numbered anew.
            packed = distinct_inverse(packed)[1]
        packed = packed * (OPEN + 1) + field
    distinct, where = distinct_inverse(packed)
    first = np.zeros(len(distinct), dtype=np.int64)
    first[where[::-1]] = np.arange(len(where))[::-1]
    return np.asarray(levels[:, first]), where


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
