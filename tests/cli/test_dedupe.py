"""xrm dedupe: a file in, the same rows with their clusters out, and no lake anywhere."""

import json
import os
import signal
import subprocess
import time

import polars as pl
import pytest

from tests.cli.conftest import XRM
from tests.lakeless.people import people
from xrm_lake.cli.run import run


@pytest.fixture
def go(tmp_path, monkeypatch, capsys):
    """Run `xrm dedupe` in a folder without a lake, where people.csv stands; gives code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("XRM_LAKE", raising=False)
    people(300, twins=20).write_csv("people.csv")

    def xrm(*words: str) -> tuple[int, str, str]:
        code = run(["dedupe", *words])
        return code, *capsys.readouterr()

    return xrm


def test_rows_go_to_stdout_and_what_is_said_to_stderr(go, tmp_path):
    code, out, err = go("people.csv")

    rows = pl.read_csv(out.encode())
    assert code == 0
    assert rows.columns == [*people(1).columns, "row", "cluster_id", "probability"]
    assert rows["cluster_id"].to_list() == [*range(280), *range(20)]
    assert "300 rows about 280 things: 20 pairs, 20 clusters of 40 rows." in err
    assert "person_name" in err
    assert [file.name for file in tmp_path.iterdir()] == ["people.csv"]


def test_rows_and_pairs_go_to_files(go):
    code, out, _ = go("people.csv", "--out", "rows.xlsx", "--pairs", "pairs.parquet")

    assert (code, out) == (0, "")
    assert pl.read_excel("rows.xlsx").height == 300
    assert {"left_row", "right_row", "probability", "evidence"} <= set(pl.read_parquet("pairs.parquet").columns)


def test_json_on_request(go):
    assert json.loads(go("people.csv", "--format", "json")[1])[280]["cluster_id"] == 0


def test_kinds_of_a_file_are_all_there_is_and_single_ones_overrule(go, tmp_path):
    (tmp_path / "types.json").write_text(json.dumps({"E-mail": "email", "Town": "city"}))

    whole = go("people.csv", "--kinds", "types.json", "--kind", "Town=ignore", "--kind", "Last name=person_name")[2]
    single = go("people.csv", "--kind", "Town=ignore")[2]

    assert whole.count("(ignored)") == 3
    assert single.count("(ignored)") == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("people.csv", "--kind", "Town=cty"), "There is no kind named 'cty'. Did you mean 'city'"),
        (("people.csv", "--kind", "Twn=city"), "There is no column in people.csv named 'Twn'. Did you mean 'Town'?"),
        (("people.csv", "--kind", "Town"), "HEADER=KIND"),
        (("people.csv", "--kinds", "none.json"), "cannot be read"),
        (("people.csv", "--kinds", "people.csv"), "is not JSON"),
        (("people.csv", "--out", "people.csv"), "written over"),
        (("people.csv", "--out", "rows.txt"), ".txt"),
        (("people.csv", "--at-least", "2"), "0<=x<=1"),
    ],
)  # fmt: skip
def test_misuse_is_told_in_a_line(go, words, told):
    code, out, err = go(*words)

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert told in err


@pytest.mark.parametrize(
    "words", [("none.csv",), ("people.csv", "--sheet", "1"), ("people.csv", "--out", "no/where.csv")]
)
def test_what_cannot_be_done_is_refused(go, words):
    code, out, err = go(*words)

    assert (code, out) == (3, "")
    assert err.startswith("xrm: ")


def test_rejected_rows_are_told_and_end_with_1(go, tmp_path):
    (tmp_path / "bad.csv").write_text("name,town\nAnn,Bonn\nBert,Ulm,too,many\nClara,Kiel\n")

    code, out, err = go("bad.csv", "--kind", "name=person_name")

    assert code == 1
    assert out.count("\n") == 3
    assert "1 row was rejected and is not in the output:\n  line 3:" in err


def test_doubt_is_told(go, tmp_path):
    (tmp_path / "few.csv").write_text("name,town\nAnn,Bonn\nBert,Ulm\n")

    assert "To be taken with care: only 2 distinct records" in go("few.csv", "--kind", "name=person_name")[2]


def test_ctrl_c_leaves_no_half_written_file(tmp_path):
    people(60_000, twins=20_000).write_csv(tmp_path / "people.csv")
    (tmp_path / "rows.csv").write_text("old")
    process = subprocess.Popen(
        [*XRM, "dedupe", "people.csv", "--out", "rows.csv"],
        cwd=tmp_path, stderr=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    while not list(tmp_path.glob("xrm-dedupe-*")) and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()

    assert process.returncode == 130
    assert err == "xrm: stopped; nothing was changed.\n"
    assert (tmp_path / "rows.csv").read_text() == "old"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["people.csv", "rows.csv"]
