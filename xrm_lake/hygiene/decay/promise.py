"""
What stages promise: that the further a record has come, the likelier it is won; and that stated chances are true.

Both look at closed cohorts: records that began at least two median cycles ago and are won or lost, so that what is slow is not
left out. A stage was reached if the record was ever in it.
"""

import polars as pl

from xrm_lake.history.course import Course
from xrm_lake.hygiene.decay.figure import Figure, too_few

CALIBRATED_SLOPE, MEANINGLESS = (0.5, 1.5), 0.01
_INCONCLUSIVE = "inconclusive: fewer than 100 closed records in each of two stages"


def closed_cohort(course: Course) -> pl.DataFrame:
    """Each open stage that each closed record of a full cohort has reached: id, stage, place, probability, won, pipeline, owner, quarter."""
    closed = course.records.filter(pl.col("outcome").is_in(["won", "lost"]))
    ends = (
        course.spells.filter(pl.col("outcome").is_in(["won", "lost"]), pl.col("known"))
        .group_by("id")
        .agg(closed_at=pl.col("since").max())
    )
    closed = closed.join(ends, on="id", how="left", maintain_order="left").with_columns(
        closed_at=pl.coalesce("closed_at", pl.col("due").cast(pl.Datetime("us")))
    )
    cycle = (closed["closed_at"] - closed["born"]).median()
    if cycle is not None:
        closed = closed.filter(pl.col("born") <= pl.lit(course.end) - 2 * pl.lit(cycle))
    whose = closed.select("id", "pipeline", "owner", "quarter", won=pl.col("outcome") == "won")
    reached = course.spells.filter(pl.col("outcome") == "open").select("id", "stage", "place", "probability")
    return reached.unique(["id", "stage"], maintain_order=True).join(whose, on="id", maintain_order="left")


def win_rises(cohort: pl.DataFrame) -> Figure:
    """Whether the share won rises from stage to stage, of those in which 100 closed records or more have been."""
    from xrm_lake.hygiene.decay.monotone import FEWEST, monotone, tells_nothing_apart, wilson

    by_stage = (
        cohort.drop_nulls("place").group_by("place", "stage").agg(won=pl.col("won").sum(), n=pl.len()).sort("place")
    )
    large = by_stage.filter(pl.col("n") >= FEWEST)
    found = monotone(large["won"].to_numpy(), large["n"].to_numpy())
    if found is None:
        return too_few("win_rises", cohort["id"].n_unique(), _INCONCLUSIVE)
    names = large["stage"].to_list()
    if found.broken:
        later, before = names[found.after + 1], names[found.after]
        words = f"{later} is won less often than {before}, by {100 * found.drop:.0f} points (p = {found.p:.3f})"
        return Figure("win_rises", found.drop, None, cohort["id"].n_unique(), True, words)
    ends = [wilson(won, n) for won, n in large.select("won", "n").iter_rows()]
    alike = [names[place] for place in range(len(ends) - 1) if tells_nothing_apart(ends[place], ends[place + 1])]
    words = "the chance to win rises from stage to stage, as far as one can tell"
    if alike:
        words += f"; {alike[0]} and the next are won alike: one stage would do"
    return Figure("win_rises", found.drop, None, cohort["id"].n_unique(), False, words)


def chances_true(cohort: pl.DataFrame) -> list[Figure]:
    """How true the chances are that stages state: the Brier score, the slope of what came over what was stated, and what they tell apart."""
    from xrm_lake.hygiene.decay.calibration import FEWEST, calibration

    stated = cohort.drop_nulls("probability")
    found = calibration(stated["probability"].to_numpy(), stated["won"].to_numpy())
    names = ("chance_brier", "chance_slope", "chance_resolution")
    if found is None or stated["id"].n_unique() < FEWEST:
        words = "inconclusive: fewer than 100 closed records that were in a stage with a stated chance"
        return [too_few(name, stated["id"].n_unique(), words) for name in names]
    low, high = CALIBRATED_SLOPE
    slope = found.slope
    base = found.uncertainty
    told = (
        (found.brier, found.brier > base, f"{found.brier:.3f}; to state the share won of all would give {base:.3f}"),
        (
            slope,
            slope is not None and not low <= slope <= high,
            "one chance only" if slope is None else f"{slope:.2f} points came for each point stated",
        ),
        (
            found.resolution,
            base > 0 and found.resolution < MEANINGLESS * base,
            f"stages tell apart {100 * found.resolution / base if base else 0:.1f}% of what there is to tell",
        ),
    )
    return [
        Figure(name, value, None, found.n, raised, words)
        for name, (value, raised, words) in zip(names, told, strict=True)
    ]
