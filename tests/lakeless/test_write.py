"""Output files: whole or not at all, readable again, and no cell of them a formula."""

import os

import openpyxl
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.lakeless.people import people
from xrm_lake import dedupe
from xrm_lake.errors import InvalidValue, LakeFull, Refused, UnknownName
from xrm_lake.lakeless import write as module
from xrm_lake.lakeless.write import check_targets, write

KINDS = {"name": "person_full_name"}
HOSTILE = ["=1+1", "@cmd", "+1+1|x", "-2+3", "\t=1", "＝1+1", "'=x", "+49 228 1", "Ann"]


def hostile():
    return dedupe(pl.DataFrame({"name": HOSTILE, "=head": HOSTILE}), kinds=KINDS)


def test_a_csv_holds_no_formula(tmp_path):
    write(hostile().rows, tmp_path / "out.csv")

    cells = pl.read_csv(tmp_path / "out.csv", infer_schema=False)["=head"].to_list()
    assert [cell for cell in cells if cell[0] in "=@＝\t-"] == []
    assert cells[-2:] == ["+49 228 1", "Ann"]


def test_a_workbook_holds_no_formula(tmp_path):
    write(hostile().rows, tmp_path / "out.xlsx")

    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    kinds = {cell.data_type for row in sheet.iter_rows(min_row=2, max_col=2) for cell in row}
    assert kinds == {"s"}
    assert sheet["B2"].value == "'=1+1"


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_what_was_written_is_read_back_as_it_was(tmp_path, ending):
    found = hostile()
    write(found.rows, tmp_path / f"out.{ending}")

    again = dedupe(tmp_path / f"out.{ending}", kinds=KINDS).rows

    assert again["name"].to_list() == HOSTILE
    assert again["original_cluster_id"].cast(pl.Int64).to_list() == found.rows["cluster_id"].to_list()


def test_parquet_keeps_types_and_evidence(tmp_path):
    found = dedupe(people(200, twins=9))
    write(found.rows, tmp_path / "rows.parquet")
    write(found.pairs, tmp_path / "pairs.parquet")

    assert_frame_equal(pl.read_parquet(tmp_path / "rows.parquet"), found.rows)
    assert_frame_equal(pl.read_parquet(tmp_path / "pairs.parquet"), found.pairs)


def test_evidence_is_json_text_in_csv(tmp_path):
    import json

    found = dedupe(people(200, twins=9))
    write(found.pairs, tmp_path / "pairs.csv")

    told = pl.read_csv(tmp_path / "pairs.csv")["evidence"]
    for text, evidence in zip(told, found.pairs["evidence"], strict=True):
        for item, kept in zip(json.loads(text), evidence, strict=True):
            assert item["weight"] == pytest.approx(kept.pop("weight"), abs=0.001)
            assert {name: item[name] for name in kept} == kept


def test_what_a_cell_cannot_hold_is_text(tmp_path):
    frame = pl.DataFrame(
        {"name": ["Ann", "Bert"], "tags": [["a", "=b"], None], "raw": [b"\x00\x01", None], "who": [{"x": 1}, None]}
    )
    write(dedupe(frame, kinds=KINDS).rows, tmp_path / "out.csv")

    assert pl.read_csv(tmp_path / "out.csv", infer_schema=False).select("tags", "raw", "who").row(0) == (
        '["a", "=b"]',
        "0001",
        '{"x":1}',
    )


def test_headers_that_differ_in_capitals_only_stand_side_by_side_in_a_workbook(tmp_path):
    frame = pl.DataFrame({"name": ["Ann"], "Name": ["Bert"], "NAME": [float("nan")], "n": [2**60]})
    write(dedupe(frame, kinds=KINDS).rows, tmp_path / "out.xlsx")

    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert [cell.value for cell in sheet[1]][:4] == ["name", "Name", "NAME", "n"]
    assert [cell.value for cell in sheet[2]][:4] == ["Ann", "Bert", "nan", str(2**60)]


def test_what_a_cell_cannot_hold_is_refused_and_nothing_is_written(tmp_path):
    found = dedupe(pl.DataFrame({"name": ["x" * 40_000, "Ann"]}), kinds=KINDS)

    with pytest.raises(Refused, match="longer"):
        write(found.rows, tmp_path / "out.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_was_there_is_replaced(tmp_path):
    (tmp_path / "out.csv").write_text("old")
    write(hostile().rows, tmp_path / "out.csv")

    assert pl.read_csv(tmp_path / "out.csv").height == len(HOSTILE)


@pytest.mark.parametrize("stop", [KeyboardInterrupt, OSError(28, "No space left on device")])
def test_a_write_that_stops_half_way_leaves_what_was_there(tmp_path, monkeypatch, stop):
    target = tmp_path / "out.csv"
    target.write_text("old")

    def half(frame, file):
        file.write(b"half a")
        raise stop

    monkeypatch.setitem(module.WRITERS, "csv", half)
    with pytest.raises((KeyboardInterrupt, LakeFull)):
        write(hostile().rows, target)
    assert target.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["out.csv"]


def test_targets_are_refused_before_any_work(tmp_path):
    source = tmp_path / "in.csv"
    source.write_text("name\nAnn\n")

    with pytest.raises(UnknownName, match=r"\.txt"):
        check_targets(source, tmp_path / "out.txt")
    with pytest.raises(InvalidValue, match="written over"):
        check_targets(source, source)
    with pytest.raises(InvalidValue, match="written over"):
        check_targets(source, tmp_path / "out.csv", tmp_path / "out.csv")
    with pytest.raises(LakeFull, match="no folder"):
        check_targets(source, tmp_path / "none" / "out.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(InvalidValue, match="is a folder"):
        check_targets(source, tmp_path / "folder.csv")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_place_that_may_not_be_written_to_is_refused(tmp_path):
    (tmp_path / "shut").mkdir(mode=0o500)

    with pytest.raises(LakeFull, match="may not be written"):
        check_targets(tmp_path / "in.csv", tmp_path / "shut" / "out.csv")
