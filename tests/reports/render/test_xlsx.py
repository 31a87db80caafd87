"""Reports as a workbook."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import openpyxl
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from xrm_lake.reports.page import Column, Table
from xrm_lake.reports.render import render
from xrm_lake.reports.render.sheet import sheet_names

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")


def opened(page):
    return openpyxl.load_workbook(BytesIO(render(page, "xlsx")))


@given(st.lists(st.text(max_size=50)))
@example(["0" * 20 + "𐀀" * 6] * 12)
def test_sheet_names_are_short_different_and_allowed(titles):
    names = sheet_names(titles)

    assert len({name.lower() for name in names}) == len(titles)
    for name in names:
        assert 0 < len(name.encode("utf-16-le")) <= 62
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'")
        assert not name.endswith("'")


def test_each_table_and_chart_has_a_sheet_and_the_summary_leads_to_it(page):
    book = opened(page)

    assert book.sheetnames[:3] == ["Summary", "Fix first", "Scores by week"]
    links = [cell.hyperlink.location for cell in book["Summary"]["A"] if cell.hyperlink and cell.hyperlink.location]
    assert "'Fix first'!A1" in links


def test_a_sheet_has_a_frozen_header_a_filter_and_number_formats(page):
    sheet = opened(page)["Fix first"]

    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:F6"
    assert (sheet["E2"].value, sheet["E2"].number_format) == (1_284_300, "#,##0")
    assert (sheet["F2"].value, sheet["F2"].number_format) == (0.031, "0.0%")
    assert sheet["A7"].value == "Together"


def test_dates_are_dates_and_what_a_sheet_cannot_hold_is_text(page):
    rows = pl.DataFrame(
        {
            "day": [date(2017, 3, 1), date(1848, 3, 1)],
            "moment": [datetime(2017, 3, 1, 9), None],  # noqa: DTZ001
            "id": [2**60, 7],
            "sum": [Decimal("1.50"), None],
        }
    )
    columns = (
        Column("day", "Day", "date"),
        Column("moment", "At", "date"),
        Column("id", "Id"),
        Column("sum", "Sum", "money"),
    )

    sheet = opened(replace(page, blocks=(Table("Deals", rows, columns),)))["Deals"]

    assert sheet["A2"].value == datetime(2017, 3, 1)  # noqa: DTZ001
    assert sheet["A3"].value == "1848-03-01"
    assert sheet["B2"].number_format == "yyyy-mm-dd hh:mm"
    assert (sheet["C2"].value, sheet["C3"].value) == (str(2**60), 7)
    assert (sheet["D2"].value, sheet["D2"].number_format) == (1.5, "#,##0.00")


def test_a_text_that_looks_like_a_formula_comes_out_as_it_was(page):
    rows = pl.DataFrame({"name": ["=1+1", "+49 30 1234", "-", "@ann"]})

    sheet = opened(replace(page, blocks=(Table("Names", rows, (Column("name", "Name"),)),)))["Names"]

    cells = [sheet[f"A{row}"] for row in range(2, 6)]
    assert [cell.value for cell in cells] == rows["name"].to_list()
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in cells)


def test_every_row_is_there_beyond_the_cap_of_what_people_read(page):
    table = Table("Deals", pl.DataFrame({"id": range(900)}), (Column("id", "Id", "number"),), cap=10)

    assert opened(replace(page, blocks=(table,)))["Deals"].max_row == 901
