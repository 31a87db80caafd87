"""
How well and how fast duplicates are found, at default settings, beside Splink and GoldenMatch where these are installed.

    python -m benchmarks.matching [DATASET ...] [--data DIR] [--runs N] [--tools NAME ...] [--peers-env DIR]

A DATASET is the name of a folder in DIR or a path to one, with data.parquet (rid, cluster, columns) and types.json (column:
meaning); a .parquet file of contacts; or one that is generated: contacts_200k, contacts_1m, companies_50k, and with _unique
behind it a table without duplicates. Without names: every folder of DIR, and the generated ones.

Each run has a process of its own; the tools take turns; medians are told. Time is all between start-up (imports) and the
clusters, reading the file included. `--peers-env DIR` makes the environment of the peers there, once. The tables
are Markdown, progress goes to the error stream. On a shared machine only the ratios of cpu time mean something.
"""

import argparse
import sys
from pathlib import Path

from benchmarks.duplicates import datasets, tables, tools

PEERS_ENV = tools.ROOT / ".venv-peers"
GROWTH = ("contacts_100k", "contacts_1m")


def main() -> None:
    """Measure the sets that the command line names, and print the tables."""
    chosen = _arguments()
    names = chosen.datasets or datasets.default_names(chosen.data)
    if not chosen.datasets and not chosen.data.is_dir():
        print("There is no folder of sets, only generated ones are measured: --data DIR names one.", file=sys.stderr)
    if chosen.install:
        tools.install_peers(chosen.install)
    found = tools.available(chosen.install or PEERS_ENV, chosen.tools)
    if len(found) == 1 and chosen.tools:
        print("The peers are not installed, ours alone is measured: --peers-env DIR installs them.", file=sys.stderr)
    measured: list[tables.Measured] = []
    with tools.scratch(chosen.work) as work:
        try:
            for name in names:
                measured.append(_measure(datasets.find(name, chosen.data, work, chosen.seed), found, chosen))
            growth = _growth(measured, work, chosen) if GROWTH[1] in names else ""
        except KeyboardInterrupt:
            growth = "Stopped before the end."
        print(_page(measured, [peer for peer in tools.PEERS if peer in found], growth))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("datasets", nargs="*", metavar="DATASET")
    parser.add_argument("--data", type=Path, metavar="DIR", help="where the labelled sets lie")
    parser.add_argument("--runs", type=int, default=3, metavar="N", help="of each tool on each set (default 3)")
    parser.add_argument("--tools", nargs="*", default=list(tools.PEERS), choices=tools.PEERS, help="peers to run")
    parser.add_argument("--peers-env", type=Path, dest="install", metavar="DIR", help="use these peers; made if absent")
    parser.add_argument("--limit", type=float, default=600, metavar="SECONDS", help="a run may take (default 600)")
    parser.add_argument("--seed", type=int, default=1, help="of the generated sets")
    parser.add_argument("--work", type=Path, metavar="DIR", help="keep the generated sets here")
    parser.add_argument("--no-calibration", action="store_true", help="save the further run that it takes")
    return parser.parse_args()


def _measure(dataset: datasets.Dataset, found: dict[str, Path], chosen: argparse.Namespace) -> tables.Measured:
    runs = {one.tool: one for one in tools.in_turns(dataset, found, runs=chosen.runs, limit=chosen.limit)}
    for one in runs.values():
        print(f"{dataset.name}: {one.tool}: {one}", file=sys.stderr, flush=True)
    if chosen.no_calibration:
        return tables.Measured(dataset, runs)
    further = tools.Runs(tools.OURS)
    tools.run(further, dataset, found[tools.OURS], limit=chosen.limit, at_least=0.01)
    return tables.Measured(dataset, runs, further.pairs)


def _growth(measured: list[tables.Measured], work: Path, chosen: argparse.Namespace) -> str:
    """How much more ten times the records cost."""
    large = next(one for one in measured if one.dataset.name == GROWTH[1])
    small = datasets.find(GROWTH[0], chosen.data, work, chosen.seed)
    runs = tools.in_turns(small, {tools.OURS: Path(sys.executable)}, runs=chosen.runs, limit=chosen.limit)[0]
    if not runs.costs or not large.ours.costs:
        return "Growth was not measured: a run failed."
    cpu, wall = (large.ours.cost(what) / runs.cost(what) for what in ("cpu", "wall"))
    return f"From {GROWTH[0]} to {GROWTH[1]}: {cpu:.1f} × the cpu time, {wall:.1f} × the wall time."


def _page(measured: list[tables.Measured], peers: list[str], growth: str) -> str:
    parts = {
        "Cost of ours, and how many times as much the peers take:": tables.cost_table(measured, peers),
        "Accuracy:": tables.accuracy_table(measured, peers),
        "What would be offered for merging without a person:": tables.sure_table(measured),
        "Clusters, by the score from which a pair may speak for one (0.8 is the default):": tables.settings_table(
            measured
        ),
        "Tables without duplicates, where each pair is wrong:": tables.unique_table(measured),
        "What ten times the records cost:": growth,
        "What a score means (pairs: mean score → share true):": tables.calibration_table(measured),
    }
    return "\n\n".join(f"{title}\n\n{part}" for title, part in parts.items() if part)


if __name__ == "__main__":
    main()
