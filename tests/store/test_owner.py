"""One owner at a time: who has the lake open is known, and the next one is told."""

import os
import stat
import subprocess
import sys

import pytest

from xrm_lake.errors import LakeBusy
from xrm_lake.store.open import init_lake, open_lake
from xrm_lake.store.owner import NAME, Owner, new_token, read_owner, remove_owner, write_owner

HOLD = """
import sys
from xrm_lake.store.open import open_lake
lake = open_lake(sys.argv[1], what="xrm test")
print("open", flush=True)
sys.stdin.read()
lake.close()
"""


@pytest.fixture
def held(tmp_path, clock):
    """A lake that another process has open, and that process."""
    folder = tmp_path / "l.xrm"
    init_lake(folder, clock=clock).close()
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout.readline() == "open\n"
    yield folder, child
    child.kill()
    child.wait()


def test_a_lake_that_another_process_holds_names_its_owner_in_one_line(held, clock):
    folder, child = held

    with pytest.raises(LakeBusy) as refusal:
        open_lake(folder, clock=clock)

    assert str(refusal.value) == (
        f"{folder} is in use by process {child.pid} (xrm test). Nothing was changed. Wait until it is done, or stop it, then try again."
    )


def test_waiting_gets_the_lake_when_it_is_let_go(held, clock):
    folder, child = held
    child.stdin.close()

    with open_lake(folder, clock=clock, wait_seconds=30) as lake:
        assert lake.query("select count(*) from entity").value() == 0


def test_a_lake_of_an_owner_that_was_killed_opens_at_once(held, clock):
    folder, child = held
    child.kill()
    child.wait()

    assert read_owner(folder) is None
    with open_lake(folder, clock=clock):
        assert read_owner(folder).pid == os.getpid()
    assert read_owner(folder) is None


def test_what_others_need_to_reach_the_owner_is_for_its_user_only(tmp_path):
    owner = Owner(os.getpid(), "xrm serve", port=8080, token=new_token())

    write_owner(tmp_path, owner)

    assert read_owner(tmp_path) == owner
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600
    assert owner.token not in owner.describe()


def test_only_the_owner_unsays_that_it_is(tmp_path):
    write_owner(tmp_path, Owner(os.getpid(), "xrm"))

    remove_owner(tmp_path, os.getpid() + 1)
    assert read_owner(tmp_path) is not None
    remove_owner(tmp_path, os.getpid())
    assert read_owner(tmp_path) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": "x"}', '{"who": 1}', "null"])
def test_an_owner_that_cannot_be_read_is_none(tmp_path, text):
    (tmp_path / NAME).write_text(text)

    assert read_owner(tmp_path) is None


def test_a_lake_is_made_for_its_owner_alone(tmp_path, clock):
    init_lake(tmp_path / "l.xrm", clock=clock).close()

    assert stat.S_IMODE((tmp_path / "l.xrm").stat().st_mode) == 0o700


def test_what_a_killed_process_left_of_its_work_is_removed(tmp_path, clock):
    init_lake(tmp_path / "l.xrm", clock=clock).close()
    for name in ("upload-a", "import-b", "export-c", "mend-d", "fixes-e", "reconcile-f", "held-g"):
        (tmp_path / "l.xrm" / "tmp" / name / "1").mkdir(parents=True)

    open_lake(tmp_path / "l.xrm", clock=clock).close()

    assert list((tmp_path / "l.xrm" / "tmp").iterdir()) == []


def test_a_lake_whose_owner_cannot_be_written_down_is_let_go(tmp_path, clock, monkeypatch):
    init_lake(tmp_path / "l.xrm", clock=clock).close()

    def full(*_):
        raise OSError("No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("xrm_lake.store.open.write_owner", full)
        with pytest.raises(OSError, match="No space"):
            open_lake(tmp_path / "l.xrm", clock=clock)
    open_lake(tmp_path / "l.xrm", clock=clock).close()
