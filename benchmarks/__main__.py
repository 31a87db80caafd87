"""Runs every benchmark, one after another; each is also a program of its own, and says so itself with --help."""

import subprocess
import sys
from pathlib import Path

PROGRAMS = (
    "store",
    "import_csv",
    "import_steps",
    "kill",
    "importers",
    "matching",
    "app_rerun",
    "incremental",
    "trend_or_noise",
    "snapshot",
    "year",
)


def main() -> None:
    """Run them all; one that cannot run says why, and the next goes on."""
    for name in PROGRAMS:
        print(f"\n== {name}", flush=True)
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], cwd=Path(__file__).parents[1], check=False)


if __name__ == "__main__":
    main()
