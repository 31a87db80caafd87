"""A full disk: what was acknowledged is kept, and the lake goes on when there is room again."""

import os
import subprocess
from pathlib import Path

import pytest

from xrm_lake.errors import LakeFull
from xrm_lake.store.backup import backup
from xrm_lake.store.doctor import doctor
from xrm_lake.store.lake import Lake
from xrm_lake.store.open import init_lake, open_lake
from xrm_lake.store.read import list_records
from xrm_lake.store.records import add_record


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 24 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a small disk can only be mounted by root")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(place: Path, leave: int) -> Path:
    """Fill a disk but for so many bytes."""
    free = os.statvfs(place).f_bavail * os.statvfs(place).f_frsize
    ballast = place / "ballast"
    ballast.write_bytes(b"\0" * max(0, free - leave))
    return ballast


def add_until_full(lake: Lake, kept: list[int], *, checkpoint: bool) -> None:
    for place in range(400):
        kept.append(add_record(lake, "person", {"full_name": f"P {place}", "description": os.urandom(30_000).hex()}))
        if checkpoint:
            lake.checkpoint()


@pytest.mark.parametrize("leave", [0, 100_000, 1_000_000])
@pytest.mark.parametrize("when", ["write", "checkpoint"])
def test_a_full_disk_loses_nothing_that_was_acknowledged(small_disk, clock, when, leave):
    kept = []
    with init_lake(small_disk / "l.xrm", clock=clock) as lake:
        kept.append(add_record(lake, "person", {"full_name": "First"}))
        lake.checkpoint()
        ballast = fill(small_disk, leave)

        with pytest.raises(LakeFull, match="Make room"):
            add_until_full(lake, kept, checkpoint=when == "checkpoint")
        still = list_records(lake, "person")["id"].to_list()
        ballast.unlink()
        kept.append(add_record(lake, "person", {"full_name": "Last"}))
        lake.checkpoint()
        after = list_records(lake, "person")["id"].to_list()

    assert still == kept[:-1]
    assert after == kept
    with open_lake(small_disk / "l.xrm", clock=clock) as lake:
        assert list_records(lake, "person")["id"].to_list() == kept
        assert doctor(lake).healthy


def test_a_backup_for_which_there_is_no_room_leaves_nothing_behind(small_disk, clock):
    with init_lake(small_disk / "l.xrm", clock=clock) as lake:
        add_record(lake, "person", {"full_name": "Ann"})
        fill(small_disk, 300_000)

        with pytest.raises(LakeFull):
            backup(lake)

        assert list((small_disk / "l.xrm" / "backups").iterdir()) == []
        assert list_records(lake, "person").height == 1
