"""What a command tells a person: what it found, what came back, and what to do instead."""

import json

import pytest


def test_the_day_of_a_report_may_stand_among_its_options(xrm):
    assert "as of 2026-01-01" in xrm("report", "pipeline", "as_of=2026-01-01").out

    assert xrm("report", "pipeline", "as_of=soon").code == 2
    assert xrm("report", "pipeline", "as_of=2026-01-01", "--as-of", "2026-01-01").code == 2
    assert xrm("report", "pipeline", "name=weekly").code == 2
