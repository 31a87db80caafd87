"""Help is quick, complete, and ends in something to type."""

import subprocess
import sys

import click
import pytest

from tests.cli.conftest import XRM
from xrm_lake.cli.root import root
from xrm_lake.cli.run import run
from xrm_lake.verbs import VERBS

HEAVY = ("polars", "duckdb", "pandera", "streamlit", "rich", "fastapi", "pyarrow", "numpy", "httpx")


def commands(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = []
    for name, command in group.commands.items():
        found.append((*path, name))
        if isinstance(command, click.Group):
            found += commands(command, (*path, name))
    return found


PATHS = [(), *commands(root)]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: "xrm " + " ".join(path))
def test_the_help_of_every_command_ends_in_an_example(path, capsys):
    assert run([*path, "--help"]) == 0

    lines = capsys.readouterr().out.rstrip().splitlines()
    assert "Example:" in lines
    for example in lines[lines.index("Example:") + 1 :]:
        assert example.startswith("  xrm ")


@pytest.mark.parametrize("path", PATHS, ids=lambda path: "xrm " + " ".join(path))
def test_every_command_knows_the_lake_and_the_format(path, capsys):
    run([*path, "--help"])

    shown = capsys.readouterr().out
    if not isinstance(_command(path), click.Group) or not path:
        assert "--lake PATH" in shown
        assert "--format" in shown


def _command(path):
    command = root
    for name in path:
        command = command.commands[name]
    return command


def test_every_verb_has_a_command():
    known = {" ".join(path) for path in PATHS}

    assert [verb.name for verb in VERBS if (verb.command or verb.name) not in known] == []


@pytest.mark.parametrize("words", [["--help"], ["records", "--help"], ["no-such-command"], ["--version"]])
def test_help_loads_nothing_heavy(words):
    code = (
        "import sys; from xrm_lake.cli.run import run; run(sys.argv[1:]);"
        f" print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)

    assert done.stdout.rstrip().endswith("[]")


def test_without_words_the_help_is_shown_and_nothing_done():
    done = subprocess.run(XRM, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "Usage: xrm" in done.stderr
    assert done.stdout == ""
