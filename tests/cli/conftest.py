"""`xrm` as a user types it: in this process where that will do, else in one of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from xrm_lake.cli.run import run
from xrm_lake.store.open import init_lake

XRM = (sys.executable, "-m", "xrm_lake.cli")


@dataclass(frozen=True)
class Outcome:
    """What a user sees of a command."""

    code: int
    out: str
    err: str


Xrm = Callable[..., Outcome]


@pytest.fixture(scope="session")
def empty_lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lakes") / "empty.xrm"
    init_lake(folder).close()
    return folder


@pytest.fixture
def lake_path(empty_lake: Path, tmp_path: Path) -> Path:
    """A lake with the crm template that nobody has open."""
    folder = tmp_path / "lake.xrm"
    shutil.copytree(empty_lake, folder)
    return folder


@pytest.fixture
def xrm(lake_path: Path, capsys: pytest.CaptureFixture[str]) -> Xrm:
    """Run a command on the lake in this process."""
    return here(lake_path, capsys)


def here(lake_path: Path, capsys: pytest.CaptureFixture[str]) -> Xrm:
    def go(*words: str) -> Outcome:
        code = run(["--lake", str(lake_path), *words])
        said = capsys.readouterr()
        return Outcome(code, said.out, said.err)

    return go


def environment(lake_path: Path) -> dict[str, str]:
    return {**os.environ, "XRM_LAKE": str(lake_path), "PYTHONUNBUFFERED": "1"}


@pytest.fixture
def xrm_process(lake_path: Path, tmp_path: Path) -> Xrm:
    """Run a command on the lake in a process of its own, in another folder than this one's."""
    return apart(lake_path, tmp_path)


def apart(lake_path: Path, folder: Path) -> Xrm:
    def go(*words: str) -> Outcome:
        done = subprocess.run(
            [*XRM, *words], capture_output=True, text=True, env=environment(lake_path), cwd=folder, check=False
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    return go


@contextmanager
def served(lake_path: Path) -> Iterator[subprocess.Popen[str]]:
    """`xrm serve` in a process of its own, ready to answer; killed at the end if it still runs."""
    process = subprocess.Popen(
        [*XRM, "serve", "--no-browser"], stderr=subprocess.PIPE, text=True, env=environment(lake_path)
    )
    try:
        assert process.stderr is not None
        lines = iter(process.stderr.readline, "")
        heard = list(_until(lines, "Serving at"))
        assert heard, "xrm serve ended without serving"
        yield process
    finally:
        process.kill()
        process.wait()


def _until(lines: Iterator[str], word: str) -> Iterator[str]:
    for line in lines:
        if word in line:
            yield line
            return
