"""The terms on which the rows of files are taken in: what an empty cell says, what becomes of lists, which rows come in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from xrm_lake.errors import UnknownName
from xrm_lake.ingest.layout import Side

# Rows that take the place of rejects, or of rows held back, of an earlier import, under the key that those had.
STANDS_FOR = pl.Schema(
    {"file": pl.String, "record_no": pl.Int64, "batch_id": pl.Int64, "old_record_no": pl.Int64, "source_key": pl.String}
)

Empty = Literal["keep", "clear"]
Lists = Literal["replace", "add"]


@dataclass(frozen=True, kw_only=True)
class Terms:
    """
    How rows are taken in, beyond what their columns are.

    `empty`: an empty cell says nothing (`keep`), or that there is no value any more (`clear`). `lists`: the values of a field
    that holds several take the place of those that are there (`replace`), or come beside them (`add`). `only` and `skip` name
    records by their numbers in the file (`3,7-12`), of several tables those of the one named before it (`contacts.csv:3,7-12`, which
    becomes `only_of` and `skip_of`; the others come in whole), `left_out` does so by the name of a table, `only_new` those that make a
    new record: what is left out is held back.
    `answers` say which record a row is, by its number in the file; None: a new one. `stands_for` is a frame STANDS_FOR.
    Raises UnknownName for another word.
    """

    empty: Empty = "keep"
    lists: Lists = "replace"
    only: str = ""
    skip: str = ""
    only_of: str = ""
    skip_of: str = ""
    left_out: Mapping[str, str] = field(default_factory=dict)
    only_new: bool = False
    answers: Mapping[int, int | None] = field(default_factory=dict)
    stands_for: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=STANDS_FOR))

    def __post_init__(self) -> None:
        if self.empty not in ("keep", "clear"):
            raise UnknownName("way to take empty cells", self.empty, ("keep", "clear"))
        if self.lists not in ("replace", "add"):
            raise UnknownName("way to take lists", self.lists, ("replace", "add"))

    def cleared(self, side: Side) -> frozenset[str]:
        """The fields of a side that an empty cell of the file clears: those with a column of their own, but none that is required."""
        if self.empty == "keep":
            return frozenset()
        return frozenset(read.field.name for _, read in side.columns if not read.field.is_required)

    def added(self, side: Side) -> frozenset[str]:
        """The fields of a side whose values are added to those that are there."""
        if self.lists == "replace":
            return frozenset()
        return frozenset(read.field.name for _, read in side.columns if read.field.many)
