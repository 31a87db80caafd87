"""Two lists without duplicates of their own: each record has one counterpart at most."""

import polars as pl


def one_to_one(pairs: pl.DataFrame) -> pl.DataFrame:
    """
    The pairs that are left if the likeliest is believed first, and a record that has its counterpart takes no other.

    `pairs` has left_id, right_id, score (0..1) and whatever else; pairs of one score in order of their ids.

    >>> guesses = pl.DataFrame({"left_id": [1, 1, 2], "right_id": [7, 8, 7], "score": [0.9, 0.6, 0.8]})
    >>> one_to_one(guesses).rows()
    [(1, 7, 0.9)]
    """
    taken: set[int] = set()
    kept = []
    ranked = pairs.sort("score", "left_id", "right_id", descending=[True, False, False])
    for left, right in ranked.select("left_id", "right_id").iter_rows():
        kept.append(left not in taken and right not in taken)
        if kept[-1]:
            taken |= {left, right}
    return ranked.filter(pl.Series(kept, dtype=pl.Boolean))
