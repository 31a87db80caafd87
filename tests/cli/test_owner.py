"""With `xrm serve` running, every command works: it is sent to the process that owns the lake."""

import json
import os
import shutil
import signal
import subprocess
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.cli.conftest import XRM, apart, environment, here, served
from xrm_lake.cli.forward import OwnerLost
from xrm_lake.store.open import open_lake
from xrm_lake.store.owner import Owner, read_owner, write_owner


@pytest.fixture
def serving(lake_path):
    """A server of the test's own, to be stopped or killed."""
    with served(lake_path) as process:
        yield process


@pytest.fixture(scope="module")
def owned(empty_lake, tmp_path_factory):
    """A lake that is served, and the process that does."""
    folder = tmp_path_factory.mktemp("served") / "lake.xrm"
    shutil.copytree(empty_lake, folder)
    with served(folder) as process:
        yield folder, process


@pytest.fixture
def asked(owned, capsys):
    """Run a command in this process on the lake that is served by another."""
    return here(owned[0], capsys)


def test_commands_are_sent_to_the_owner(owned, asked):
    folder, process = owned
    id = asked("add", "person", "full_name=Ann Smith").out.strip()
    [record] = json.loads(asked("records", "person", "--where", f"id = {id}", "--format", "json").out)
    assert record["full_name"] == "Ann Smith"
    assert asked("doctor").code == 0

    owner = read_owner(folder)
    assert owner is not None
    assert (owner.pid, owner.what) == (process.pid, "xrm serve")


@pytest.mark.parametrize(
    "words", [["show", "999"], ["records", "perso"], ["undo", "1"], ["sql", "select * from nil"], ["merge", "1"]]
)
def test_an_error_looks_the_same_wherever_it_was_raised(asked, xrm, words):
    assert asked(*words) == xrm(*words)


def test_no_proxy_is_asked_for_the_way_to_the_owner(asked, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)

    assert asked("types").code == 0


def test_paths_are_those_of_the_one_who_asks(owned, tmp_path):
    xrm = apart(owned[0], tmp_path)
    (tmp_path / "firms.csv").write_text("name,city\nAcme,Bonn\n")

    brought = xrm("import", "firms.csv", "--type", "organisation", "--source", "here")
    taken = xrm("export", "organisation", "--out", "out.csv")

    assert (brought.code, taken.code) == (0, 0), brought.err + taken.err
    assert "Acme" in (tmp_path / "out.csv").read_text()


def test_many_commands_at_once_lose_nothing(owned, tmp_path):
    xrm = apart(owned[0], tmp_path)
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda n: xrm("add", "person", f"full_name=Person {n}"), range(6)))

    assert [outcome.code for outcome in outcomes] == [0] * 6
    assert len({outcome.out for outcome in outcomes}) == 6


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


def test_an_owner_file_that_points_to_a_stranger_is_no_hindrance(owned, asked, lake_path, xrm):
    stranger = read_owner(owned[0])
    assert stranger is not None
    before = asked("records", "person", "--count").out
    write_owner(lake_path, Owner(pid=stranger.pid, what="xrm serve", port=stranger.port, token="not theirs"))

    assert xrm("add", "person", "full_name=Ann").out == "1\n"
    assert asked("records", "person", "--count").out == before


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


def test_ctrl_c_stops_the_verb_in_the_owner(owned):
    folder, _ = owned
    asking = subprocess.Popen(
        [*XRM, "sql", SLOW], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment(folder)
    )
    _wait_for_call(folder)

    asking.send_signal(signal.SIGINT)
    out, err = asking.communicate()

    assert (asking.returncode, out, err) == (130, "", "xrm: stopped; nothing was changed.\n")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serving_ends_in_order_on_a_signal(serving, lake_path, number):
    serving.send_signal(number)

    assert serving.wait() == 0
    assert read_owner(lake_path) is None
    open_lake(lake_path).close()


def test_a_lake_is_served_once(owned, asked):
    outcome = asked("serve", "--no-browser")

    assert outcome.code == 3
    assert f"by process {owned[1].pid}" in outcome.err


def test_a_port_that_is_taken_is_refused(owned, xrm):
    owner = read_owner(owned[0])
    assert owner is not None

    outcome = xrm("serve", "--port", str(owner.port), "--no-browser")

    assert outcome.code == 3
    assert "is taken" in outcome.err


def test_the_server_listens_on_this_machine_alone(owned):
    owner = read_owner(owned[0])
    assert owner is not None

    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://127.0.0.1:{owner.port}/api/types") as answer:
        assert answer.status == 200
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    listening = [row[1] for row in rows if row[3] == "0A" and row[1].endswith(f":{owner.port:04X}")]
    assert listening == [f"0100007F:{owner.port:04X}"]


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
