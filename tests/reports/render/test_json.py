"""Reports as JSON."""

import json
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from xrm_lake.reports.page import Chart, Column, Metric, Page, Table
from xrm_lake.reports.render import render


@given(
    st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.floats(allow_nan=False, allow_infinity=False)
)
def test_numbers_are_exact(value):
    page = Page("p", "", "", "", (Metric("m", value),), date(2018, 1, 1), datetime(2018, 1, 1))  # noqa: DTZ001

    read = json.loads(render(page, "json"), parse_float=Decimal if isinstance(value, Decimal) else float)

    assert read["blocks"][0]["value"] == value


def test_what_is_no_number_is_null(page):
    page = replace(page, blocks=(Metric("a", float("nan")), Metric("b", Decimal("Infinity"))))

    assert [block["value"] for block in json.loads(render(page, "json"))["blocks"]] == [None, None]


def test_tables_hold_every_row_and_every_column_of_their_frame(page):
    rows = pl.DataFrame(
        {
            "deal": ["a"] * 80,
            "id": range(80),
            "closed": [date(2017, 3, 1)] * 80,
            "seen": [datetime(2017, 3, 1, 9)] * 80,  # noqa: DTZ001
            "tags": [["x", "y"]] * 80,
        }
    )
    page = replace(page, blocks=(Table("Deals", rows, (Column("deal", "Deal"),)),))

    table = json.loads(render(page, "json"))["blocks"][0]

    assert len(table["rows"]) == 80
    assert table["rows"][79] == {
        "deal": "a", "id": 79, "closed": "2017-03-01", "seen": "2017-03-01T09:00:00", "tags": ["x", "y"],
    }  # fmt: skip


def test_a_chart_holds_its_data_and_its_words(page):
    data = pl.DataFrame({"stage": ["Won", "Lost"], "deals": [4238, 2473]})
    page = replace(page, blocks=(Chart("Deals by stage", "bar", data, "stage", "deals"),))

    chart = json.loads(render(page, "json"))["blocks"][0]

    assert chart["data"][0] == {"stage": "Won", "deals": 4238}
    assert chart["alt"] == "Deals by stage: 2 values. Largest: Won 4,238. Last: Lost 2,473."


def test_the_schema_comes_first(page):
    assert render(page, "json").startswith('{\n  "schema": "xrm_lake.report/1",\n  "name": "weekly",')
