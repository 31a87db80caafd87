"""
Records of which some are fresh, identical ones put together: which groups are to be compared, and what that says of each record.

The fresh are weighed against all others and one another, each group of identical records once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from xrm_lake.hygiene.matching.arrays import Counts, Flags
from xrm_lake.hygiene.matching.collapse import Copies, expand

_PAIR = ["left_id", "right_id"]


@dataclass(frozen=True)
class Crowd:
    """ids: the record of each row, ascending; copies: which rows are identical; fresh: the ids of those that are fresh."""

    ids: Counts
    copies: Copies
    fresh: Counts

    @cached_property
    def is_fresh(self) -> Flags:
        """Which groups have a fresh record."""
        found: Flags = np.zeros(len(self.copies.first), dtype=bool)
        groups = self.copies.groups[np.isin(self.ids, self.fresh)]
        found[groups[groups >= 0]] = True
        return found

    def fresh_firsts(self) -> Counts:
        """The fresh records that stand first in their group: the others are found by them."""
        firsts = self.ids[self.copies.first]
        return firsts[np.isin(firsts, self.fresh)]

    def pairs_of(self, met: pl.DataFrame, batch: int) -> Iterator[pl.DataFrame]:
        """The pairs of records (left_id, right_id) that stand for all that met (id, other), so many at once, each once."""
        of = [self._groups(met[side].to_numpy()) for side in ("id", "other")]
        groups = pl.DataFrame({"left": np.minimum(*of), "right": np.maximum(*of)})
        across = groups.filter((pl.col("left") >= 0) & (pl.col("left") != pl.col("right"))).unique(maintain_order=True)
        yield from (
            self._firsts(part["left"].to_numpy(), part["right"].to_numpy()) for part in across.iter_slices(batch)
        )
        yield self._inside()

    def all_pairs(self, batch: int) -> Iterator[pl.DataFrame]:
        """The same of every fresh group and every other."""
        fresh = np.flatnonzero(self.is_fresh)
        others = np.flatnonzero(self.ids[self.copies.first] >= 0)
        step = max(1, batch // max(len(others), 1))
        for start in range(0, len(fresh), step):
            some = fresh[start : start + step]
            left, right = np.repeat(some, len(others)), np.tile(others, len(some))
            once = np.where(self.is_fresh[right], left < right, True)
            yield self._firsts(left[once], right[once])
        yield self._inside()

    def spread(self, found: pl.DataFrame) -> pl.DataFrame:
        """What was found of the pairs that stand for others, for each pair in which a fresh record takes part, best first."""
        left, right = (self._groups(found[side].to_numpy()).astype(np.int64) for side in _PAIR)
        rows = expand(pl.DataFrame({"left": left, "right": right}).with_row_index("place"), self.copies)
        one, other = self.ids[rows["left"].to_numpy()], self.ids[rows["right"].to_numpy()]
        moved = np.isin(one, self.fresh) | np.isin(other, self.fresh)
        return (
            found[rows["place"].filter(pl.Series(moved))]
            .with_columns(
                pl.Series("left_id", np.minimum(one, other)[moved], dtype=pl.Int64),
                pl.Series("right_id", np.maximum(one, other)[moved], dtype=pl.Int64),
            )
            .sort("score", *_PAIR, descending=[True, False, False])
        )

    def _inside(self) -> pl.DataFrame:
        """Each group against itself: that two say the same is not certain where they say next to nothing."""
        many = np.flatnonzero(self.is_fresh & (self.copies.sizes > 1))
        return self._firsts(many, many)

    def _groups(self, ids: Counts) -> Counts:
        # A record that went meanwhile is in no group.
        rows = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return np.where(self.ids[rows] == ids, self.copies.groups[rows], -1)

    def _firsts(self, left: Counts, right: Counts) -> pl.DataFrame:
        ids = self.ids[self.copies.first]
        return pl.DataFrame({"left_id": ids[left], "right_id": ids[right]})
