"""Killed at any moment: what was acknowledged is there, and the lake is sound."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.store.writer import WORKS
from xrm_lake.store.doctor import doctor
from xrm_lake.store.open import init_lake, open_lake


def write_until_killed(folder: Path, works: list[str], begun: int) -> tuple[int, int]:
    """Let a process write and kill it in the middle of its n-th work; gives the batch and change it acknowledged last."""
    command = [sys.executable, "-m", "tests.store.writer", str(folder), *works]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
    kept, works_begun = (0, 0), 0
    for line in child.stdout:
        what, *rest = line.split()
        if what == "kept":
            kept = (int(rest[0]), int(rest[1]))
            continue
        works_begun += 1
        if works_begun == begun:
            child.kill()
            break
    # What it still could say before it died counts too.
    for line in child.stdout:
        if line.startswith("kept") and line.endswith("\n"):
            kept = (int(line.split()[1]), int(line.split()[2]))
    assert child.wait() == -9
    return kept


@pytest.mark.parametrize("work", WORKS)
def test_no_acknowledged_commit_is_lost_and_the_lake_is_sound(tmp_path, clock, work):
    folder, chance = tmp_path / "l.xrm", random.Random(work)
    init_lake(folder, clock=clock).close()

    for _ in range(3):
        batch, change = write_until_killed(folder, [work, *chance.sample(list(WORKS), 2)], chance.randint(2, 5))
        with open_lake(folder, clock=clock) as lake:
            assert lake.counters.batch_id >= batch
            assert lake.counters.change_seq >= change
            assert doctor(lake).healthy
            assert lake.query("select count(*) = max(batch_id) from batch").value()
