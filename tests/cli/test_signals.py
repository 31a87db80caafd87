"""Signals, invoices and corrections as a user types them."""

import pytest

from xrm_lake.hygiene.decay.overrides import override_figure
from xrm_lake.store.open import open_lake
from xrm_lake.store.records import add_record


def test_an_empty_lake_has_nothing_to_look_at(xrm):
    told = xrm("signals")

    assert told.code == 0
    assert "Nothing found" in told.err


def test_what_is_worth_a_look_is_told_and_the_exit_code_says_so(xrm, lake_path):
    with open_lake(lake_path) as lake:
        override_figure(lake, "weekly", "Stale", 90, old=100, reason="counted twice")

    told = xrm("signals", "--format", "csv")

    assert told.code == 1
    assert "corrected by hand: 1 figure of 1 report" in told.out
    assert "--all" in told.err
    assert len(xrm("signals", "--format", "csv", "--all").out.splitlines()) > len(told.out.splitlines())


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("signals", "nobody"), 2),
        (("invoices", "nobody"), 2),
        (("override", "weekly"), 2),
        (("override", "--take-back", "9"), 2),
    ],
)
def test_what_is_not_there_is_said(xrm, words, code):
    assert xrm(*words).code == code


def test_a_correction_goes_in_and_out_again(xrm):
    id = xrm("override", "weekly", "Stale", "90", "--old", "100", "--reason", "counted twice").out.strip()

    assert "counted twice" in xrm("overrides", "--format", "csv").out
    assert xrm("override", "--take-back", id).code == 0
    assert "Nothing found" in xrm("overrides").err


def test_invoices_that_agree_leave_nothing_to_do(xrm, lake_path, tmp_path):
    file = tmp_path / "invoices.csv"
    file.write_text("Invoice no,Invoiced on,Customer,Amount\nI-1,2026-01-25,Acme,100.00\nI-2,2026-02-25,Acme,70.00\n")
    with open_lake(lake_path) as lake:
        acme = add_record(lake, "organisation", {"name": "Acme"})
    assert xrm("import", str(file), "--new-type", "invoice").code == 0

    told = xrm("invoices", "invoice", "--format", "csv")

    assert told.code == 1
    assert f"2026-01-01,Acme,{acme},0.0,100.0,-100.0" in told.out
    assert "100.0% of it is of accounts known here" in told.err
