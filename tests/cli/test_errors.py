"""What goes wrong is one line, with an exit code that says of which sort it was."""

import re

import pytest

from xrm_lake import verbs
from xrm_lake.cli.run import run


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["recods"], 2, "No such command"),
        (["records"], 2, "Missing argument 'TYPE'"),
        (["records", "perso"], 2, "Did you mean 'person'"),
        (["records", "person", "--where", "nothing > 1"], 2, "cannot be run"),
        (["show", "99"], 2, "no record with the id 99"),
        (["show", "x"], 2, "not a valid integer"),
        (["add", "person", "full_name"], 2, "field=value"),
        (["add", "person", "nam=x"], 2, "no field of person"),
        (["set", "99", "city=Bonn"], 2, "no record"),
        (["undo", "99"], 2, "no batch"),
        (["undo", "1"], 3, "cannot be undone"),
        (["sql", "delete from entity"], 2, "Only one statement that reads"),
        (["merge", "1"], 2, "two records or more"),
        (["merge"], 2, "with --auto"),
        (["match", "person", "--at-least", "7"], 2, "--at-least"),
        (["check", "--as-of", "yesterday"], 2, "2017-03-01"),
        (["type", "change", "person", "colour=red"], 2, "no setting"),
        (["--format", "xml", "types"], 2, "--format"),
    ],
)
def test_an_error_is_one_line_and_a_code(xrm, words, code, said):
    outcome = xrm(*words)

    assert outcome.code == code
    assert outcome.out == ""
    assert re.fullmatch(r"xrm: [^\n]+\n", outcome.err)
    assert said in outcome.err


def test_a_lake_that_is_not_there_is_refused_with_the_way_to_make_one(tmp_path, capsys):
    code = run(["types", "--lake", str(tmp_path / "none.xrm")])

    said = capsys.readouterr()
    assert code == 3
    assert said.out == ""
    assert "xrm init" in said.err


def test_a_message_never_repeats_the_value_that_was_refused(xrm):
    xrm("field", "add", "person", "first_seen", "--kind", "date")

    outcome = xrm("add", "person", "full_name=Ann", "first_seen=Secret Name")

    assert outcome.code == 2
    assert "first_seen" in outcome.err
    assert "Secret" not in outcome.err


def test_what_should_not_happen_is_one_line_with_the_details_in_a_private_file(xrm, lake_path, monkeypatch):
    def broken(lake):
        raise ZeroDivisionError("Ann Smith")

    monkeypatch.setattr(verbs, "resolve", lambda name: broken)

    outcome = xrm("types")

    assert outcome.code == 3
    assert outcome.out == ""
    assert re.fullmatch(r"xrm: [^\n]+\n", outcome.err)
    assert "Ann Smith" not in outcome.err
    assert "Traceback" not in outcome.err
    [log] = (lake_path / "tmp").glob("fault-*.txt")
    assert str(log) in outcome.err
    assert "ZeroDivisionError" in log.read_text()
    assert log.stat().st_mode & 0o077 == 0


def test_a_reader_that_has_enough_is_no_error(xrm_process, lake_path, tmp_path):
    import subprocess

    from tests.cli.conftest import XRM, environment

    shell = f"{XRM[0]} -m {XRM[2]} sql 'select * from range(200000)' --format csv | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", shell], capture_output=True, text=True, env=environment(lake_path), cwd=tmp_path, check=True
    )

    assert done.stdout == "range\n0\n"
    assert done.stderr == ""
