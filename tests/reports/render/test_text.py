"""Reports for a terminal."""

from dataclasses import replace

import polars as pl

from xrm_lake.reports.page import TOO_FEW, Column, Metric, Table
from xrm_lake.reports.render import render
from xrm_lake.reports.render.cell_width import cell_width, fit, wrapped
from xrm_lake.reports.render.cells import draw_table
from xrm_lake.reports.render.text_table import table_lines


def wide_table(columns: int) -> Table:
    names = [f"c{at}" for at in range(columns)]
    rows = pl.DataFrame({name: ["a rather long value of a record", "b"] for name in names})
    return Table("Wide", rows, tuple(Column(name, f"Column {name}") for name in names))


def test_a_table_that_is_too_wide_is_cut_in_its_texts():
    lines = table_lines(draw_table(wide_table(6)), width=100)

    assert max(map(cell_width, lines)) <= 100
    assert "…" in lines[2]


def test_a_table_that_cannot_fit_becomes_a_list_for_each_row():
    lines = table_lines(draw_table(wide_table(30)), width=100)

    assert lines[0] == "Column c0   a rather long value of a record"
    assert len(lines) == 30 + 1 + 30


def test_a_figure_is_never_cut():
    names = [f"c{at}" for at in range(9)]
    rows = pl.DataFrame({name: [1_234_567_890] for name in names})
    table = Table("Sums", rows, tuple(Column(name, name, "number") for name in names))

    assert " ".join(table_lines(draw_table(table), width=100)).count("1,234,567,890") == 9


def test_wide_letters_take_two_columns():
    assert fit("張偉張偉", 5) == "張偉…"
    assert wrapped("張偉 張偉 張偉", 9) == ["張偉 張偉", "張偉"]


def test_a_word_longer_than_the_line_is_broken():
    assert wrapped("x" * 10, 4) == ["xxxx", "xxxx", "xx"]


def test_rows_beyond_the_cap_are_counted(page):
    table = Table("Deals", pl.DataFrame({"id": range(60)}), (Column("id", "Id", "number"),), cap=50)

    text = render(replace(page, blocks=(table,)), "text")

    assert "10 more rows are in the XLSX and JSON forms of this report." in text
    assert "\n50\n" not in text


def test_a_metric_of_too_few_records_says_so_and_shows_its_count(page):
    metric = Metric("Complete", None, "percent", num=9, den=12, why=TOO_FEW)

    text = render(replace(page, blocks=(metric,)), "text")

    assert "Complete  too few records to tell  9 of 12" in text
