"""Runs of a tool in processes of their own, and the environment in which the peers live."""

import json
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import polars as pl

from benchmarks.duplicates.datasets import Dataset

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "benchmarks" / "peers" / "requirements.txt"
OURS, PEERS = "xrm_lake", ("Splink", "GoldenMatch")
MODULES = {OURS: "run_ours", "Splink": "run_splink", "GoldenMatch": "run_goldenmatch"}


@dataclass
class Runs:
    """The runs of one tool on one set: what each cost, what the last one found, or that it failed, and its last words."""

    tool: str
    costs: list[dict[str, float]] = field(default_factory=list)
    pairs: pl.DataFrame | None = None
    clusters: pl.DataFrame | None = None
    told: dict[str, Any] = field(default_factory=dict)
    failed: str | None = None
    error: str = ""

    def __str__(self) -> str:
        if self.failed:
            return f"{self.failed} {self.error}".strip()
        return f"{self.cost('wall'):.2f} s wall, {self.cost('cpu'):.2f} s cpu, {self.cost('peak'):.2f} GB"

    def cost(self, what: str) -> float:
        """The median of wall (s), cpu (s) or peak (GB)."""
        return median(cost[what] for cost in self.costs)


def peers_python(folder: Path) -> Path | None:
    """The interpreter of the environment of the peers, or None where there is none."""
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    return python.absolute() if python.exists() else None


def install_peers(folder: Path) -> None:
    """Make the environment of the peers from its lock, unless it is there."""
    if peers_python(folder) is None:
        venv.create(folder, with_pip=True)
        python = peers_python(folder)
        subprocess.run(
            [str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(LOCK)], check=True
        )


def in_turns(dataset: Dataset, tools: dict[str, Path], *, runs: int, limit: float) -> list[Runs]:
    """Run each tool `runs` times, in turns. One that fails, or takes longer than `limit` seconds, is not tried again."""
    found = [Runs(tool) for tool in tools]
    for _ in range(runs):
        for one in found:
            if one.failed is None:
                run(one, dataset, tools[one.tool], limit=limit)
    return found


def run(runs: Runs, dataset: Dataset, python: Path, *, limit: float, at_least: float | None = None) -> None:
    """One run, added to the others."""
    with tempfile.TemporaryDirectory() as out:
        asked = {"data": str(dataset.data.absolute()), "meaning": dataset.meaning, "out": out, "at_least": at_least}
        command = [str(python), "-m", f"benchmarks.duplicates.{MODULES[runs.tool]}", json.dumps(asked)]
        try:
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=limit, check=False)
        except subprocess.TimeoutExpired:
            runs.failed = f"over {limit:.0f} s"
            return
        if done.returncode:
            runs.failed, runs.error = "failed", (done.stderr.strip().splitlines() or ["It ended without a word."])[-1]
            return
        runs.told = json.loads((Path(out) / "run.json").read_text(encoding="utf-8"))
        runs.costs.append({what: float(runs.told[what]) for what in ("wall", "cpu", "peak")})
        runs.pairs, runs.clusters = _read(Path(out) / "pairs.parquet"), _read(Path(out) / "clusters.parquet")


def _read(path: Path) -> pl.DataFrame | None:
    return pl.read_parquet(path, memory_map=False) if path.exists() else None


@contextmanager
def scratch(folder: Path | None) -> Iterator[Path]:
    """The folder for what is generated: the given one, which stays, or one that goes."""
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


def available(peers: Path, wanted: list[str]) -> dict[str, Path]:
    """The tools that can be run, ours first, with the interpreter of each."""
    python = peers_python(peers)
    found = {OURS: Path(sys.executable)}
    return found | ({tool: python for tool in PEERS if tool in wanted} if python else {})
