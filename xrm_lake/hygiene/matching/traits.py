"""
What is worked out once for each distinct value, so that pairs of values are compared by integers where that will do.

Two texts have the same prefix if their prefixes have the same hash. That is wrong once in 2^64 pairs, and
then only takes one text for a little more like another than it is.
"""

from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from xrm_lake.hygiene.matching.arrays import Flags

Hashes = NDArray[np.uint64]


class Traits:
    """The distinct normal forms of a column, and what comparing needs to know of each; each trait is made when first asked."""

    def __init__(self, values: pl.Series) -> None:
        self._values = values

    @cached_property
    def texts(self) -> NDArray[np.object_]:
        """The values as Python strings."""
        return np.array(self._values.to_list(), dtype=object)

    @cached_property
    def length(self) -> NDArray[np.int32]:
        """Characters of each value."""
        return self._values.str.len_chars().cast(pl.Int32).to_numpy()

    @cached_property
    def initial(self) -> Hashes:
        """The first character."""
        return self._hash(self._values.str.slice(0, 1))

    @cached_property
    def head3(self) -> Hashes:
        """The first three characters: the area of a postcode."""
        return self._hash(self._values.str.slice(0, 3))

    @cached_property
    def head4(self) -> Hashes:
        """The first four characters: the year of a date, the start of a mailbox."""
        return self._hash(self._values.str.slice(0, 4))

    @cached_property
    def tail12(self) -> Hashes:
        """The last twelve characters."""
        return self._hash(self._values.str.tail(12))

    @cached_property
    def local(self) -> Hashes:
        """What stands before the @ of an e-mail."""
        return self._hash(self._locals)

    @cached_property
    def local_length(self) -> NDArray[np.int32]:
        """Characters before the @."""
        return self._locals.str.len_chars().cast(pl.Int32).to_numpy()

    @cached_property
    def telling_local(self) -> Flags:
        """Whether that is more than a word ("info", "ann") which too many share."""
        return (self._locals.str.len_chars().ge(8) | self._locals.str.contains("[._]")).to_numpy()

    @cached_property
    def without_digits(self) -> Hashes:
        """The value without its digits."""
        return self._hash(self._values.str.replace_all("[0-9]+", ""))

    @cached_property
    def words(self) -> Hashes:
        """A bit for each word, one of 64 by its hash: values without a common bit have no common word."""
        words = (
            self._values.to_frame("word")
            .with_row_index("value")
            .with_columns(pl.col("word").str.split(" "))
            .explode("word")
        )
        found = np.zeros(len(self._values), dtype=np.uint64)
        np.bitwise_or.at(found, words["value"].to_numpy(), np.uint64(1) << (self._hash(words["word"]) & np.uint64(63)))
        return found

    @property
    def _locals(self) -> pl.Series:
        return self._values.str.replace("@.*$", "")

    @staticmethod
    def _hash(values: pl.Series) -> Hashes:
        return values.hash(seed=0).to_numpy()
