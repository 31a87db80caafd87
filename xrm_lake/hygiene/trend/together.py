"""Many series in one report: among a hundred without a trend, one will look like one."""

import numpy as np

from xrm_lake.hygiene.trend.flows import Numbers

SHARE_FALSE = 0.10


def stand_together(p: Numbers, *, share_false: float = SHARE_FALSE) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """
    Which findings stand, so that of these at most one in ten is false on average (Benjamini & Hochberg 1995).

    The k smallest of m stand, for the largest k whose p is at most k / m of the share.

    >>> stand_together(np.array([0.008, 0.5, 0.04, 0.9])).tolist()
    [True, False, True, False]
    """
    count = len(p)
    order = np.argsort(p, kind="stable")
    good = np.flatnonzero(p[order] <= share_false * np.arange(1, count + 1) / max(count, 1))
    stands = np.zeros(count, dtype=np.bool_)
    if len(good):
        stands[order[: good[-1] + 1]] = True
    return stands
