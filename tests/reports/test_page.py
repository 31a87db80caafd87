"""The block model refuses what could not be drawn honestly."""

import polars as pl
import pytest

from xrm_lake.errors import InvalidDeclaration
from xrm_lake.reports.page import Chart, Column, Metric, QualityNote, Table

ROWS = pl.DataFrame({"stage": ["Won"], "deals": [3]})


def test_a_metric_without_a_value_must_say_why():
    with pytest.raises(InvalidDeclaration, match="does not say why"):
        Metric("Complete", None)


def test_a_table_names_only_columns_of_its_rows():
    with pytest.raises(InvalidDeclaration, match="owner"):
        Table("Deals", ROWS, (Column("owner", "Owner"),))


def test_a_link_names_the_column_of_its_address():
    with pytest.raises(InvalidDeclaration, match="address"):
        Table("Deals", ROWS, (Column("stage", "Stage", "link", url="address"),))


def test_a_total_row_names_only_columns_of_the_table():
    with pytest.raises(InvalidDeclaration, match="won"):
        Table("Deals", ROWS, (Column("stage", "Stage"),), total={"won": 3})


def test_a_chart_needs_numbers():
    with pytest.raises(InvalidDeclaration, match="needs numbers"):
        Chart("Deals", "bar", ROWS, "deals", "stage")


def test_a_stacked_chart_needs_a_series():
    with pytest.raises(InvalidDeclaration, match="needs a series"):
        Chart("Deals", "stacked", ROWS, "stage", "deals")


def test_a_note_leaves_out_what_was_not_excluded():
    assert QualityNote(12, "deals", ((0, "without organisation"),)).sentence() == "12 deals"


def test_a_note_says_a_small_share_without_rounding_it_away():
    assert QualityNote(9000, share_undefined=1 / 9000).sentence() == "9,000 records; <0.1% undefined"
