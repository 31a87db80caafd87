"""
Stays: how long records are in a stage, and whose stay otherwise than the rest.

Spells that have not ended count as censored. A group is told apart where the log-rank test says so (p < .01 after Benjamini and
Hochberg) and the medians differ by more than the factor 2.
"""

from math import inf

import polars as pl

from xrm_lake.hygiene.decay.figure import TOO_FEW, Figure, parts, too_few
from xrm_lake.model.metrics import FEWEST

SURE, TIMES = 0.01, 2.0


def stays(spells: pl.DataFrame, end: object) -> pl.DataFrame:
    """The spells in open stages of which the beginning is known: stage, days, ended, pipeline, owner, quarter."""
    until = pl.coalesce("until", pl.lit(end))
    return spells.filter(pl.col("known"), pl.col("outcome") == "open").select(
        "stage", "pipeline", "owner", "quarter",
        days=(until - pl.col("since")).dt.total_seconds(fractional=True) / 86_400, ended=pl.col("until").is_not_null(),
    )  # fmt: skip


def time_in_stage(stayed: pl.DataFrame) -> list[Figure]:
    """The median stay in each stage, in days, with how it scatters."""
    from xrm_lake.history.survival import lasting

    figures = []
    for stage, rows in parts(stayed, "stage"):
        if rows.height < FEWEST:
            figures.append(too_few("time_in_stage", rows.height).of("stage", stage))
            continue
        found = lasting(rows["days"].to_numpy(), rows["ended"].to_numpy())
        p90 = f"nine of ten within {found.p90:.0f}" if found.p90 is not None else "more than one of ten is there still"
        half = f"half leave within {found.median:.1f} days" if found.median is not None else "more than half never left"
        words = f"{half}, {p90}; ln(1 + days) scatters by {found.spread:.2f}; {found.open} open"
        figures.append(Figure("time_in_stage", found.median, None, found.n, False, words, "stage", stage))
    return figures


def stays_apart(stayed: pl.DataFrame, split: str) -> list[Figure]:
    """One figure for each part: whether its records stay otherwise than all others in some stage, by which factor in the worst."""
    from scipy.stats import false_discovery_control

    from xrm_lake.history.survival import lasting, lasts_alike

    asked: list[tuple[str, str, float, float]] = []
    for part, _ in parts(stayed, split):
        for stage, rows in parts(stayed, "stage"):
            own, rest = rows.filter(pl.col(split) == part), rows.filter(pl.col(split) != part)
            if own.height < FEWEST or rest.height < FEWEST:
                continue
            one, other = ((each["days"].to_numpy(), each["ended"].to_numpy()) for each in (own, rest))
            medians = lasting(*one).median, lasting(*other).median
            asked.append((part, stage, lasts_alike(*one, *other), _times(*medians)))
    adjusted = false_discovery_control([p for _, _, p, _ in asked]) if asked else []
    apart = [
        (part, stage, times)
        for (part, stage, _, times), q in zip(asked, adjusted, strict=True)
        if q < SURE and max(times, 1 / times if times else inf) > TIMES
    ]
    known = {part for part, *_ in asked}
    return [
        _told(part, split, part in known, [each[1:] for each in apart if each[0] == part], rows.height)
        for part, rows in parts(stayed, split)
    ]


def _told(part: str, split: str, known: bool, apart: list[tuple[str, float]], of: int) -> Figure:
    if not known:
        return Figure("stays_apart", None, None, of, None, TOO_FEW, split, part)
    if not apart:
        return Figure("stays_apart", 1.0, None, of, False, "stays as long in each stage as the rest", split, part)
    stage, times = max(apart, key=lambda each: max(each[1], 1 / each[1] if each[1] else inf))
    words = f"stays {times:.1f} times as long in {stage} as the rest"
    return Figure("stays_apart", times if times < inf else None, None, of, True, words, split, part)


def _times(own: float | None, rest: float | None) -> float:
    """The ratio of two medians; none of a group of which half never left is longer than any."""
    if own is None and rest is None:
        return 1.0
    if own is None or rest == 0:
        return inf if own != 0 else 1.0
    return 0.0 if rest is None else own / rest
