"""
Moves between stages: back, over one, out of won or lost, and one right after another.

Regression = moves to an earlier open stage / moves between open stages. Skip = moves over one or more open stages / moves forward
between open stages. Reopen = moves out of a stage that ends / all moves. Burst = moves less than two minutes after the one before /
moves of which both moments are known to the second: stages that somebody clicks through to catch up. For comparison: a disciplined
incident log (UCI, 2,529 moves) has 0.5 %, 8.8 % and 1.1 %. The limits are conventions.
"""

import polars as pl

from xrm_lake.hygiene.decay.figure import Figure, share

BURST_SECONDS = 120
LIMITS = {"regression": 0.10, "skip": 0.25, "reopen": 0.05, "burst": 0.20}


def move_rates(moves: pl.DataFrame) -> list[Figure]:
    """The four rates of some moves (as in `Course`), each with what it was counted from."""
    opened = moves.filter(pl.col("outcome") == "open", pl.col("from_outcome") == "open")
    between = opened.drop_nulls(["place", "from_place"])
    forward = between.filter(pl.col("place") > pl.col("from_place"))
    timed = moves.drop_nulls("seconds")
    counted = {
        "regression": (between.height - forward.height, between.height, "of the moves between open stages go back"),
        "skip": (
            forward.filter(pl.col("place") - pl.col("from_place") > 1).height, forward.height, "of the moves forward skip a stage",
        ),
        "reopen": (
            moves.filter(pl.col("from_outcome") != "open").height, moves.height, "of the moves lead out of won or lost",
        ),
        "burst": (
            timed.filter(pl.col("seconds") < BURST_SECONDS).height, timed.height, "of the moves follow the one before within two minutes",
        ),
    }  # fmt: skip
    return [share(name, num, den, LIMITS[name], words) for name, (num, den, words) in counted.items()]
