"""Exporting: every value as it is, no formula, nothing overwritten, and back again by the import."""

import json
import os
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import polars as pl
import pytest

from tests.hygiene.many import add_many
from xrm_lake.errors import InvalidQuery, LakeFull, Refused, UnknownName
from xrm_lake.hygiene.judge import merge
from xrm_lake.ingest.load import import_files
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.reports.export import export_type
from xrm_lake.store.model import add_type
from xrm_lake.store.open import init_lake
from xrm_lake.store.read import select_records
from xrm_lake.store.records import delete_record

FORMATS = ("csv", "xlsx", "parquet", "json", "jsonl")
FIELDS = (
    Field("name", "Name", "text", "required"), Field("code", "Code", "identifier"), Field("price", "Price", "money"),
    Field("made_on", "Made on", "date"), Field("seen_at", "Seen at", "datetime"), Field("weight", "Weight", "number"),
    Field("pieces", "Pieces", "integer"), Field("ready", "Ready", "boolean"), Field("marks", "Marks", "choice", many=True),
    Field("remark", "Remark", "long_text"),
)  # fmt: skip
ROWS = [
    {
        "name": '=HYPERLINK("http://evil.example")', "code": "+A1", "price": Decimal("1234567890123.45"), "made_on": date(2024, 2, 29),
        "seen_at": datetime(2024, 2, 29, 23, 59, 58),  # noqa: DTZ001 (naive UTC throughout)
        "weight": 0.1, "pieces": -7, "ready": True, "marks": ["a", "=b", 'c"d'], "remark": 'two\nlines, "quoted"; and more',
    },
    {"name": "'=kept", "code": "00123", "price": Decimal("-0.01"), "ready": False, "marks": [], "remark": "@SUM(A1)"},
    {"name": "'tis plain", "code": "-1 + 2", "weight": 1e-9, "pieces": 2**53, "marks": None, "remark": "Ünïcode 🦊"},
    {"name": "+49 228 1234567", "price": Decimal(0), "remark": None},
]  # fmt: skip


@pytest.fixture
def parts(lake):
    """A lake with a type of every sort of value, and records that would do harm in a spreadsheet."""
    add_type(lake, EntityType("part", "Part", "Parts", caption=("name",), fields=FIELDS))
    schema = {
        "price": pl.Decimal(18, 2),
        "marks": pl.List(pl.String),
        "weight": pl.Float64,
        "made_on": pl.Date,
        "seen_at": pl.Datetime,
    }
    add_many(lake, "part", pl.DataFrame(ROWS, schema_overrides=schema, infer_schema_length=None).to_dicts())
    return lake


@pytest.mark.parametrize("form", FORMATS)
def test_every_form_has_every_record_once(parts, tmp_path, form):
    file, count = export_type(parts, "part", out=tmp_path / f"parts.{form}")

    assert (file, count) == (tmp_path / f"parts.{form}", 4)
    assert file.stat().st_size > 0
    assert sorted(each.name for each in tmp_path.iterdir() if each.is_file()) == [f"parts.{form}"]


def test_parquet_and_json_hold_the_values_themselves(parts, tmp_path):
    records = select_records(parts, "part")
    parquet, _ = export_type(parts, "part", out=tmp_path / "parts.parquet")
    text, _ = export_type(parts, "part", out=tmp_path / "parts.json")
    lines, _ = export_type(parts, "part", out=tmp_path / "parts.jsonl")

    told = json.loads(text.read_text(encoding="utf-8"))
    assert pl.read_parquet(parquet).select(records.columns).equals(records)
    assert [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()] == told
    assert [row["name"] for row in told] == [row["name"] for row in ROWS]
    assert (told[0]["price"], told[0]["made_on"], told[0]["marks"]) == (
        "1234567890123.45",
        "2024-02-29",
        ["a", "=b", 'c"d'],
    )


