"""
A sample of the pairs that the keys bring together, from which the model is fitted.

Every key contributes a few pairs. A pair that many keys find is drawn more often,
so each counts by one over its chance of being drawn (Horvitz & Thompson 1952).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from xrm_lake.hygiene.matching.arrays import Flags, Floats, Levels, Rows
from xrm_lake.hygiene.matching.block import Packed, all_pairs, distinct, pairs_within
from xrm_lake.hygiene.matching.compare import Mailboxes, compare
from xrm_lake.hygiene.matching.encode import Table
from xrm_lake.hygiene.matching.keys import Atom, Key
from xrm_lake.hygiene.matching.parallel import in_threads

_ROWS = 20_000  # rows that a key is tried on
_PAIRS = 400  # pairs drawn from each key
_COPIES = 16  # pairs that one of many identical rows counts for at most


@dataclass(frozen=True)
class Sample:
    """Distinct pairs, how many each stands for, and which keys (rows of `covers`) find them."""

    left: Rows
    right: Rows
    levels: Levels
    weights: Floats
    covers: Flags
    pairs_of_key: Floats


def draw(table: Table, mailboxes: Mailboxes, keys: Sequence[Key], rng: np.random.Generator) -> Sample:
    """Draw pairs from every key and compare them."""
    drawn, found = _draw_pairs(table, keys, rng)
    packed = distinct(np.concatenate([np.empty(0, dtype=np.int64), *drawn]))
    left, right = (packed // len(table)).astype(np.int32), (packed % len(table)).astype(np.int32)
    covers = _covers(keys, found > 0, left, right)
    missed = np.ones(len(packed))
    for covered, pairs, expected in zip(covers, drawn, found, strict=True):
        if expected:
            missed[covered] *= 1 - min(0.999, len(pairs) / expected)
    weights = 1 / np.maximum(1 - missed, 1e-4)
    if len(weights):
        weights = np.minimum(weights, np.percentile(weights, 99.8))
    levels = compare(table, mailboxes, left, right)
    return Sample(left, right, levels, weights, covers, found)


def _covers(keys: Sequence[Key], which: Flags, left: Rows, right: Rows) -> Flags:
    """Which of the keys (rows; the others cover nothing) find which pairs; each atom is looked at once for all its keys."""
    atoms = {id(atom): atom for key in keys for atom in key.atoms}
    shared = dict(zip(atoms, in_threads(lambda atom: atom.agree(left, right), atoms.values()), strict=True))
    covers = np.zeros((len(keys), len(left)), dtype=bool)
    for place in np.flatnonzero(which).tolist():
        covers[place] = np.all([shared[id(atom)] for atom in keys[place].atoms], axis=0)
    return covers


def with_copies(sample: Sample, table: Table, mailboxes: Mailboxes, sizes: Rows) -> Sample:
    """
    The sample and the pairs inside groups of identical rows, each group as its first row against itself.

    A row that is copied very often counts less than all its pairs, or it would be all that is learned from.
    """
    rows = np.flatnonzero(sizes > 1).astype(np.int32)
    copies = sizes[rows].astype(np.float64)
    return Sample(
        np.append(sample.left, rows),
        np.append(sample.right, rows),
        np.hstack([sample.levels, compare(table, mailboxes, rows, rows)]),
        np.append(sample.weights, np.minimum((copies - 1) / 2, _COPIES) * copies),
        np.hstack([sample.covers, np.zeros((len(sample.covers), len(rows)), dtype=bool)]),
        sample.pairs_of_key,
    )


def whole(table: Table, mailboxes: Mailboxes) -> Sample:
    """All pairs of a small table: no key, and each stands for itself."""
    packed = table.across(all_pairs(len(table)))
    left, right = (packed // len(table)).astype(np.int32), (packed % len(table)).astype(np.int32)
    levels = compare(table, mailboxes, left, right)
    return Sample(left, right, levels, np.ones(len(packed)), np.zeros((0, len(packed)), dtype=bool), np.empty(0))


def _draw_pairs(table: Table, keys: Sequence[Key], rng: np.random.Generator) -> tuple[list[Packed], Floats]:
    step = max(1, len(table) // _ROWS)
    first = {key.atoms[0].name: key.atoms[0] for key in keys}
    rows_of = dict(zip(first, in_threads(lambda atom: _rows_tried(atom, step), first.values()), strict=True))

    def pairs_of(key: Key) -> Packed:
        rows = rows_of[key.atoms[0].name]
        return table.across(pairs_within(key.codes(rows), rows, len(table)))

    drawn: list[Packed] = []
    found: Floats = np.zeros(len(keys))
    for i, pairs in enumerate(in_threads(pairs_of, keys)):
        found[i] = len(pairs) * step
        drawn.append(rng.choice(pairs, _PAIRS, replace=False) if len(pairs) > _PAIRS else pairs)
    return drawn, found


def _rows_tried(atom: Atom, step: int) -> Rows:
    """One row in `step`: whole values are taken or left, so that the blocks that are taken are complete."""
    value = Key((atom,)).codes()
    return np.flatnonzero((value >= 0) & ((value >> np.int64(7)) % step == 0)).astype(np.int32)
