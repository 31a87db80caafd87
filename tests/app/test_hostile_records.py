"""Records whose every cell would do harm: their pages open, and show it as the text that it is."""

import pytest

from tests.hostile.test_hostile_cells import NOTE, OWN
from xrm_lake.store.model import add_type
from xrm_lake.store.records import add_record

WORST = [cell for cell in OWN if cell.strip("\ufeff\u00a0 ") and len(cell) < 1_000]


@pytest.fixture
def notes(lake):
    add_type(lake, NOTE)
    for cell in WORST:
        add_record(lake, "note", {"name": cell, "body": cell}, by="ann")
    return lake


def faultless(at):
    assert not at.exception, at.exception
    return at


def test_a_list_of_hostile_records_opens(notes, visit):
    faultless(visit(notes, "note"))


@pytest.mark.parametrize(
    "cell", ["<script>alert(1)</script>", "**bold** [x](http://evil.example) :red[x] $x$", "a\x00b", "a\u202egnp.exe"]
)
def test_the_page_of_a_hostile_record_shows_text_and_no_markup(notes, visit, cell):
    id = notes.query(
        "select id from note where body = $cell or body = $shown", cell=cell, shown=cell.replace("\x00", "")
    )
    at = faultless(visit(notes, "record", type="note", id=id.value()))

    head = at.header[0].value
    for markup in ("<script>", "**bold**", ":red[x]", "[x](http"):
        assert markup not in head
