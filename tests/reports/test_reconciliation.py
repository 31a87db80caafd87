"""A reconciliation as a page: whatever is changed in it is found out, and so is a seal that the lake did not give."""

import json
import re

import pytest

from tests.ingest.files import load
from xrm_lake.errors import Misuse
from xrm_lake.ingest.reconcile import reconcile
from xrm_lake.model.reconciliation import sealed
from xrm_lake.reports.reconciliation import check_seal, document_of, render_reconciliation, verify_reconciliation
from xrm_lake.store.records import set_record

DEALS = "Deal ID,Deal Name,Stage,Amount,Currency\nD1,<b>One</b>,Won,1000.50,EUR\nD2,Two,Won,1,EUR\n"


@pytest.fixture
def document(lake, tmp_path):
    batch = load(lake, tmp_path, DEALS, name="deals <x>.csv", type="deal", preset="none").batch_id
    set_record(lake, lake.query("select min(id) from deal").value(), {"amount": "900"})
    return reconcile(lake, [batch]).document


@pytest.mark.parametrize("form", ["json", "html"])
def test_what_was_sealed_holds_and_the_lake_knows_its_seal(lake, document, form):
    found = verify_reconciliation(lake, render_reconciliation(document, form))

    assert (found.holds, found.sealed, found.known, found.problems) == (True, True, True, ())


def test_a_changed_figure_is_found_out(lake, document):
    text = render_reconciliation(document, "json").replace('"1001.50"', '"1000.50"')

    found = verify_reconciliation(lake, text)

    assert not found.sealed
    assert "a figure, a name or a checksum was changed" in found.problems[0]


def test_a_page_whose_text_was_changed_is_found_out(document):
    page = render_reconciliation(document, "html")
    changed = page.replace("100.5", "0.00", 1)

    assert changed != page
    assert check_seal(changed).problems == ("The page does not show what was sealed: its text was changed.",)


def test_a_seal_made_anew_is_none_of_this_lake(lake, document):
    forged = json.loads(json.dumps(document))
    forged["differences"] = 0
    text = render_reconciliation(sealed(forged), "json")

    assert check_seal(text).holds
    assert verify_reconciliation(lake, text).problems == ("This lake gave no such seal.",)


def test_the_page_shows_both_sides_and_no_markup_of_the_source(document):
    page = render_reconciliation(document, "html")

    assert document_of(page) == json.loads(json.dumps(document))
    shown = re.sub(r"\s+", " ", page)
    assert "1,001.50" in shown
    assert "100.5" in shown
    assert "<x>" not in page


def test_the_page_shows_every_digit_of_a_sum_and_counts_as_whole_numbers(lake, tmp_path):
    cents = "Deal ID,Deal Name,Stage,Amount,Currency\nD1,One,Won,1000000.15,EUR\nD2,Two,Won,2.10,EUR\n"
    batch = load(lake, tmp_path, cents, name="cents.csv", type="deal", preset="none").batch_id
    set_record(lake, lake.query("select max(id) from deal").value(), {"amount": "2.14"})

    page = render_reconciliation(reconcile(lake, [batch]).document, "html")

    cells = re.findall(r'data-label="(Source|Lake|Difference)"><span><bdi>([^<]*)', page)
    assert {("Source", "1,000,002.25"), ("Lake", "1,000,002.29"), ("Difference", "-0.04"), ("Lake", "2")} <= set(cells)
    assert ("Lake", "2.0") not in cells


@pytest.mark.parametrize("text", ["", "{}", "[1]", "<html></html>", '{"format": "other"}', "[" * 100_000])
def test_what_is_no_reconciliation_is_said(text):
    with pytest.raises(Misuse, match="no reconciliation"):
        check_seal(text)
