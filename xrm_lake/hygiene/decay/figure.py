"""Figures: one measured value with what it was counted from, and what it says in words."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from xrm_lake.model.metrics import FEWEST

TOO_FEW = "too few records to tell"
SPLITS = ("pipeline", "owner", "quarter")


@dataclass(frozen=True)
class Figure:
    """
    A measure of a scope: its `value` and the `num` of `den` that it was counted from, if it is a share.

    `raised` says that it is worth a look, None that too few records are there to tell; then `value` is None too. `split` and `part` say of
    which pipeline, owner, quarter, stage or field it is; both are empty for all of a type.
    """

    measure: str
    value: float | None
    num: float | None
    den: float | None
    raised: bool | None
    verdict: str
    split: str = ""
    part: str = ""

    def of(self, split: str, part: str) -> "Figure":
        """The same figure, told of a part."""
        return replace(self, split=split, part=part)


def share(measure: str, num: float, den: float, limit: float, words: str, *, fewest: int = FEWEST) -> Figure:
    """
    A share, raised above a limit; of fewer records than `fewest` it is not told.

    >>> share("reopened", 3, 100, 0.05, "of the moves lead out of won or lost").verdict
    '3.0% of the moves lead out of won or lost'
    """
    if den < fewest:
        return Figure(measure, None, num, den, None, TOO_FEW)
    value = num / den
    return Figure(measure, value, num, den, value > limit, f"{100 * value:.1f}% {words}")


def too_few(measure: str, den: float, words: str = TOO_FEW) -> Figure:
    """A figure that cannot be told."""
    return Figure(measure, None, None, den, None, words)


def parts(frame: pl.DataFrame, split: str) -> Iterator[tuple[str, pl.DataFrame]]:
    """The rows of each part of a split, in the order of their names; rows of no part are left out."""
    for (part,), rows in (
        frame.filter(pl.col(split) != "").sort(split, maintain_order=True).group_by(split, maintain_order=True)
    ):
        yield str(part), rows
