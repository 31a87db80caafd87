"""
Sorting: do owners and quarters mean the same by the stages?

Like is compared with like: of closed records how many were won; of all, which stage they began in; of moves, where to, given where
from. A part differs where the G-test says so (q < .05 after Benjamini and Hochberg) and the divergence is 0.02 bits or more; of fewer
than 30 nothing is told.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from xrm_lake.history.course import Course
from xrm_lake.hygiene.decay.figure import TOO_FEW, Figure
from xrm_lake.hygiene.decay.homogeneity import Homogeneity, each_against_the_rest, homogeneity

HOW = {
    "outcome": "of the closed ones are won",
    "first_stage": "begin in other stages than the rest",
    "next_stage": "move on to other stages than the rest",
}


def outcomes(course: Course) -> pl.DataFrame:
    """What became of the closed records: category, pipeline, owner, quarter."""
    return _sorted(course.records.filter(pl.col("outcome").is_in(["won", "lost"])), "outcome")


def first_stages(course: Course) -> pl.DataFrame:
    """In which stage records began, as far as that was seen: category, pipeline, owner, quarter."""
    firsts = course.spells.drop_nulls("stage").filter(pl.col("id") != pl.col("id").shift().fill_null(-1))
    return _sorted(firsts.filter(pl.col("known")), "stage")


def next_stages(course: Course) -> Iterator[pl.DataFrame]:
    """Where moves out of each open stage led: category, pipeline, owner, quarter."""
    moves = course.moves.filter(pl.col("from_outcome") == "open").sort("before", maintain_order=True)
    for _, rows in moves.group_by("before", maintain_order=True):
        yield _sorted(rows, "stage")


def all_alike(measure: str, frame: pl.DataFrame, split: str) -> Figure | None:
    """Whether all parts sort alike, with the mutual information of part and category in bits; None if there is nothing to compare."""
    found = homogeneity_of(frame, split)
    if found is None:
        return None
    alike = found.p >= 0.01
    words = (
        f"{'no difference' if alike else 'a difference'} between parts beyond chance:"
        f" G = {found.g:.1f}, df = {found.df}, p = {found.p:.2g}, {found.bits:.4f} bits"
    )
    words = words if alike else words.replace("a difference between parts beyond chance", "parts differ beyond chance")
    return Figure(f"{measure}_alike", found.bits, None, found.n, not alike, words, split)


def homogeneity_of(frame: pl.DataFrame, split: str) -> Homogeneity | None:
    """The G-test of parts by categories."""
    _, table = _table(frame, split)
    return homogeneity(table) if min(table.shape) >= 2 else None


def each_part(measure: str, frames: list[pl.DataFrame], split: str) -> list[Figure]:
    """One figure for each part: the divergence from all others in bits, the largest of those frames in which it differs."""
    best: dict[str, Figure] = {}
    for frame in frames:
        names, table = _table(frame, split)
        for name, found, row in zip(names, each_against_the_rest(table) if names else [], table, strict=True):
            if found is None:
                best.setdefault(name, Figure(measure, None, None, float(row.sum()), None, TOO_FEW, split, name))
                continue
            words = f"{HOW[measure]} (q = {found.q:.2g})" if found.far else "as the rest"
            if measure == "outcome":
                words = f"sorted {'otherwise than' if found.far else 'as'} the rest (q = {found.q:.2g})"
            figure = Figure(measure, found.bits, None, found.n, found.far, words, split, name)
            known = best.get(name)
            if (
                known is None
                or known.raised is None
                or (figure.raised, figure.value or 0) > (known.raised, known.value or 0)
            ):
                best[name] = figure
    return [best[name] for name in sorted(best)]


def _sorted(frame: pl.DataFrame, category: str) -> pl.DataFrame:
    return frame.select("pipeline", "owner", "quarter", category=pl.col(category))


def _table(frame: pl.DataFrame, split: str) -> tuple[list[str], NDArray[np.float64]]:
    """The parts in the order of their names, and how many of each category each has."""
    known = frame.filter(pl.col(split) != "").drop_nulls("category")
    if known.is_empty():
        return [], np.zeros((0, 0))
    wide = known.pivot("category", index=split, values="category", aggregate_function="len", sort_columns=True).sort(
        split
    )
    return wide[split].to_list(), wide.drop(split).fill_null(0).to_numpy().astype(np.float64)