def test_no_cell_of_a_spreadsheet_is_a_formula(parts, tmp_path):
    csv, _ = export_type(parts, "part", out=tmp_path / "parts.csv")
    xlsx, _ = export_type(parts, "part", out=tmp_path / "parts.xlsx")

    cells = [
        cell
        for row in pl.read_csv(csv, infer_schema=False).select("name", "code", "remark").rows()
        for cell in row
        if cell
    ]
    assert not [
        cell for cell in cells if cell[0] in "=@\t\r" or (cell[0] in "+-" and not cell[1:].replace(" ", "").isdigit())
    ]
    sheet = openpyxl.load_workbook(xlsx).active
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert sheet.cell(2, 2).value == "'" + ROWS[0]["name"]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_went_out_comes_back_letter_by_letter(parts, tmp_path, clock, form):
    file, _ = export_type(parts, "part", out=tmp_path / f"parts.{form}")
    before = select_records(parts, "part").drop("id", "extra", "updated_at")
    if form == "xlsx":
        # A sheet keeps fifteen digits of a number.
        before = before.with_columns(pl.col("price").cast(pl.Float64))

    with init_lake(tmp_path / "other.xrm", clock=clock, user="ann") as other:
        add_type(other, EntityType("part", "Part", "Parts", caption=("name",), fields=FIELDS))
        mapping = {field.name: field.name for field in FIELDS}
        done = import_files(other, [file], type="part", source="lake", key=["id"], mapping=mapping)
        after = select_records(other, "part").drop("id", "extra", "updated_at")

    assert (done.files[0].new, done.files[0].rejected) == (4, 0)
    assert (
        after.with_columns(pl.col("price").cast(before["price"].dtype)).to_dicts()
        == before.with_columns(
            # A file cannot tell an empty list from none.
            marks=pl.when(pl.col("marks").list.len() > 0).then(pl.col("marks"))
        ).to_dicts()
    )


def test_only_live_records_that_meet_the_condition_go_out(parts, tmp_path):
    ids = select_records(parts, "part")["id"].to_list()
    merge(parts, ids[:2])
    delete_record(parts, ids[2])

    _, all_ = export_type(parts, "part", out=tmp_path / "all.csv")
    _, some = export_type(parts, "part", out=tmp_path / "some.csv", where="price = 0")

    assert (all_, some) == (2, 1)


def test_a_file_that_is_there_is_never_overwritten_unasked(parts, tmp_path):
    file = tmp_path / "parts.csv"
    file.write_text("precious")

    with pytest.raises(Refused, match=r"is there already. Nothing was written"):
        export_type(parts, "part", out=file)
    kept = file.read_text()
    export_type(parts, "part", out=file, replace=True)

    assert kept == "precious"
    assert file.read_text().startswith("id,name")


def test_a_file_that_appears_meanwhile_is_not_overwritten_either(parts, tmp_path):
    from xrm_lake.reports.export import write_whole

    file = tmp_path / "parts.csv"

    def slow(out):
        out.write(b"ours")
        file.write_text("theirs")

    with pytest.raises(Refused, match="is there already"):
        write_whole(file, slow, replace=False)

    assert file.read_text() == "theirs"
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["parts.csv"]


@pytest.mark.parametrize("form", FORMATS)
def test_a_missing_folder_is_said(parts, tmp_path, form):
    with pytest.raises(LakeFull, match=r"There is no folder .*nowhere\. Nothing was written"):
        export_type(parts, "part", out=tmp_path / "nowhere" / f"parts.{form}")


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only to root")
@pytest.mark.parametrize("form", FORMATS)
def test_a_read_only_folder_is_said(parts, tmp_path, form):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)

    with pytest.raises(LakeFull, match="cannot be written"):
        export_type(parts, "part", out=closed / f"parts.{form}")


def test_a_failure_while_writing_leaves_no_file(parts, tmp_path):
    from xrm_lake.reports.export import write_whole

    def full(out):
        out.write(b"half of it")
        raise OSError(28, "No space left on device")

    with pytest.raises(LakeFull, match=r"No space left on device\. Nothing was written"):
        write_whole(tmp_path / "parts.csv", full, replace=False)

    assert [each for each in tmp_path.iterdir() if each.is_file()] == []


def test_a_text_longer_than_a_cell_is_refused_and_not_dropped(parts, tmp_path):
    add_many(parts, "part", [{"name": "long", "remark": "x" * 32_768}])

    with pytest.raises(Refused, match=r"32,767 letters, and 1 of the column remark is longer. Nothing was written"):
        export_type(parts, "part", out=tmp_path / "parts.xlsx")
    _, count = export_type(parts, "part", out=tmp_path / "parts.csv")

    assert count == 5


def test_what_is_not_known_is_refused(parts, tmp_path):
    with pytest.raises(UnknownName, match="csv"):
        export_type(parts, "part", out=tmp_path / "parts.csvv")
    with pytest.raises(UnknownName, match="part"):
        export_type(parts, "prat", out=tmp_path / "parts.csv")
    with pytest.raises(InvalidQuery):
        export_type(parts, "part", out=tmp_path / "parts.csv", where="nonsense(")

    assert [each for each in tmp_path.iterdir() if each.is_file()] == []


def test_an_empty_type_gives_a_file_with_a_header_only(lake, tmp_path):
    for form in FORMATS:
        export_type(lake, "product", out=tmp_path / f"products.{form}")

    assert (tmp_path / "products.csv").read_text().count("\n") == 1
    assert json.loads((tmp_path / "products.json").read_text()) == []
