"""
The reports of a small firm, letter by letter.

After a change that is meant, run with XRM_UPDATE_GOLDENS=1 and read the difference.
"""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.reports.gallery.lakes import MONDAY, NOON, small_firm
from xrm_lake.reports.build import build_report
from xrm_lake.reports.render import FORMATS, render

GOLDENS = Path(__file__).parent / "golden"
READ = {each.name: each for each in FORMATS if each.name in ("text", "md", "json")}


@pytest.fixture(scope="module")
def firm(tmp_path_factory):
    with small_firm(tmp_path_factory.mktemp("firm") / "firm.xrm") as lake:
        yield lake


@pytest.mark.parametrize("form", READ)
@pytest.mark.parametrize("name", ["weekly", "pipeline", "quality"])
def test_the_report_of_a_small_firm_looks_as_agreed(firm, name, form):
    page = replace(build_report(firm, name, as_of=MONDAY), made_at=NOON, base_url="http://127.0.0.1:8501")
    golden = GOLDENS / f"{name}{READ[form].suffix}"

    # Every lake has a number of its own.
    drawn = render(page, form).replace(firm.lake_id, "LAKE")
    if os.environ.get("XRM_UPDATE_GOLDENS"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(drawn, encoding="utf-8")

    assert drawn == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("form", [each.name for each in FORMATS])
@pytest.mark.parametrize("name", ["weekly", "pipeline", "quality"])
def test_every_form_can_be_drawn(firm, name, form):
    assert render(build_report(firm, name, as_of=MONDAY), form)
