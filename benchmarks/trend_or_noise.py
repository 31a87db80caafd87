"""
How often each way to read a weekly figure sees a trend where none is, and how often it finds one that is.

    python -m benchmarks.trend_or_noise [--runs 300] [--seed 1]

Records enter a bad state at 2 % per week and leave it at 3 %, begun at rest; overdispersed, the rate of each week is multiplied by
chance (log-normal, sd 0.2). Power: from the middle of the series on the rate is 30 % higher. The first table holds single tests, each asked
once, at the end; Rule A and the p-chart know the first 13 weeks as their baseline. The second holds the rules as they are combined
here, asked every week from the 14th on, in reports of eight metrics: what counts is whether a series was ever told to get worse.
"""

import argparse
from collections.abc import Callable
from math import erfc, sqrt

import numpy as np

from benchmarks.autocorrelated import hamed_rao, pre_whitened, yue_wang
from xrm_lake.hygiene.trend.assess import assess
from xrm_lake.hygiene.trend.baseline import baseline, binomial, dispersion
from xrm_lake.hygiene.trend.decide import decide
from xrm_lake.hygiene.trend.flows import Flows
from xrm_lake.hygiene.trend.shift import shift
from xrm_lake.hygiene.trend.slope import mann_kendall

ENTERS, LEAVES = 0.02, 0.03
BASELINE = 13
METRICS = 8
NO_LIMIT = 2.0


def draw(
    records: int, factor: np.ndarray, rng: np.random.Generator, *, wavers: float = 0.0, enters: float = ENTERS
) -> Flows:
    """One series; `factor` by week is what the rate is multiplied by."""
    bad = int(rng.binomial(records, enters / (enters + LEAVES)))
    rows = []
    for each in factor:
        weather = rng.lognormal(-wavers * wavers / 2, wavers) if wavers else 1.0
        came = int(rng.binomial(records - bad, min(enters * each * weather, 1.0)))
        at_risk = records - bad
        bad += came - int(rng.binomial(bad, LEAVES))
        rows.append((came, at_risk, bad, records))
    day = np.datetime64("2026-01-05", "D") + 7 * np.arange(len(factor))
    return Flows(day, *np.array(rows, dtype=float).T, np.ones(len(factor), dtype=bool))


def stock_by_ranks(flows: Flows) -> bool:
    """Mann and Kendall's test of the share, p < .05."""
    return mann_kendall(flows.num / flows.den) < 0.05


def stock_smoothed(flows: Flows) -> bool:
    """EWMA of the share, its spread taken from the differences of successive weeks."""
    share = flows.num / flows.den
    centre = share[:BASELINE].mean()
    sigma = np.abs(np.diff(share[:BASELINE])).mean() / 1.128
    average, out = centre, False
    for each in share[BASELINE:]:
        average = 0.2 * each + 0.8 * average
        out |= abs(average - centre) > 2.9 * sigma * sqrt(0.2 / 1.8)
    return bool(out)


def a_point_in_a_week(flows: Flows) -> bool:
    """The share moved by more than one point from one week to the next."""
    return bool((np.abs(np.diff(flows.num / flows.den)) > 0.01).any())


def naive_smoothed(flows: Flows) -> bool:
    """EWMA of the entry rate with binomial limits: no wavering, a baseline that is known exactly."""
    rate = flows.entered[:BASELINE].sum() / flows.at_risk[:BASELINE].sum()
    average, out = rate, False
    for each, at_risk in zip(flows.rate[BASELINE:], flows.at_risk[BASELINE:], strict=True):
        average = 0.2 * each + 0.8 * average
        out |= abs(average - rate) > 2.9 * sqrt(binomial(rate) * 0.2 / 1.8 / at_risk)
    return bool(out)


def rule_a(flows: Flows) -> bool:
    """Rule A in any week."""
    return bool(shift(flows.only(slice(BASELINE, None)), baseline(flows.only(slice(0, BASELINE)))).outside.any())


