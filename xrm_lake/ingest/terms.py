"""The terms on which the rows of files are taken in: what an empty cell says, and what becomes of lists."""

from dataclasses import dataclass
from typing import Literal

from xrm_lake.errors import UnknownName
from xrm_lake.ingest.layout import Side

Empty = Literal["keep", "clear"]
Lists = Literal["replace", "add"]


@dataclass(frozen=True, kw_only=True)
class Terms:
    """
    How rows are taken in, beyond what their columns are.

    `empty`: an empty cell says nothing (`keep`), or that there is no value any more (`clear`). `lists`: the values of a field
    that holds several take the place of those that are there (`replace`), or come beside them (`add`).
    Raises UnknownName for another word.
    """

    empty: Empty = "keep"
    lists: Lists = "replace"

    def __post_init__(self) -> None:
        if self.empty not in ("keep", "clear"):
            raise UnknownName("way to take empty cells", self.empty, ("keep", "clear"))
        if self.lists not in ("replace", "add"):
            raise UnknownName("way to take lists", self.lists, ("replace", "add"))

    def cleared(self, side: Side) -> frozenset[str]:
        """The fields of a side that an empty cell of the file clears: those with a column of their own, but none that is required."""
        if self.empty == "keep":
            return frozenset()
        return frozenset(read.field.name for _, read in side.columns if read.field.level != "required")

    def added(self, side: Side) -> frozenset[str]:
        """The fields of a side whose values are added to those that are there."""
        if self.lists == "replace":
            return frozenset()
        return frozenset(read.field.name for _, read in side.columns if read.field.many)
