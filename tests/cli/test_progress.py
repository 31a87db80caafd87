"""The bar shows itself where somebody looks and the work lasts, and nowhere else."""

import os
import pty
import sys
from contextlib import contextmanager

import pytest

from xrm_lake.cli import progress
from xrm_lake.cli.progress import Bar


@contextmanager
def terminal():
    """A terminal in the place of stderr; what was shown on it can be read."""
    inside, outside = pty.openpty()
    with os.fdopen(outside, "w") as stderr, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stderr", stderr)
        yield inside
    os.close(inside)


def read_all(screen):
    """What was written so far: a terminal gives it in pieces."""
    os.set_blocking(screen, False)
    pieces = []
    while True:
        try:
            pieces.append(os.read(screen, 100_000))
        except BlockingIOError:
            return b"".join(pieces).decode()


def test_work_that_lasts_is_shown_with_its_counts(monkeypatch):
    monkeypatch.setattr(progress, "AFTER_SECONDS", 0)
    with terminal() as screen:
        with Bar("xrm import") as bar:
            bar._timer.join()
            bar("rows", 1000, 20000)
        shown = read_all(screen)

    assert "rows" in shown
    assert "1,000 of 20,000" in shown


def test_work_that_is_quick_shows_nothing(monkeypatch):
    monkeypatch.setattr(progress, "AFTER_SECONDS", 3600)
    with terminal() as screen:
        with Bar("xrm types") as bar:
            bar("rows", 1, 2)
        os.set_blocking(screen, False)
        with pytest.raises(BlockingIOError):
            os.read(screen, 1)


def test_nothing_is_shown_in_a_file_or_a_pipe(monkeypatch, capsys):
    monkeypatch.setattr(progress, "AFTER_SECONDS", 0)
    with Bar("xrm import") as bar:
        bar("rows", 1000, 20000)

    assert capsys.readouterr().err == ""
