"""Figures corrected by hand are written down, shown on the report, and never lost."""

from datetime import date

import pytest

from xrm_lake.errors import InvalidValue, Refused, UnknownRecord
from xrm_lake.governance.sight import allow_viewer
from xrm_lake.hygiene.decay.overrides import list_overrides, override_figure, take_back_override
from xrm_lake.hygiene.snapshot import take_snapshot
from xrm_lake.reports.build import build_report
from xrm_lake.reports.render import render
from xrm_lake.store.ledger import list_batches
from xrm_lake.store.open import open_lake

MONDAY = date(2026, 3, 2)


@pytest.fixture
def corrected(lake):
    return override_figure(lake, "weekly", "Data quality", 55, old=50.6, as_of=MONDAY, reason="two teams were on leave")


def test_a_correction_says_who_when_what_and_why(lake, corrected):
    row = list_overrides(lake).row(0, named=True)

    assert (row["override_id"], row["report"], row["figure"], row["as_of"]) == (
        corrected, "weekly", "Data quality", MONDAY,
    )  # fmt: skip
    assert (row["old_value"], row["new_value"], row["made_by"]) == (50.6, 55, "ann")
    assert list_batches(lake, kind="override").height == 1


def test_the_report_shows_it_as_long_as_it_stands(lake, corrected):
    take_snapshot(lake, as_of=MONDAY)
    shown = render(build_report(lake, "weekly", as_of=MONDAY), "text")
    take_back_override(lake, corrected)

    assert "two teams were on leave" in " ".join(str(shown).split())
    assert "on leave" not in str(render(build_report(lake, "weekly", as_of=MONDAY), "text"))


def test_what_was_taken_back_stays_in_the_ledger(lake, corrected):
    take_back_override(lake, corrected, reason="it was right")

    assert list_overrides(lake).is_empty()
    assert list_overrides(lake, standing=False)["taken_back"].to_list() == [True]
    assert lake.query("select count(*) from figure_override").value() == 2
    with pytest.raises(Refused, match="already"):
        take_back_override(lake, corrected)


def test_a_correction_without_a_reason_is_none(lake):
    with pytest.raises(InvalidValue, match="reason"):
        override_figure(lake, "weekly", "Data quality", 55, reason=" ")
    with pytest.raises(InvalidValue, match="number"):
        override_figure(lake, "weekly", "Data quality", float("nan"), reason="so")
    with pytest.raises(UnknownRecord):
        take_back_override(lake, 999)

    assert list_overrides(lake, standing=False).is_empty()


def test_who_corrected_is_told_to_viewers_and_to_himself(lake, corrected):
    allow_viewer(lake, "cleo")
    lake.close()

    told = {}
    for user in ("ann", "bob", "cleo"):
        with open_lake(lake.path, user=user) as opened:
            told[user] = list_overrides(opened)["made_by"].to_list()

    assert told == {"ann": ["ann"], "bob": [None], "cleo": ["ann"]}
