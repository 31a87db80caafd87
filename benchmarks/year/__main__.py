"""
How soon each drift of a year is named with its cause, and how often a year at rest raises an alert.

    python -m benchmarks.year [--seeds 3] [--rest 3] [--runs 200]

Each drift is planted in a lake of its own (a folder that is thrown away), is on from week 31, and is looked for each week from the one before
on; the delay is that in weeks of the first look that names it. At rest some years are lived in lakes, and asked each week from the 15th
on; from their flows the law is taken by which many more are drawn: what enters is binomial, of as many as were at risk in that week.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.year.law import BEGINS, WEEKS
from benchmarks.year.live import live
from benchmarks.year.rest import alerts, drawn, lived, pooled
from benchmarks.year.told import NAMED

SOON = 12


def delays(seeds: int) -> None:
    """The table of delays by drift."""
    print(f"| drift | named after weeks ({seeds} years; – not within {SOON}) | named before it began |\n|---|---|---:|")
    for drift, is_named in NAMED.items():
        told, early = [], 0
        for seed in range(1, seeds + 1):
            with tempfile.TemporaryDirectory() as folder:
                first = None
                for week, lake in live(
                    Path(folder) / "year.xrm", drifts=[drift], seed=seed, matched=drift == "duplicates"
                ):
                    if week >= BEGINS - 1 and is_named(lake):
                        first = week - BEGINS + 1
                    if first is not None or week == BEGINS + SOON - 1:
                        break
                early += first == 0
                told.append("–" if first is None else str(first))
        print(f"| {drift} | {', '.join(told)} | {early} |", flush=True)


def at_rest(years: int, runs: int) -> None:
    """The table of alerts at rest, by metric and scope."""
    found = [lived(seed) for seed in range(1, years + 1)]
    law = pooled(found)
    raised = alerts([drawn(law, np.random.default_rng(seed)) for seed in range(runs)])
    print(f"\n| at rest, asked weekly | {runs} years drawn | {years} lived |\n|---|---:|---:|")
    for key in sorted(law):
        print(
            f"| {' '.join(key)} | {raised[key] / runs:.3f} | {sum(key in each.raised for each in found)} |", flush=True
        )


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.year", description=f"Years of {WEEKS} weeks with known truth."
    )
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--rest", type=int, default=3)
    parser.add_argument("--runs", type=int, default=200)
    options = parser.parse_args()
    delays(options.seeds)
    at_rest(options.rest, options.runs)


if __name__ == "__main__":
    main()
