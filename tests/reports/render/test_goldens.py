"""
What a rich page looks like, letter by letter.

After a change that is meant, run with XRM_UPDATE_GOLDENS=1 and read the difference.
"""

import os
import re
from pathlib import Path

import pytest

from xrm_lake.reports.render import FORMATS, render
from xrm_lake.reports.render.mail import mail_of

GOLDENS = Path(__file__).parent.parent / "golden"
READ = [each for each in FORMATS if each.name not in ("xlsx", "pdf", "eml")]


@pytest.mark.parametrize("each", READ, ids=lambda each: each.name)
def test_the_example_looks_as_agreed(each, page):
    drawn = _without_pictures(render(page, each.name))
    golden = GOLDENS / f"weekly{each.suffix}"
    if os.environ.get("XRM_UPDATE_GOLDENS"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(drawn, encoding="utf-8")

    assert drawn == golden.read_text(encoding="utf-8")


def test_the_mail_of_the_example_looks_as_agreed(page):
    html = mail_of(page).get_body(("html",)).get_content()
    drawn = re.sub(r'cid:[^"]+', "cid:", html)
    golden = GOLDENS / "weekly.mail.html"
    if os.environ.get("XRM_UPDATE_GOLDENS"):
        golden.write_text(drawn, encoding="utf-8")

    assert drawn == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("each", FORMATS, ids=lambda each: each.name)
def test_the_same_page_always_gives_the_same_answer(each, page):
    needs(each.name)
    assert render(page, each.name) == render(page, each.name)


def needs(form):
    """PDF needs a library of the system, which not every machine has."""
    if form == "pdf":
        try:
            import weasyprint  # noqa: F401
        except OSError:
            pytest.skip("the Pango library is not installed")


def _without_pictures(text: str) -> str:
    """Pictures of charts are left out: their paths may differ by a hair between versions of vl-convert."""
    return re.sub(r'<svg role="img".*?</svg>', "<svg/>", text, flags=re.DOTALL)
