"""With `xrm serve` running, every command works: it is sent to the process that owns the lake."""

import json
import os
import signal
import subprocess
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.cli.conftest import XRM, environment, served
from xrm_lake.cli.forward import OwnerLost
from xrm_lake.cli.run import run
from xrm_lake.store.open import init_lake, open_lake
from xrm_lake.store.owner import Owner, read_owner, write_owner


@pytest.fixture
def serving(lake_path):
    with served(lake_path) as process:
        yield process


def test_commands_are_sent_to_the_owner(serving, xrm, lake_path):
    assert xrm("add", "person", "full_name=Ann Smith").out == "1\n"
    [record] = json.loads(xrm("records", "person", "--format", "json").out)
    assert record["full_name"] == "Ann Smith"
    assert xrm("doctor").code == 0

    owner = read_owner(lake_path)
    assert owner is not None
    assert (owner.pid, owner.what) == (serving.pid, "xrm serve")


def test_an_error_looks_the_same_wherever_it_was_raised(serving, xrm, lake_path):
    sent = [
        xrm(*words) for words in (["show", "99"], ["records", "perso"], ["undo", "1"], ["sql", "select * from nil"])
    ]

    serving.terminate()
    serving.wait()

    here = [
        xrm(*words) for words in (["show", "99"], ["records", "perso"], ["undo", "1"], ["sql", "select * from nil"])
    ]
    assert sent == here


def test_no_proxy_is_asked_for_the_way_to_the_owner(serving, xrm, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)

    assert xrm("types").code == 0


def test_paths_are_those_of_the_one_who_asks(serving, xrm_process, tmp_path, lake_path):
    xrm_process("add", "person", "full_name=Ann")

    done = xrm_process("export", "person", "--out", "people.csv")

    assert done.code == 0, done.err
    assert "Ann" in (tmp_path / "people.csv").read_text()


def test_many_commands_at_once_lose_nothing(serving, xrm_process):
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda n: xrm_process("add", "person", f"full_name=Person {n}"), range(8)))

    assert [outcome.code for outcome in outcomes] == [0] * 8
    assert len({outcome.out for outcome in outcomes}) == 8


def test_two_commands_at_once_without_a_server_wait_for_each_other(xrm_process):
    with ThreadPoolExecutor(3) as pool:
        outcomes = list(pool.map(lambda n: xrm_process("add", "person", f"full_name=Person {n}"), range(3)))

    assert [(outcome.code, outcome.err) for outcome in outcomes] == [(0, "")] * 3
    assert len({outcome.out for outcome in outcomes}) == 3


def test_a_lake_held_by_another_program_is_refused_with_its_name(lake_path, xrm_process, monkeypatch):
    with open_lake(lake_path, what="a notebook"):
        outcome = xrm_process("types")

    assert outcome.code == 3
    assert outcome.out == ""
    assert f"process {os.getpid()} (a notebook)" in outcome.err
    assert outcome.err.count("\n") == 1


def test_an_owner_file_left_by_a_dead_process_is_no_hindrance(lake_path, xrm):
    ended = subprocess.Popen(["true"])
    ended.wait()
    write_owner(lake_path, Owner(pid=ended.pid, what="xrm serve", port=9, token="t"))

    assert xrm("types").code == 0


def test_an_owner_file_that_points_to_a_stranger_is_no_hindrance(lake_path, xrm, tmp_path):
    other = tmp_path / "other.xrm"
    init_lake(other).close()
    with served(other):
        stranger = read_owner(other)
        assert stranger is not None
        write_owner(lake_path, Owner(pid=stranger.pid, what="xrm serve", port=stranger.port, token="not theirs"))

        assert xrm("add", "person", "full_name=Ann").out == "1\n"
        assert xrm("records", "person", "--count", "--lake", str(other)).out == "0\n"


def test_an_owner_that_dies_meanwhile_is_said(serving, xrm, lake_path):
    outcomes = []
    asking = threading.Thread(target=lambda: outcomes.append(xrm("sql", SLOW)))
    asking.start()
    _wait_for_call(lake_path)

    serving.kill()
    asking.join()

    [outcome] = outcomes
    assert outcome.code == OwnerLost.exit_code
    assert "went away before `sql` was answered" in outcome.err
    assert outcome.err.count("\n") == 1


def test_ctrl_c_stops_the_verb_in_the_owner(serving, lake_path, tmp_path):
    asking = subprocess.Popen(
        [*XRM, "sql", SLOW], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment(lake_path)
    )
    _wait_for_call(lake_path)

    asking.send_signal(signal.SIGINT)
    out, err = asking.communicate()

    assert (asking.returncode, out, err) == (130, "", "xrm: stopped; nothing was changed.\n")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serving_ends_in_order_on_a_signal(serving, lake_path, number):
    serving.send_signal(number)

    assert serving.wait() == 0
    assert read_owner(lake_path) is None
    open_lake(lake_path).close()


def test_a_lake_is_served_once(serving, xrm, lake_path):
    outcome = xrm("serve", "--no-browser")

    assert outcome.code == 3
    assert f"by process {serving.pid}" in outcome.err


def test_a_port_that_is_taken_is_refused(serving, lake_path, tmp_path, capsys):
    other = tmp_path / "other.xrm"
    init_lake(other).close()
    owner = read_owner(lake_path)
    assert owner is not None

    assert run(["serve", "--lake", str(other), "--port", str(owner.port), "--no-browser"]) == 3
    assert "is taken" in capsys.readouterr().err


def test_the_server_listens_on_this_machine_alone(serving, lake_path):
    owner = read_owner(lake_path)
    assert owner is not None

    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
        f"http://127.0.0.1:{owner.port}/api/types"
    ) as answer:
        assert answer.status == 200
    table = subprocess.run(["cat", "/proc/net/tcp"], capture_output=True, text=True, check=True).stdout
    listening = [line.split()[1] for line in table.splitlines()[1:] if line.split()[3] == "0A"]
    assert [place for place in listening if place.endswith(f":{owner.port:04X}")] == [f"0100007F:{owner.port:04X}"]


SLOW = "select count(*) from range(3000000) a, range(3000000) b where (a.range * b.range) % 7 = 3"


def _wait_for_call(lake_path):
    """Until the server is at work on SLOW: it burns cpu."""
    owner = read_owner(lake_path)
    assert owner is not None
    before = _cpu_ticks(owner.pid)
    _wait_until(lambda: _cpu_ticks(owner.pid) > before + 30)


def _wait_until(condition):
    never = threading.Event()
    while not condition():
        never.wait(0.02)


def _cpu_ticks(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
