"""xrm read, and what `-` and addresses mean to it and to xrm import."""

import json
import sqlite3
import subprocess
from contextlib import closing

import polars as pl
import pytest

from tests.cli.conftest import XRM
from xrm_lake.cli.run import run


@pytest.fixture
def go(tmp_path, monkeypatch, capsys):
    """Run xrm in a folder without a lake; gives code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("XRM_LAKE", raising=False)
    (tmp_path / "a.jsonl").write_text('{"id": 1, "name": "Ann"}\n{"id": 2\n{"id": 3, "name": "Bo"}\n')
    (tmp_path / "two.json").write_text('{"people": [{"id": 1}], "firms": [{"id": 2}, {"id": 3}]}')

    def xrm(*words: str) -> tuple[int, str, str]:
        code = run(words)
        return code, *capsys.readouterr()

    return xrm


def test_the_rows_of_one_table_are_printed_and_its_rejects_told(go):
    code, out, err = go("read", "a.jsonl", "--format", "csv")

    assert (code, out) == (1, "id,name\n1,Ann\n3,Bo\n")
    assert "a.jsonl: 3 records, 1 rejected." in err
    assert "rejected, line 2: the line is no JSON" in err


def test_of_several_tables_there_is_a_list(go):
    code, out, _ = go("read", "two.json", "--format", "csv")

    assert code == 0
    assert pl.read_csv(out.encode()).rows() == [("two.json#people", 1, 1, 1, 0, 0), ("two.json#firms", 1, 2, 2, 0, 0)]
    assert go("read", "two.json", "--sheet", "firms", "--format", "csv")[1] == "id\n2\n3\n"
    assert [len(table["rows"]) for table in json.loads(go("read", "two.json", "--format", "json")[1])] == [1, 2]


def test_each_table_is_written_and_nothing_is_written_over(go, tmp_path):
    assert go("read", "a.jsonl", "--out", "out")[0] == 1
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["a.jsonl.csv", "a.jsonl.rejects.csv"]

    code, _, err = go("read", "a.jsonl", "--out", "out")

    assert (code, "is there already" in err) == (3, True)


def test_a_table_comes_from_standard_input(tmp_path, lake_path):
    table = b"Full name,E-mail\nAnn Smith,ann@x.example\nBo Lee,bo@x.example\n"

    words = [*XRM, "--lake", str(lake_path), "import", "-", "--type", "person", "--source", "piped", "--format", "json"]
    done = subprocess.run(words, input=table, capture_output=True, check=False)

    assert done.returncode == 0, done.stderr
    [file] = json.loads(done.stdout)["files"]
    assert (file["file"], file["counted"], file["new"]) == ("stdin", 2, 2)


def test_an_sqlite_address_is_imported(go, tmp_path, lake_path):
    with closing(sqlite3.connect(tmp_path / "crm.db")) as connection:
        connection.execute("create table contacts (full_name, email)")
        connection.execute("insert into contacts values ('Ann Smith', 'ann@x.example')")
        connection.commit()

    code, out, err = go("--lake", str(lake_path), "import", "sqlite:///crm.db#contacts", "--format", "json")

    assert code == 0, err
    assert json.loads(out)["files"][0]["type"] == "person"


def test_standard_input_is_read_once(go):
    assert go("import", "-", "-")[0] == 2
