"""One entity, written down once or several times, each time a little different."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from benchmarks.generate.rates import COPIES, Rates
from benchmarks.generate.spoil import PLACEHOLDERS, change, misspell, recase
from xrm_lake.demo.generate.chance import Chance, Ints, Mask


@dataclass(frozen=True)
class Copies:
    """For each record, in the order of the table: its entity, and which record of that entity it is (0 = the first)."""

    entity: Ints
    version: Ints


def entities(rows: int, duplicates: bool) -> int:
    """How many entities `rows` records are of."""
    mean = sum(copies * share for copies, share in COPIES.items()) if duplicates else 1
    return math.ceil(rows / mean)


def versions(chance: Chance, count: int, rows: int, duplicates: bool) -> Copies:
    """`rows` records of `count` entities, in mixed order."""
    copies = np.ones(count, dtype=np.int64)
    if duplicates:
        copies = np.array(list(COPIES))[chance.which(list(COPIES.values()), count)]
        copies[: max(rows - int(copies.sum()), 0)] += 1
    entity = np.repeat(np.arange(count), copies)
    version = np.arange(entity.size) - np.repeat(np.cumsum(copies) - copies, copies)
    mixed = np.argsort(chance.shares(entity.size))[:rows]
    return Copies(entity[mixed], version[mixed])


@dataclass(frozen=True)
class Draft:
    """The records on their way: what happens to which of them, at the given rates."""

    chance: Chance
    rates: Rates
    copies: Copies

    def __len__(self) -> int:
        return len(self.copies.entity)

    def again(self, what: str) -> Mask:
        """The further records that `what` happens to; the same for the same word."""
        return self.always(what) & (self.copies.version > 0)

    def always(self, what: str) -> Mask:
        """The records that `what` happens to, first ones included; the same for the same word."""
        return self.chance.stream(what).chance(len(self), getattr(self.rates, what))

    def copied(self, share: float) -> Mask:
        """A share of the further records."""
        return self.chance.chance(len(self), share) & (self.copies.version > 0)

    def slipped(self, values: pl.Series, factor: float = 1.0) -> pl.Series:
        """The values, with a slip of the key in some of the further records."""
        which = self.copied(self.rates.typo * factor) & values.is_not_null().to_numpy()
        return change(values, which, lambda texts: misspell(self.chance, texts))


def finish(
    draft: Draft, columns: Mapping[str, pl.Series], empty: Mapping[str, float], meaning: Mapping[str, str]
) -> pl.DataFrame:
    """The table: rid, cluster and the columns of `meaning`, with cells emptied, in capitals, or filled with words that say nothing."""
    chance, rates, n = draft.chance, draft.rates, len(draft)
    held = {"rid": pl.Series(np.arange(n)), "cluster": pl.Series(draft.copies.entity)}
    for name in meaning:
        values = columns[name]
        if meaning[name] not in ("phone", "postcode"):
            values = change(values, chance.chance(n, rates.recased), lambda texts: recase(chance, texts))
        if meaning[name] != "person_name":
            nothing = pl.Series(PLACEHOLDERS).gather(chance.whole(0, len(PLACEHOLDERS), n))
            values = nothing.zip_with(pl.Series(chance.chance(n, rates.placeholder)), values)
        gone = chance.chance(n, min(empty[name] * rates.missing, 1.0))
        values = values.str.strip_chars().replace("", None)
        held[name] = values.zip_with(pl.Series(~gone), pl.Series([None], dtype=pl.String).new_from_index(0, n))
    return pl.DataFrame(held)
