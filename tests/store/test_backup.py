"""Backups: a copy that was read back whole, and the way back to it."""

import subprocess
import sys

import pytest

from tests.store.test_owner import HOLD
from xrm_lake.errors import LakeBusy, LakeDamaged, LakeMissing, Refused
from xrm_lake.store.backup import backup, restore, verify
from xrm_lake.store.doctor import doctor
from xrm_lake.store.open import init_lake, open_lake
from xrm_lake.store.read import list_records
from xrm_lake.store.records import add_record


def names(lake):
    return list_records(lake, "person")["full_name"].to_list()


@pytest.fixture
def saved(lake):
    """A closed lake with Ann in its backup, and Ben since."""
    add_record(lake, "person", {"full_name": "Ann"})
    copy = backup(lake, name="monday")
    add_record(lake, "person", {"full_name": "Ben"})
    lake.close()
    return lake.path, copy


def test_a_backup_brings_back_what_was_there_and_keeps_what_came_since(saved, clock):
    folder, _ = saved

    kept = restore(folder, "monday")

    with open_lake(folder, clock=clock) as lake:
        assert names(lake) == ["Ann"]
        assert doctor(lake).healthy
        add_record(lake, "person", {"full_name": "Cleo"})
    restore(folder, kept)
    with open_lake(folder, clock=clock) as lake:
        assert names(lake) == ["Ann", "Ben"]


def test_a_backup_of_that_name_is_never_written_over(lake):
    copy = backup(lake, name="monday")
    before = copy.read_bytes()

    with pytest.raises(Refused, match="monday"):
        backup(lake, name="monday")

    assert copy.read_bytes() == before


def test_a_backup_goes_nowhere_but_into_its_folder(lake):
    for name in ("../escape", "/tmp/escape", "a/b"):
        with pytest.raises(Refused):
            backup(lake, name=name)


@pytest.mark.parametrize("place", [0, 4096, -5000])
def test_a_damaged_backup_is_refused_and_the_lake_stays(saved, clock, place):
    folder, copy = saved
    damaged = bytearray(copy.read_bytes())
    damaged[place:][:1]
    damaged[place] ^= 0xFF
    damaged[place + 100] ^= 0xFF
    copy.write_bytes(bytes(damaged))

    with pytest.raises(LakeDamaged):
        restore(folder, "monday")

    with open_lake(folder, clock=clock) as lake:
        assert names(lake) == ["Ann", "Ben"]


def test_what_is_no_lake_is_no_backup(saved, tmp_path):
    folder, _ = saved
    text, other = tmp_path / "text.duckdb", tmp_path / "other.duckdb"
    text.write_text("not a lake" * 1000)
    import duckdb

    duckdb.connect(str(other)).close()

    for wrong in (text, other):
        with pytest.raises(LakeDamaged):
            restore(folder, wrong)
    with pytest.raises(LakeMissing, match="monday"):
        restore(folder, "tuesday")


def test_a_lake_in_use_is_not_restored(saved):
    folder, _ = saved
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    child.stdout.readline()

    try:
        with pytest.raises(LakeBusy, match=str(child.pid)):
            restore(folder, "monday")
    finally:
        child.kill()
        child.wait()


def test_a_backup_is_verified_by_reading_it(lake):
    add_record(lake, "person", {"full_name": "Ann"})
    written = lake.query("select max(seq) from change").value()

    assert verify(backup(lake, name="monday")).change_seq == written


def test_the_file_of_another_lake_is_noticed_and_can_be_restored(saved, tmp_path, clock):
    _, copy = saved
    with init_lake(tmp_path / "other.xrm", clock=clock):
        pass
    (tmp_path / "other.xrm" / "lake.duckdb").write_bytes(copy.read_bytes())

    with pytest.raises(LakeDamaged, match="another lake"):
        open_lake(tmp_path / "other.xrm", clock=clock)

    restore(tmp_path / "other.xrm", copy)
    with open_lake(tmp_path / "other.xrm", clock=clock) as lake:
        assert names(lake) == ["Ann"]


def test_nothing_is_restored_into_a_folder_that_is_not_there(saved, tmp_path):
    with pytest.raises(LakeMissing, match="no lake"):
        restore(tmp_path / "none", saved[1])
