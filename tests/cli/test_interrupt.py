"""Ctrl-C leaves the lake as it was before the verb, and says what was kept if something was."""

import signal

import pytest

from xrm_lake import verbs


def half_done(lake):
    with lake.write("edit") as batch:
        batch.execute("insert into meta values ('half', 'done')")
        signal.raise_signal(signal.SIGINT)


def half_done_in_the_engine(lake):
    with lake.write("edit") as batch:
        batch.execute("insert into meta values ('half', 'done')")
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            raise RuntimeError("Query interrupted") from None


def one_done_and_one_half(lake):
    with lake.write("edit") as batch:
        batch.execute("insert into meta values ('first', 'done')")
    half_done(lake)


@pytest.mark.parametrize("verb", [half_done, half_done_in_the_engine])
def test_a_verb_that_is_interrupted_changes_nothing(xrm, monkeypatch, verb):
    monkeypatch.setattr(verbs, "resolve", lambda name: verb)

    outcome = xrm("types")

    monkeypatch.undo()
    assert (outcome.code, outcome.out, outcome.err) == (130, "", "xrm: stopped; nothing was changed.\n")
    assert xrm("sql", "select count(*) as n from meta where key = 'half'", "--format", "csv").out == "n\n0\n"


def test_what_was_finished_before_the_interrupt_is_said(xrm, monkeypatch):
    monkeypatch.setattr(verbs, "resolve", lambda name: one_done_and_one_half)

    outcome = xrm("types")

    monkeypatch.undo()
    assert outcome.code == 130
    assert "is kept (batch 2)" in outcome.err
    assert xrm("sql", "select key from meta where key in ('first', 'half')", "--format", "csv").out == "key\nfirst\n"


def test_after_an_interrupt_ctrl_c_is_as_it_was(xrm, monkeypatch):
    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(verbs, "resolve", lambda name: half_done)

    xrm("types")

    assert signal.getsignal(signal.SIGINT) is before