def p_chart(flows: Flows) -> bool:
    """A week's rate beyond three binomial standard errors."""
    return bool((_far(flows) > 3).any())


def laney(flows: Flows) -> bool:
    """The same with the spread that successive weeks of the baseline show."""
    spread = np.abs(np.diff(_far(flows, signed=True, whole=True)[:BASELINE])).mean() / 1.128
    return bool((_far(flows) > 3 * spread).any())


def _far(flows: Flows, *, signed: bool = False, whole: bool = False) -> np.ndarray:
    rate = flows.entered[:BASELINE].sum() / flows.at_risk[:BASELINE].sum()
    far = (flows.rate - rate) / np.sqrt(binomial(rate) / flows.at_risk)
    far = far if whole else far[BASELINE:]
    return far if signed else np.abs(far)


def rule_b_by_ranks(flows: Flows) -> bool:
    """Mann and Kendall's test of the entry rate, p < .01."""
    return mann_kendall(flows.rate) < 0.01


def last_eight(flows: Flows) -> bool:
    """The last eight weeks against those before, quasi-binomial, p < .01."""
    older, newer = flows.only(slice(None, -8)), flows.only(slice(-8, None))
    then, now, rate = (part.entered.sum() / part.at_risk.sum() for part in (older, newer, flows))
    mean = np.r_[np.full(len(older.day), then), np.full(8, now)]
    phi = dispersion(flows.rate - mean + rate, flows.at_risk, rate)
    errors = (now - then) / sqrt(phi * binomial(rate) * (1 / older.at_risk.sum() + 1 / newer.at_risk.sum()))
    return erfc(abs(errors) / sqrt(2)) < 0.01


TESTS: dict[str, Callable[[Flows], bool]] = {
    "Mann–Kendall on the share, p < .05": stock_by_ranks,
    "the same, Hamed–Rao": lambda flows: hamed_rao(flows.num / flows.den) < 0.05,
    "the same, Yue–Wang": lambda flows: yue_wang(flows.num / flows.den) < 0.05,
    "the same, pre-whitened": lambda flows: pre_whitened(flows.num / flows.den) < 0.05,
    "EWMA on the share, moving-range sigma": stock_smoothed,
    "share moved by > 1 point in a week": a_point_in_a_week,
    "EWMA on the entry rate, naive binomial": naive_smoothed,
    "**Rule A** alone, in any week": rule_a,
    "p-chart, 3 sigma in any week": p_chart,
    "Laney p', 3 sigma in any week": laney,
    "**Rule B** by ranks alone, p < .01": rule_b_by_ranks,
    "last 8 weeks against those before, p < .01": last_eight,
}
CELLS = (
    ("26 w, N=500", 500, 26, 0.0, 0.0), ("26 w, 5k", 5000, 26, 0.0, 0.0), ("52 w, 500", 500, 52, 0.0, 0.0), ("52 w, 5k", 5000, 52, 0.0, 0.0),
    ("52 w od, 5k", 5000, 52, 0.2, 0.0), ("52 w od, 20k", 20_000, 52, 0.2, 0.0), ("+30 %, 20k", 20_000, 52, 0.0, 0.3),
    ("+30 % od, 20k", 20_000, 52, 0.2, 0.3), ("+30 %, 2k", 2000, 52, 0.0, 0.3), ("+30 %, 500, 26 w", 500, 26, 0.0, 0.3),
)  # fmt: skip


