"""Files are read by the reader of imports: nothing is lost, nothing is invented."""

import pytest

from tests.lakeless.people import people
from xrm_lake import dedupe

KINDS = {"name": "person_full_name"}


def write(folder, text, name="table.csv", encoding="utf-8"):
    file = folder / name
    file.write_bytes(text.encode(encoding))
    return file


def test_csv_parquet_and_xlsx_give_the_same_clusters(tmp_path):
    frame = people(200, twins=15)
    frame.write_csv(tmp_path / "a.csv")
    frame.write_parquet(tmp_path / "a.parquet")
    frame.write_excel(tmp_path / "a.xlsx")

    found = [dedupe(tmp_path / f"a.{ending}").rows["cluster_id"].to_list() for ending in ("csv", "parquet", "xlsx")]

    assert found[0] == found[1] == found[2] == [*range(185), *range(15)]


def test_a_rejected_row_leaves_a_gap_and_is_told(tmp_path):
    found = dedupe(write(tmp_path, "name,town\nAnn,Bonn\nBert,Ulm,too,many\nAnn,Bonn\n"), kinds=KINDS)

    assert found.rows["row"].to_list() == [0, 2]
    assert found.rows["cluster_id"].to_list() == [0, 0]
    assert found.pairs.select("left_row", "right_row").rows() == [(0, 2)]
    assert found.rejects["line_no"].to_list() == [3]


@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-8-sig", ";"), ("utf-16", "\t"), ("cp1252", ",")])
def test_encoding_and_delimiter_are_found(tmp_path, encoding, delimiter):
    text = "name,town\nJürgen Groß,Köln\nZoë Faß,Ulm\nJürgen Groß,Köln\n".replace(",", delimiter)

    found = dedupe(write(tmp_path, text, encoding=encoding), kinds=KINDS)

    assert found.rows["name"].to_list() == ["Jürgen Groß", "Zoë Faß", "Jürgen Groß"]
    assert found.rows["cluster_id"].to_list() == [0, 1, 0]


def test_cells_are_as_they_were_written(tmp_path):
    text = 'name,note\n Ann ,"two\nlines"\nBert,\nClara,"say ""hi"""\n'

    rows = dedupe(write(tmp_path, text), kinds=KINDS).rows

    assert rows["name"].to_list() == [" Ann ", "Bert", "Clara"]
    assert rows["note"].to_list() == ["two\nlines", None, 'say "hi"']


def test_headers_that_repeat_or_are_empty_get_names(tmp_path):
    rows = dedupe(write(tmp_path, "name,phone,phone,\nAnn,1,2,3\nBert,4,5,6\n"), kinds=KINDS).rows

    assert rows.columns[:4] == ["name", "phone", "phone_2", "column_4"]
    assert rows["phone_2"].to_list() == ["2", "5"]


def test_a_column_that_is_told_is_found_though_the_headers_look_like_a_row(tmp_path):
    found = dedupe(write(tmp_path, "ann\nbert\nclara\nbert\n"), kinds={"ann": "person_name"})

    assert found.rows["ann"].to_list() == ["bert", "clara", "bert"]


def test_the_guard_of_a_formula_is_taken_off(tmp_path):
    rows = dedupe(write(tmp_path, "name,sum\nAnn,'=1+1\nBert,2\n"), kinds=KINDS).rows

    assert rows["sum"].to_list() == ["=1+1", "2"]
