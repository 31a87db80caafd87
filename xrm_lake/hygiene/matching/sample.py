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
from xrm_lake.hygiene.matching.keys import Key

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
    covers = np.zeros((len(keys), len(packed)), dtype=bool)
    missed = np.ones(len(packed))
    for key, covered, pairs, expected in zip(keys, covers, drawn, found, strict=True):
        if expected:
            covered[:] = key.agree(left, right)
            missed[covered] *= 1 - min(0.999, len(pairs) / expected)
    weights = 1 / np.maximum(1 - missed, 1e-4)
    if len(weights):
        weights = np.minimum(weights, np.percentile(weights, 99.8))
    levels = compare(table, mailboxes, left, right)
    return Sample(left, right, levels, weights, covers, found)


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
    drawn: list[Packed] = []
    found: Floats = np.zeros(len(keys))
    rows_of: dict[str, Rows] = {}
    for i, key in enumerate(keys):
        first = key.atoms[0].name
        if first not in rows_of:
            # Whole values are taken or left, so that the blocks that are taken are complete.
            value = Key(key.atoms[:1]).codes()
            taken = (value >= 0) & ((value >> np.int64(7)) % step == 0)
            rows_of[first] = np.flatnonzero(taken).astype(np.int32)
        rows = rows_of[first]
        pairs = table.across(pairs_within(key.codes(rows), rows, len(table)))
        found[i] = len(pairs) * step
        drawn.append(rng.choice(pairs, _PAIRS, replace=False) if len(pairs) > _PAIRS else pairs)
    return drawn, found
