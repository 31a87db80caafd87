"""Variety: how evenly the values of a field are used, by the entropy of Shannon (1948)."""

from collections.abc import Sequence

import numpy as np


def evenness(counts: Sequence[int]) -> float | None:
    """
    Normalised entropy, H / log2(k) with H = -sum p log2 p: 1 if all k values are used alike, towards 0 if one takes over.

    None for fewer than two values.

    >>> evenness([5, 5]), round(evenness([99, 1]), 4), evenness([7])
    (1.0, 0.0808, None)
    """
    used = np.asarray([count for count in counts if count], dtype=np.float64)
    if used.size < 2:
        return None
    p = used / used.sum()
    return float(-np.sum(p * np.log2(p)) / np.log2(used.size))


def top_share(counts: Sequence[int]) -> float | None:
    """
    The share of the most used value; None without any.

    >>> top_share([3, 1]), top_share([])
    (0.75, None)
    """
    return max(counts) / sum(counts) if sum(counts) else None
