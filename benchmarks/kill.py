"""
Kill a process that writes, again and again, and look at what is left.

    python -m benchmarks.kill [--kills N] [--seed N]

Each round a process opens the same lake, writes (single edits, bulk loads, merges and their undo, checkpoints) and
says what was acknowledged; it is killed with SIGKILL after a random time. Then the lake is opened: whatever was
acknowledged must be there, and the doctor must find nothing. Prints one line for each kind of work that was cut
short, and exits with 1 if anything was lost.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.store.writer import WORKS
from xrm_lake.store.doctor import doctor
from xrm_lake.store.open import init_lake, open_lake

ROOT = Path(__file__).parents[1]
KINDS = ("kills", "with a log left", "acknowledged", "lost", "unsound")


def main() -> None:
    """Kill, look, count, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    found = {work: Counter[str]() for work in ("nothing", *WORKS)}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "l.xrm"
        init_lake(folder).close()
        for _ in range(arguments.kills):
            _round(folder, chance, found)
    print(f"| cut short | {' | '.join(KINDS)} |\n|---|{'---:|' * len(KINDS)}")
    for work, counts in found.items():
        print(f"| {work} | {' | '.join(str(counts[kind]) for kind in KINDS)} |")
    sys.exit(any(counts["lost"] or counts["unsound"] for counts in found.values()))


def _round(folder: Path, chance: random.Random, found: dict[str, Counter[str]]) -> None:
    before = _standing(folder)
    command = [sys.executable, "-m", "tests.store.writer", str(folder), *chance.sample(list(WORKS), len(WORKS))]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert child.stdout is not None
    said = [child.stdout.readline()]
    time.sleep(chance.uniform(0, 1.5))
    child.kill()
    said += child.stdout.read().splitlines(keepends=True)
    child.wait()
    whole = [line.split() for line in said if line.endswith("\n")]
    kept = [(int(line[1]), int(line[2])) for line in whole if line[0] == "kept"]
    begun = whole[-1][1] if whole and whole[-1][0] == "begin" else "nothing"
    counts = found[begun]
    counts["kills"] += 1
    counts["with a log left"] += (folder / "lake.duckdb.wal").exists()
    last = kept[-1] if kept else before
    counts["acknowledged"] += last[0] - before[0]
    with open_lake(folder) as lake:
        counts["lost"] += max(0, last[0] - lake.counters.batch_id) + max(0, last[1] - lake.counters.change_seq)
        counts["unsound"] += not doctor(lake).healthy


def _standing(folder: Path) -> tuple[int, int]:
    with open_lake(folder) as lake:
        return lake.counters.batch_id, lake.counters.change_seq


if __name__ == "__main__":
    main()
