"""
Blocks to pairs: rows that share a key meet, as packed pairs `left * rows + right` with left < right.

A small block yields all its pairs. A large one would yield too many, so its rows
meet only their neighbours in a sorted order (sorted neighbourhood, Hernández &
Stolfo 1995): the identity fields, spelled out.
"""

from collections.abc import Callable, Iterable

import numpy as np
import polars as pl

from xrm_lake.hygiene.matching.arrays import Counts, Keys, Rows
from xrm_lake.hygiene.matching.encode import Column, Table
from xrm_lake.hygiene.matching.keys import Key
from xrm_lake.hygiene.matching.parallel import in_threads

_WINDOW = 6  # neighbours that a row of a large block meets
_SORTED_BY = 4  # identity fields that make up the sorted order
_MOST_HELD = 30_000_000  # pairs kept before repeated ones are dropped, 240 MB

_COUNTED = 100_000  # rows up to which all blocks are counted
_POSITIVE = 0x7FFFFFFFFFFFFFFF

Packed = Counts  # left * rows + right


def most_in_block(rows: int) -> int:
    """
    The size up to which a block yields all its pairs: smaller blocks in larger tables.

    >>> most_in_block(1_000), most_in_block(10_000), most_in_block(1_000_000)
    (500, 100, 50)
    """
    return int(np.clip(1_000_000 / max(rows, 1), 50, 500))


def pairs_within(keys: Keys, rows: Rows, total: int, *, order: Callable[[Rows], Rows] | None = None) -> Packed:
    """
    The pairs of rows with the same key; those of large blocks only where `order` gives the rank of rows among them.

    >>> pairs_within(np.array([7, 9, 7, 7]), np.array([0, 1, 2, 3]), 10).tolist()
    [2, 23, 3]
    """
    keys, rows = _by_key(keys, rows, total)
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
    sizes = np.diff(np.r_[starts, len(keys)])
    block, size = np.repeat(np.arange(len(sizes)), sizes), np.repeat(sizes, sizes)
    most = most_in_block(total)
    small = (size > 1) & (size <= most)
    found = _nearby(block[small], rows[small], total, reach=most)
    large = size > most
    if order is not None and large.any():
        block, rows = block[large], rows[large]
        spelled = np.lexsort((order(rows), block))
        found += _nearby(block[spelled], rows[spelled], total, reach=_WINDOW)
    return np.concatenate(found) if found else np.empty(0, dtype=np.int64)


def count_pairs(keys: Keys, total: int) -> int:
    """
    About how many pairs such keys bring together, as `pairs_within` with an order does.

    >>> count_pairs(np.array([7, 9, 7, 7]), 10)
    3
    """
    # Of a large table one block in `share` is looked at: a key is a hash, so its last bits choose at random.
    share = 1 if total <= _COUNTED else 4
    ordered = np.sort(keys[(keys >= 0) & (keys & (share - 1) == 0)])
    sizes = np.diff(np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1], True])) if len(ordered) else ordered
    small = sizes[sizes <= most_in_block(total)]
    return share * int((small * (small - 1) // 2).sum() + _WINDOW * sizes[sizes > most_in_block(total)].sum())


def _by_key(keys: Keys, rows: Rows, total: int) -> tuple[Keys, Rows]:
    """
    The rows that have a key, with those of one key side by side.

    Key and row are sorted as one number, many times as fast as an index is. What is cut off of the key (it is a hash)
    can only bring two strangers together.
    """
    there = keys >= 0
    bits = max(total, 1).bit_length()
    packed = np.sort(((keys[there] << bits) & _POSITIVE) | rows[there])
    return packed >> bits, packed & ((1 << bits) - 1)


def _nearby(block: Packed, rows: Rows, total: int, *, reach: int) -> list[Packed]:
    """Each row with the next `reach` rows of its block."""
    found, at = [], np.arange(len(rows))
    for step in range(1, reach + 1):
        at = at[at + step < len(rows)]
        at = at[block[at] == block[at + step]]
        if not len(at):
            break
        a, b = rows[at], rows[at + step]
        found.append(np.minimum(a, b) * total + np.maximum(a, b))
    return found


def pairs_of_keys(keys: Iterable[Key], table: Table) -> Packed:
    """The pairs that any of the keys brings together, each once, in order."""
    total = len(table)
    rows = np.arange(total, dtype=np.int32)
    held: list[Packed] = []
    for found in in_threads(
        lambda key: pairs_within(key.codes(), rows, total, order=lambda few: spelled_order(table, few)), keys
    ):
        held.append(found)
        if sum(map(len, held)) > _MOST_HELD:
            held = [distinct(np.concatenate(held))]
    return distinct(np.concatenate(held)) if held else np.empty(0, dtype=np.int64)


def all_pairs(total: int) -> Packed:
    """
    Every pair of rows, for tables so small that no key needs to be chosen.

    >>> all_pairs(3).tolist()
    [1, 2, 5]
    """
    left, right = np.triu_indices(total, k=1)
    return left.astype(np.int64) * total + right


def distinct(pairs: Packed) -> Packed:
    """
    Each pair once, in order; quicker than `np.unique`.

    >>> distinct(np.array([4, 2, 4])).tolist()
    [2, 4]
    """
    ordered = np.sort(pairs)
    return ordered[np.r_[True, ordered[1:] != ordered[:-1]]] if len(ordered) else ordered


def spelled_order(table: Table, rows: Rows) -> Rows:
    """The rank of each of these rows when they are sorted by the text of the first identity fields."""
    chosen = [c for c in table.columns if c.role in ("identity", "both")][:_SORTED_BY]
    texts = {f"text{i}": _texts(c, rows) for i, c in enumerate(chosen)}
    spelled = pl.DataFrame(texts).with_row_index("place").sort(*texts, "place")["place"].to_numpy()
    order = np.empty(len(rows), dtype=np.int32)
    order[spelled] = np.arange(len(rows), dtype=np.int32)
    return order


def _texts(column: Column, rows: Rows) -> pl.Series:
    codes = column.codes[rows]
    return column.values.gather(pl.Series(codes).set(pl.Series(codes < 0), None))
