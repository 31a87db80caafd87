"""
The index of a table: for each record, what it could be found by.

An entry is a number for a key and what a record has under it. Two records meet when
they have an entry in common, so the candidates of a few new records cost a look-up,
whatever the size of the table. A run has many keys, most of which find the same pairs
again; those that bring together nearly all of what the run found are enough here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
import polars as pl
from numpy.typing import NDArray

from xrm_lake.hygiene.matching.arrays import Counts, Flags, Keys, Rows
from xrm_lake.hygiene.matching.block import most_in_block
from xrm_lake.hygiene.matching.encode import Column, Table
from xrm_lake.hygiene.matching.keys import NAMES, RARE_WORD, Atom, Key, atoms, digest, mix, rare_words
from xrm_lake.hygiene.matching.pairs import Learned

Hashes = NDArray[np.uint32]
Entries = tuple[Hashes, Rows]  # the number of each entry (32 bits), and the row that has it

_AND = " + "
_PAIRS, _ROWS, _BUCKETS = 20_000, 100_000, 1 << 20  # how much is looked at to choose the keys
_LEAST_GAIN = 5e-4  # of the pairs that a run found
_MOST_KEYS, _MOST_CANDIDATES = 16, 60.0
_COST = 0.6  # how much candidates count against pairs found, as in choose.py
_WORDS = 4  # rare words of a record that are in the index
_LEAST_LIMIT = 200


def limit(rows: int) -> int:
    """
    How many records may share an entry: more say little of each other, and are not looked up.

    A few new records can afford larger blocks than a whole table.

    >>> limit(1_000), limit(1_000_000)
    (500, 200)
    """
    return max(_LEAST_LIMIT, most_in_block(rows))


def basic_keys(table: Table) -> list[str]:
    """What tells a record by itself, so that twins are seen also where no run has found any."""
    found = [NAMES] if len(table.of("person_name")) == 2 else []
    for column in table.columns:
        if column.role in ("identity", "both"):
            found += [key for key in _basic(column) if not found or column.meaning.name not in _NAMED_BY_PARTS]
    return found


_NAMED_BY_PARTS = ("person_name", "person_full_name")


def _basic(column: Column) -> list[str]:
    match column.meaning.name:
        case "phone":
            return [f"{column.name}:last 7"]
        case "person_full_name":
            return [f"{column.name}:sorted"]
        case "company_name" | "free_text":
            return [column.name, f"{column.name}:{RARE_WORD}"]
        case "date" | "number" | "category":
            return []
        case _:
            return [column.name]


def choose_keys(learned: Learned, found: pl.DataFrame) -> tuple[str, ...]:
    """
    The keys of the index: the basic ones, and those by which most of the pairs that were found are found again.

    `found` has left_id and right_id.
    """
    table, rng = learned.fitted.table, np.random.default_rng(7)
    chosen = basic_keys(table)
    left, right = _sampled(learned, found, rng)
    menu = _menu(learned)
    if not len(left) or not menu:
        return tuple(dict.fromkeys(chosen))
    rows = rng.choice(len(table), min(_ROWS, len(table)), replace=False).astype(np.int32)
    reach = {name: _reach(key, rows, left, right, len(table)) for name, key in menu.items()}
    missed = np.ones(len(left), dtype=bool)
    for name in chosen:
        missed &= ~reach[name][0] if name in reach else True
    used = 0.0
    while len(chosen) < _MOST_KEYS and used < _MOST_CANDIDATES:
        gains = {name: float((agree & missed).mean()) for name, (agree, _) in reach.items()}
        worth = [name for name, gain in gains.items() if gain >= _LEAST_GAIN]
        if not worth:
            break
        best = max(worth, key=lambda name: gains[name] / (1 + reach[name][1]) ** _COST)
        chosen.append(best)
        missed &= ~reach[best][0]
        used += reach[best][1]
    return tuple(dict.fromkeys(chosen))


def _menu(learned: Learned) -> dict[str, Key]:
    """The keys of the run, and what they are made of."""
    parts = {atom.name: atom for key in learned.keys for atom in key.atoms if atom.strength != "weak"}
    return {_name(key.atoms): key for key in (*(Key((atom,)) for atom in parts.values()), *learned.keys)}


def _name(of: Sequence[Atom]) -> str:
    """A rare word is looked for in any place: a new word may have come before it."""
    return _AND.join(dict.fromkeys(_placeless(atom.name) for atom in of))


def _placeless(name: str) -> str:
    return name[:-2] if name[:-2].endswith(RARE_WORD) else name


def _sampled(learned: Learned, found: pl.DataFrame, rng: np.random.Generator) -> tuple[Rows, Rows]:
    """Some of the pairs as rows of the table of distinct records."""
    some = found.select("left_id", "right_id")
    if some.height > _PAIRS:
        some = some[np.sort(rng.choice(some.height, _PAIRS, replace=False))]
    group = np.full(len(learned.ids), -1, dtype=np.int32)
    group[learned.copies.members["row"].to_numpy()] = learned.copies.members["group"].to_numpy()
    left, right = (group[np.searchsorted(learned.ids, some[side].to_numpy())] for side in some.columns)
    across = (left != right) & (left >= 0) & (right >= 0)
    return left[across], right[across]


def _reach(key: Key, rows: Rows, left: Rows, right: Rows, total: int) -> tuple[Flags, float]:
    """Which pairs a key finds within blocks that are looked up, and how many candidates it brings a record."""
    most = limit(total)
    of_rows, one, other = key.codes(rows), key.codes(left), key.codes(right)
    there = of_rows[of_rows >= 0] % _BUCKETS
    sizes = np.bincount(there, minlength=_BUCKETS) * (total / len(rows))
    found: Flags = (one == other) & (one >= 0) & (sizes[one % _BUCKETS] <= most)
    seen = sizes[there]
    return found, float(seen[seen <= most].sum() / len(rows))


def entries(table: Table, keys: Iterable[str], *, all_words: bool = False) -> Entries:
    """
    The entries of all rows under these keys, in no order.

    Of each row the rarest words of the table count, or with `all_words` every word.
    """
    names = [name.split(_AND) for name in keys]
    digests = _digests(table, {part for name in names for part in name}, all_words)
    numbers, rows = [np.empty(0, dtype=np.uint32)], [np.empty(0, dtype=np.int32)]
    for name in names:
        if any(part not in digests for part in name):
            continue
        for parts in product(*(digests[part] for part in name)):
            mixed = mix(*parts)
            there = np.flatnonzero(mixed >= 0)
            numbers.append(number(mixed[there], _AND.join(name)))
            rows.append(there.astype(np.int32))
    return np.concatenate(numbers), np.concatenate(rows)


def number(digests: Keys, name: str) -> Hashes:
    """Digests as numbers of 32 bits, others for each name: small to keep, and rarely the same for two texts."""
    return np.asarray(((mix(digests) ^ _salt(name)) >> np.int64(31)).astype(np.uint32))


@cache
def _salt(name: str) -> np.int64:
    return np.int64(digest(pl.Series([name]))[0])


def _digests(table: Table, wanted: set[str], all_words: bool) -> dict[str, list[Keys]]:
    """What each row has under each name; several where any of several words will do."""
    found = {atom.name: [atom.digests()] for atom in atoms(table, wanted)}
    for column in table.columns:
        name = f"{column.name}:{RARE_WORD}"
        if name in wanted:
            words = (
                rare_words(column, how_many=12, least=1, most=len(column.values))
                if all_words
                else rare_words(column, how_many=_WORDS, least=1)
            )
            found[name] = [atom.digests() for atom in words]
    return found


def key_of(table: Table, name: str) -> "Key | Words | None":
    """A key by its name, over another table; None if that has no such fields."""
    if RARE_WORD in name:
        return Words(name, table)
    found = {atom.name: atom for atom in atoms(table, set(name.split(_AND)))}
    parts = [found[part] for part in name.split(_AND) if part in found]
    return Key(tuple(parts)) if len(parts) == len(name.split(_AND)) else None


@dataclass(frozen=True)
class Words:
    """A key of rare words over a few records: two meet when any word will do, in any place."""

    name: str
    table: Table

    def agree(self, left: Rows | Counts, right: Rows | Counts) -> Flags:
        """Where the two rows of a pair share it."""
        numbers, rows = entries(self.table, [self.name], all_words=True)
        has = pl.DataFrame({"row": rows.astype(np.int64), "number": numbers})
        pairs = pl.DataFrame({"left": left, "right": right}).cast(pl.Int64).with_row_index("place")
        met = pairs.join(has, left_on="left", right_on="row").join(
            has, left_on=["right", "number"], right_on=["row", "number"]
        )
        shared: Flags = np.zeros(len(left), dtype=bool)
        shared[met["place"].to_numpy()] = True
        return shared


def index(learned: Learned, keys: Iterable[str]) -> pl.DataFrame:
    """
    The index of the table that a run was on: hash (32 bits) and id, in this order.

    What more distinct records share than are looked up is left out. Of identical records the first stands for all; the
    others are found by their pairs with it.
    """
    numbers, rows = entries(learned.fitted.table, keys)
    packed = np.unique((numbers.astype(np.uint64) << np.uint64(32)) | rows.astype(np.uint64))
    hashes = (packed >> np.uint64(32)).astype(np.uint32)
    starts = np.flatnonzero(np.r_[True, hashes[1:] != hashes[:-1]]) if len(hashes) else np.empty(0, dtype=np.int64)
    sizes = np.diff(np.r_[starts, len(hashes)])
    few = np.repeat(sizes <= limit(len(learned.fitted.table)), sizes)
    groups = (packed[few] & np.uint64(0xFFFFFFFF)).astype(np.int64)
    return pl.DataFrame({"hash": hashes[few], "id": learned.ids[learned.copies.first[groups]]})