def alone(runs: int, seed: int) -> None:
    """The table of single tests."""
    heads = " | ".join(cell[0] for cell in CELLS)
    print(f"| test, {runs} runs | {heads} |\n|---|{'---:|' * len(CELLS)}")
    found: dict[str, list[str]] = {name: [] for name in TESTS}
    for _, records, weeks, wavers, step in CELLS:
        rng = np.random.default_rng(seed)
        factor = np.where(np.arange(weeks) >= weeks // 2, 1 + step, 1.0)
        series = [draw(records, factor, rng, wavers=wavers) for _ in range(runs)]
        for name, test in TESTS.items():
            found[name].append(f"{sum(map(test, series)) / runs:.3f}")
    for name, shares in found.items():
        print(f"| {name} | {' | '.join(shares)} |", flush=True)


def every_week(series: list[Flows], limit: float = NO_LIMIT) -> list[list[tuple[str, int]]]:
    """What is told of each series of one report in each week from the 14th on: the state, and the direction."""
    weeks = range(14, len(series[0].day) + 1)
    looks = [decide([assess(each.only(slice(0, week)), limit) for each in series]) for week in weeks]
    return [[(look[place].state, look[place].direction) for look in looks] for place in range(len(series))]


AT_REST = (
    (500, 0.0, NO_LIMIT), (2000, 0.0, NO_LIMIT), (2000, 0.2, NO_LIMIT), (20_000, 0.0, NO_LIMIT), (20_000, 0.2, NO_LIMIT),
    (2000, 0.0, 0.41), (20_000, 0.2, 0.41),
)  # fmt: skip
STATES = ({"alert", "worse"}, {"watch"}, {"better"}, {"too few"})


def together_at_rest(reports: int, seed: int) -> None:
    """The combined rule on series without a drift: how many were ever told to get worse, or better, in a year."""
    asked = f"at rest for 52 weeks, {reports} reports of {METRICS}, asked every week"
    print(f"\n| {asked} | alert or worse | watch | better | too few |\n|---|---:|---:|---:|---:|")
    for records, wavers, limit in AT_REST:
        rng = np.random.default_rng(seed)
        told: list[set[str]] = []
        for _ in range(reports):
            report = [draw(records, np.ones(52), rng, wavers=wavers) for _ in range(METRICS)]
            told += [{state for state, _ in each} for each in every_week(report, limit)]
        shares = [sum(bool(each & states) for each in told) / len(told) for states in STATES]
        near = ", share rests 1 point under its limit" if limit < 1 else ""
        print(f"| {_named(records, wavers)}{near} | {_cells(shares, 3)} |", flush=True)


SHAPES = (
    ("+30 % at once", np.full(22, 1.3)), ("+50 % at once", np.full(22, 1.5)), ("doubled at once", np.full(22, 2.0)),
    ("doubled over 8 weeks", np.minimum(1 + np.arange(1, 23) / 8, 2.0)),
)  # fmt: skip


def together_in_drift(count: int, seed: int) -> None:
    """The combined rule on a drift that begins in week 31: how soon it is told."""
    heads = f"drift from week 31 on, {count} series, asked every week | watch or more within 4 w | 8 w | worse within 8 w | 12 w | 16 w"
    print(f"\n| {heads} |\n|---|---:|---:|---:|---:|---:|")
    for name, factor in SHAPES:
        for records, wavers in ((2000, 0.0), (20_000, 0.0), (20_000, 0.2)):
            rng = np.random.default_rng(seed)
            drifting = [draw(records, np.r_[np.ones(30), factor], rng, wavers=wavers) for _ in range(count)]
            # The first look is that of week 14, the first of the drift that of week 31.
            told = [look[17:] for each in drifting for look in every_week([each])]
            up = [[direction == 1 for _, direction in look] for look in told]
            sure = [[state in ("alert", "worse") for state, _ in look] for look in told]
            within = ((up, 4), (up, 8), (sure, 8), (sure, 12), (sure, 16))
            shares = [sum(any(look[:weeks]) for look in kind) / count for kind, weeks in within]
            print(f"| {name}, {_named(records, wavers)} | {_cells(shares, 2)} |", flush=True)


def _named(records: int, wavers: float) -> str:
    return f"N={records:,}{', overdispersed' if wavers else ''}"


def _cells(shares: list[float], digits: int) -> str:
    return " | ".join(f"{each:.{digits}f}" for each in shares)


def main() -> None:
    """Both tables."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--runs", type=int, default=300)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    alone(given.runs, given.seed)
    together_at_rest(given.runs, given.seed)
    together_in_drift(given.runs // 3, given.seed)


if __name__ == "__main__":
    main()
