"""Damaged, cut off, gone, full, locked away: always noticed, always said, and never made worse."""

import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from xrm_lake.errors import LakeBusy, LakeDamaged, LakeFull, LakeMissing, LakeVersion, XrmError
from xrm_lake.store.accept import accept
from xrm_lake.store.doctor import doctor
from xrm_lake.store.highwater import NAME, HighWater, read_mark, write_mark
from xrm_lake.store.open import init_lake, open_lake
from xrm_lake.store.owner import Owner, write_owner
from xrm_lake.store.read import list_records
from xrm_lake.store.records import add_record

LEAVE_A_LOG = """
import os, sys
from xrm_lake.store.lake import Lake
from xrm_lake.store.open import init_lake
from xrm_lake.store.records import add_record
lake = init_lake(sys.argv[1])
lake.checkpoint()
for place in range(20):
    add_record(lake, "person", {"full_name": f"Person {place}"})
os._exit(0)
"""


@pytest.fixture(scope="module")
def crashed(tmp_path_factory):
    """A lake whose last twenty commits are in its log."""
    folder = tmp_path_factory.mktemp("crashed") / "l.xrm"
    subprocess.run([sys.executable, "-c", LEAVE_A_LOG, str(folder)], check=True)
    return folder


@pytest.fixture
def copy(crashed, tmp_path):
    return shutil.copytree(crashed, tmp_path / "l.xrm")


def flipped(raw: bytes, place: int) -> bytes:
    return raw[:place] + bytes([raw[place] ^ 0xFF]) + raw[place + 1 :]


