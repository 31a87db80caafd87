"""Reports as PDF."""

from io import BytesIO
from pathlib import Path

import polars as pl
import pytest

from xrm_lake.reports.page import Column, Table
from xrm_lake.reports.render import pdf, render

from .test_goldens import needs


@pytest.fixture
def read():
    needs("pdf")
    from pypdf import PdfReader

    return lambda page: PdfReader(BytesIO(render(page, "pdf")))


def test_a_page_says_in_pdf_what_it_says_in_html_and_counts_its_sheets(page, read):
    found = read(page)
    text = "\n".join(sheet.extract_text() for sheet in found.pages)

    assert "Merge likely duplicates of organisations" in text
    assert f"Page 1 of {len(found.pages)}" in text


def test_links_lead_to_the_app(page, read):
    links = {
        note.get_object()["/A"]["/URI"]
        for sheet in read(page).pages
        for note in sheet.get("/Annots", ())
        if "/A" in note.get_object()
    }

    assert "http://127.0.0.1:8501/pending?type=deal" in links


def test_every_letter_is_set_in_the_font_that_comes_with_it_one_face_a_weight(page, read):
    fonts = {
        str(font.get_object()["/BaseFont"])
        for sheet in read(page).pages
        for font in sheet["/Resources"]["/Font"].values()
    }

    assert fonts
    assert all("Inter" in name for name in fonts)
    # Two faces of one family and weight would be mixed up: letters of one would be drawn by the numbers of the other.
    assert len(list((Path(pdf.__file__).parent / "fonts").glob("*.woff2"))) == len(pdf._FONTS)


def test_a_table_that_is_longer_than_a_page_goes_on_with_its_headings_and_has_its_total_once(page, read):
    from dataclasses import replace

    rows = pl.DataFrame({"name": [f"Row {place}" for place in range(90)], "n": [1] * 90})
    columns = (Column("name", "Name of the row"), Column("n", "Count", "number"))
    table = Table("Long", rows, columns, total={"name": "Together", "n": 90}, cap=90)
    texts = [sheet.extract_text() for sheet in read(replace(page, blocks=(table,))).pages]

    assert len(texts) > 1
    assert all("Name of the row" in text for text in texts if "Row " in text)
    assert sum(text.count("Together") for text in texts) == 1


def test_a_page_cannot_make_it_load_anything():
    with pytest.raises(ValueError, match="does not load"):
        pdf._nothing("file:///etc/passwd")


def test_a_page_that_belongs_on_one_sheet_is_made_to_fit(page, read):
    from dataclasses import replace

    rows = pl.DataFrame({"name": [f"Row {place}" for place in range(60)]})
    table = Table("Long", rows, (Column("name", "Name"),), cap=60)
    fitted = read(replace(page, blocks=(page.blocks[0], table), one_sheet=True)).pages

    assert len(fitted) == 1
    # A4, however small it is drawn.
    assert [round(float(each)) for each in fitted[0].mediabox[2:]] == [595, 842]
