"""
Nearest neighbours: values that a few slips of the keyboard make of one another.

Two values are compared if they begin or end alike (half of their letters, five at most), so a slip is missed only where both
the beginning and the end are touched. Where very many do, each is compared with those that stand near it in their order.
"""

from typing import Any

import numpy as np
import polars as pl

from xrm_lake.hygiene.fixes.keys import compact, words
from xrm_lake.model.progress import Progress, quiet

NEAR = pl.Schema({"left": pl.UInt32(), "right": pl.UInt32(), "score": pl.Float64()})
LEAST_LETTERS = 5
_KEY = 5
_MOST = 600

Found = tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]


def near_pairs(
    values: pl.Series, *, apart: pl.Series | None = None, at_least: float, progress: Progress = quiet
) -> pl.DataFrame:
    """
    Pairs of distinct values by their place, with their likeness (0..1: 1 less the slips by the letters of the longer).

    Where `apart` is given, only values for which it is the same are compared.

    A slip is a letter too many, missing, other or changed with its neighbour. Of words that stand opposite one another each
    must be as near, and short ones begin alike: `North` is not `South`.
    """
    marked = pl.lit("").alias("apart") if apart is None else apart.alias("apart")
    table = pl.DataFrame({"place": pl.int_range(len(values), dtype=pl.UInt32, eager=True), "bare": compact(values)})
    table = table.with_columns(marked)
    table = table.with_columns(size=pl.col("bare").str.len_chars()).filter(pl.col("size") >= LEAST_LETTERS)
    listed = words(values).to_list() if len(values) else []
    found: list[Found] = []
    for way in ("begins", "ends"):
        ordered, ranges = _blocks(table, way)
        texts, places = ordered["bare"].to_list(), ordered["place"].to_numpy()
        for done, (start, stop, rows) in enumerate(ranges):
            if done % 5000 == 0:
                progress(f"comparing values: how each {way}", done, len(ranges))
            found += _compare(texts[start:stop], places[start:stop], at_least, rows)
    pairs = _frame(found).unique(["left", "right"])
    kept = [_words_are_near(listed[left], listed[right]) for left, right, _ in pairs.iter_rows()]
    return pairs.filter(pl.Series(kept, dtype=pl.Boolean)).sort("left", "right")


def _blocks(table: pl.DataFrame, way: str) -> tuple[pl.DataFrame, list[tuple[int, int, int]]]:
    """
    Values in order with the ranges that begin, or end, alike; each is also among those that are one letter shorter.

    Of a range (start, stop, rows) the first rows are compared with all of it.
    """
    half = (pl.col("size") // 2).clip(2, _KEY)
    shorter = ((pl.col("size") - 1) // 2).clip(2, _KEY)
    both = pl.concat([table.with_columns(length=half), table.filter(half != shorter).with_columns(length=shorter)])
    way_round = pl.col("bare") if way == "begins" else pl.col("bare").str.reverse()
    ordered = both.with_columns(way=way_round).sort("length", "apart", "way")
    sizes = ordered.group_by("length", "apart", pl.col("way").str.head(pl.col("length")), maintain_order=True).len()[
        "len"
    ]
    ranges, start = [], 0
    for size in sizes.to_list():
        step = _MOST // 2 if size > _MOST else size
        ranges += [(first, min(first + _MOST, start + size), step) for first in range(start, start + size - 1, step)]
        start += size
    return ordered, ranges


def _compare(texts: list[str], places: np.ndarray[Any, Any], at_least: float, rows: int) -> list[Found]:
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import cdist

    scores = cdist(texts[:rows], texts, scorer=OSA.normalized_similarity, score_cutoff=at_least, dtype=np.float32)
    left, right = np.nonzero(scores)
    other = places[left] != places[right]
    left, right = left[other], right[other]
    if not left.size:
        return []
    one, two = places[left], places[right]
    return [(np.minimum(one, two), np.maximum(one, two), scores[left, right])]


def _frame(found: list[Found]) -> pl.DataFrame:
    if not found:
        return pl.DataFrame(schema=NEAR)
    left, right, score = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return pl.DataFrame({"left": left, "right": right, "score": score.astype(np.float64).round(4)}, schema=NEAR)


def _words_are_near(left: list[str], right: list[str]) -> bool:
    """Whether each word that differs could be a slip; where a space makes the difference, nothing else may."""
    from rapidfuzz.distance import OSA

    if len(left) != len(right):
        return OSA.distance("".join(left), "".join(right), score_cutoff=1) <= 1
    pairs = [(one, other) for one, other in zip(left, right, strict=True) if one != other]
    return all(_is_slip(one, other) for one, other in pairs)


def _is_slip(one: str, other: str) -> bool:
    from rapidfuzz.distance import OSA

    letters = max(len(one), len(other))
    if letters < 4 or (letters < 7 and one[:1] != other[:1]):
        return False
    most = 1 if letters < 8 else 2 if letters < 14 else 3
    return OSA.distance(one, other, score_cutoff=most) <= most
