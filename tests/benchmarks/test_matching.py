"""The benchmark of duplicate detection runs, also where no peer is installed."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import polars as pl

from benchmarks.duplicates.datasets import find
from benchmarks.duplicates.tools import OURS, PEERS, available
from benchmarks.generate.companies import MEANING as COMPANIES
from benchmarks.generate.contacts import MEANING as CONTACTS

ROOT = Path(__file__).resolve().parents[2]


def test_where_no_peer_is_installed_ours_alone_is_measured(tmp_path):
    assert available(tmp_path / "none", list(PEERS)) == {OURS: Path(sys.executable)}


def test_it_measures_sets_with_duplicates_and_without():
    done = measure("contacts_400", "companies_300_unique", "--tools", "--runs", "1")

    assert done.returncode == 0, done.stderr
    assert "| contacts_400 | 400 |" in done.stdout
    assert "| companies_300_unique | 300 |" in done.stdout.split("Tables without duplicates")[1]
    assert "Splink" not in done.stdout


def test_a_set_that_is_not_there_is_refused(tmp_path):
    done = measure("nowhere", "--data", tmp_path, "--tools")

    assert done.returncode == 1
    assert "There is no set 'nowhere'" in done.stderr


def test_a_folder_and_a_single_file_are_sets_too(tmp_path):
    table = find("contacts_60", tmp_path, tmp_path, 1)
    (tmp_path / "mine").mkdir()
    pl.read_parquet(table.data).write_parquet(tmp_path / "mine" / "data.parquet")
    (tmp_path / "mine" / "types.json").write_text(json.dumps({"email": "email"}))

    assert find("mine", tmp_path, tmp_path, 1).meaning == {"email": "email"}
    assert find(str(table.data), tmp_path, tmp_path, 1).meaning == CONTACTS


def test_every_generated_set_has_a_set_up_of_the_peer_that_needs_one():
    setups = tomllib.loads((ROOT / "benchmarks/peers/splink.toml").read_text(encoding="utf-8"))

    assert set(setups["contacts"]["reads"]) <= set(CONTACTS)
    assert set(setups["companies"]["reads"]) <= set(COMPANIES)


def test_the_lock_of_the_peers_names_hashes_and_no_address():
    lock = (ROOT / "benchmarks/peers/requirements.txt").read_text(encoding="utf-8")

    assert "splink==" in lock
    assert "goldenmatch==" in lock
    assert lock.count("--hash=sha256:") > 30
    assert "://" not in lock


def measure(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks.matching", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