DAMAGES = {
    "a byte flipped in the middle": lambda raw: flipped(raw, len(raw) // 2),
    "a byte flipped in the head": lambda raw: flipped(raw, 3),
    "a byte flipped early": lambda raw: flipped(raw, 30),
    "a byte flipped at the end": lambda raw: flipped(raw, len(raw) - 2),
    "cut in half": lambda raw: raw[: len(raw) // 2],
    "cut by three bytes": lambda raw: raw[:-3],
    "empty": lambda raw: b"",
    "garbage": lambda raw: b"garbage" * 300,
    "gone": None,
}


def damage(folder: Path, name: str) -> None:
    log = folder / "lake.duckdb.wal"
    log.unlink() if DAMAGES[name] is None else log.write_bytes(DAMAGES[name](log.read_bytes()))


def files(folder: Path) -> dict[str, bytes]:
    """What is in the folder; an empty log says nothing."""
    return {item.name: item.read_bytes() for item in folder.iterdir() if item.is_file() and item.stat().st_size}


def test_a_sound_log_is_read(copy):
    with open_lake(copy) as lake:
        assert list_records(lake, "person").height == 20
        assert doctor(lake).healthy


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_log_is_said_at_opening_and_left_as_it_is(copy, name):
    damage(copy, name)
    before = files(copy)

    for _ in range(2):
        with pytest.raises(LakeDamaged, match="xrm restore") as refusal:
            open_lake(copy)

    assert "Nothing was changed" in str(refusal.value)
    assert files(copy) == before


@pytest.mark.parametrize("name", DAMAGES)
def test_a_lake_that_is_accepted_as_it_is_opens_sound(copy, name):
    damage(copy, name)

    aside = accept(copy)

    assert (aside is None) == (name == "gone")
    with open_lake(copy) as lake:
        assert list_records(lake, "person").height < 20
        assert doctor(lake).healthy
        add_record(lake, "person", {"full_name": "Ann"})
    open_lake(copy).close()


def test_what_stands_before_the_damage_is_kept(copy):
    damage(copy, "a byte flipped at the end")

    accept(copy)

    with open_lake(copy) as lake:
        assert list_records(lake, "person").height == 19


def test_garbage_behind_the_log_costs_nothing(copy):
    with (copy / "lake.duckdb.wal").open("ab") as log:
        log.write(b"garbage" * 10)

    with open_lake(copy) as lake:
        assert list_records(lake, "person").height == 20


def test_a_lake_in_use_or_without_one_is_not_accepted(copy, tmp_path):
    write_owner(copy, Owner(os.getpid(), "xrm"))

    with pytest.raises(LakeBusy):
        accept(copy)
    with pytest.raises(LakeMissing):
        accept(tmp_path / "none")


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"batch": 1}'])
def test_a_mark_that_cannot_be_read_is_said_and_can_be_begun_anew(copy, text):
    before = read_mark(copy)
    (copy / NAME).write_text(text)

    with pytest.raises(LakeDamaged, match="doctor --accept"):
        open_lake(copy)
    accept(copy)
    open_lake(copy).close()

    assert read_mark(copy) == before


def test_a_mark_is_read_as_it_was_written_also_over_a_longer_one(tmp_path):
    write_mark(tmp_path, HighWater(10**15, 10**15, "x" * 36))
    write_mark(tmp_path, HighWater(3, 4, "y"))

    assert read_mark(tmp_path) == HighWater(3, 4, "y")


def test_a_damaged_database_is_said_where_it_is_read(tmp_path, clock):
    with init_lake(tmp_path / "l.xrm", clock=clock) as lake:
        for place in range(3):
            add_record(lake, "person", {"full_name": f"Person {place}", "description": "x" * 300_000})
    file = tmp_path / "l.xrm" / "lake.duckdb"
    raw, refusals = file.read_bytes(), []

    for place in range(0, len(raw) - 50, len(raw) // 40):
        file.write_bytes(flipped(raw, place + 50))
        try:
            with open_lake(tmp_path / "l.xrm", clock=clock) as lake:
                for table in lake.query("select table_name from duckdb_tables() where database_name = 'lake'").column():
                    lake.query(f'from "{table}"').rows()
        except LakeDamaged as refusal:
            refusals.append(str(refusal))

    assert len(refusals) > 5
    assert all("xrm restore" in text for text in refusals)


def test_what_is_no_database_is_refused_as_it_is(tmp_path):
    (tmp_path / "lake.duckdb").write_bytes(b"full_name,city\nAnn,Bonn\n" * 1000)

    with pytest.raises(LakeDamaged, match="Nothing was changed"):
        open_lake(tmp_path)

    assert (tmp_path / "lake.duckdb").read_bytes().startswith(b"full_name")


def test_a_database_that_is_no_lake_is_left_alone(tmp_path):
    connection = duckdb.connect()
    connection.execute(f"attach '{tmp_path / 'lake.duckdb'}' as other (storage_version 'v1.2.0')")
    connection.execute("create table other.batch (x int)")
    connection.close()
    before = (tmp_path / "lake.duckdb").read_bytes()

    with pytest.raises(XrmError, match="no lake"):
        open_lake(tmp_path)

    assert (tmp_path / "lake.duckdb").read_bytes() == before


def test_a_file_of_a_newer_engine_is_refused_with_its_version(tmp_path, clock):
    init_lake(tmp_path / "l.xrm", clock=clock).close()
    file = tmp_path / "l.xrm" / "lake.duckdb"
    raw = bytearray(file.read_bytes())
    raw[12:20] = struct.pack("<Q", 999)
    raw[:8] = struct.pack("<Q", checksum(bytes(raw[8:4096])))
    file.write_bytes(bytes(raw))

    with pytest.raises(LakeVersion, match="another version"):
        open_lake(tmp_path / "l.xrm", clock=clock)


def checksum(block: bytes) -> int:
    """As the engine computes it over a block."""
    found = 5381
    for (word,) in struct.iter_unpack("<Q", block):
        found ^= (word * 0xBF58476D1CE4E5B9) & (2**64 - 1)
    return found


def test_a_lake_that_is_not_there_says_how_to_make_one(tmp_path):
    with pytest.raises(LakeMissing, match="xrm init"):
        open_lake(tmp_path / "none")


def test_a_place_that_is_taken_is_not_made_a_lake(tmp_path, clock):
    (tmp_path / "notes.txt").write_text("mine")
    init_lake(tmp_path / "l.xrm", clock=clock).close()

    for place in (tmp_path, tmp_path / "notes.txt", tmp_path / "l.xrm"):
        with pytest.raises(XrmError, match="Nothing was changed"):
            init_lake(place, clock=clock)

    assert (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="to root nothing is read-only")
@pytest.mark.parametrize("what", ["folder", "file"])
def test_a_read_only_place_is_said(tmp_path, clock, what):
    init_lake(tmp_path / "l.xrm", clock=clock).close()
    locked = tmp_path / "l.xrm" if what == "folder" else tmp_path / "l.xrm" / "lake.duckdb"
    mode = locked.stat().st_mode
    locked.chmod(mode & ~0o222)

    try:
        with pytest.raises(LakeFull, match="read-only"):
            open_lake(tmp_path / "l.xrm", clock=clock)
    finally:
        locked.chmod(mode)
