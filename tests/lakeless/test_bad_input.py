"""Odd tables give a clear result or a clear refusal."""

import math
import resource
import signal
import threading

import polars as pl
import pytest

from tests.lakeless.people import people
from xrm_lake import dedupe
from xrm_lake.errors import ImportRefused, Misuse

KINDS = {"name": "person_full_name", "email": "email"}


def table(**columns: object) -> pl.DataFrame:
    return pl.DataFrame(columns, strict=False)


def test_a_table_without_rows_has_no_clusters():
    found = dedupe(people(5).head(0))

    assert found.rows.is_empty()
    assert found.fit.fallback


def test_a_single_row_is_alone():
    found = dedupe(people(1))

    assert found.rows.select("row", "cluster_id", "probability").rows() == [(0, 0, None)]


def test_columns_that_are_told_but_empty_leave_every_row_alone_and_say_so():
    found = dedupe(table(name=[None] * 3, email=[None] * 3), kinds=KINDS)

    assert found.rows["cluster_id"].to_list() == [0, 1, 2]
    assert found.fit.fallback == "no column tells one record from another"


def test_ten_thousand_identical_rows_are_one():
    found = dedupe(table(name=["Ann Smith"] * 10_000, email=["ann@x.example"] * 10_000))

    assert found.rows["cluster_id"].unique().to_list() == [0]
    assert found.rows["probability"].null_count() == 0
    assert found.pairs.height < 20_000


def test_a_block_of_a_hundred_thousand_is_no_reason_to_compare_all_with_all():
    count = 100_000
    mails = [f"p{number}@acme.example" for number in range(count - 1)] + ["p0@acme.example"]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    found = dedupe(
        table(
            first_name=[f"First{number}" for number in range(count - 1)] + ["First0"],
            last_name=["Smith"] * count,
            company=["Acme Ltd"] * count,
            email=mails,
        ),
        kinds={"first_name": "person_name", "last_name": "person_name", "company": "company_name", "email": "email"},
    )

    assert found.rows["cluster_id"][-1] == 0
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 1_500_000  # kilobytes


def test_cells_of_a_megabyte_are_read_and_kept():
    long = "Ann " * 250_000
    frame = table(name=[long, long, "Bob Jones"], email=["ann@x.example", "ann@x.example", "bob.jones@y.example"])

    found = dedupe(frame, kinds=KINDS)

    assert found.rows["cluster_id"].to_list() == [0, 0, 2]
    assert found.rows["name"].to_list() == frame["name"].to_list()


def test_what_is_no_number_makes_no_two_rows_alike():
    frame = table(
        phone=[math.nan, math.nan, math.inf, math.inf, 2285550100.0, 2285550100.0],
        name=["a b", "c d", "e f", "g h", "i j", "i j"],
    )

    found = dedupe(frame, kinds={"phone": "phone", "name": "person_full_name"})

    assert found.rows["cluster_id"].to_list() == [0, 1, 2, 3, 4, 4]
    assert found.rows["phone"].is_nan().sum() == 2


def test_words_that_say_nothing_make_no_two_rows_alike():
    frame = table(name=["Ann Abel", "Bert Busch", "Clara Conrad"], email=["n/a", "n/a", "unknown"])

    assert dedupe(frame, kinds=KINDS).clusters == 0


def test_columns_that_hold_no_text_are_ignored_and_kept():
    frame = people(20).with_columns(
        lists=pl.concat_list(pl.lit("a")), raw=pl.lit(b"x"), both=pl.struct(pl.lit(1).alias("x"))
    )

    found = dedupe(frame)

    assert found.kinds.filter(pl.col("column").is_in(["lists", "raw", "both"]))["match_as"].null_count() == 3
    assert found.rows.columns[:-3] == frame.columns


@pytest.mark.parametrize(
    ("content", "told"), [(b"", "is empty"), (b"PAR1 and no more", "damaged Parquet"), (b"%PDF-1.7", "PDF")]
)
def test_a_file_that_is_no_table_is_refused(tmp_path, content, told):
    file = tmp_path / "table.csv"
    file.write_bytes(content)

    with pytest.raises(ImportRefused, match=told):
        dedupe(file)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ImportRefused, match="There is no file"):
        dedupe(tmp_path / "none.csv")


def test_of_several_sheets_one_must_be_named(tmp_path):
    import xlsxwriter

    file = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(file) as book:
        for name, town in (("North", "Kiel"), ("2024", "Ulm")):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["Name", "Town"])
            sheet.write_row(1, 0, ["Ann Smith", town])

    with pytest.raises(Misuse, match=r"2 tables .* 'North', '2024'.*--sheet"):
        dedupe(file)
    assert dedupe(file, sheet="1", kinds={"Name": "person_full_name"}).rows["Town"].to_list() == ["Kiel"]
    assert dedupe(file, sheet="2024", kinds={"Name": "person_full_name"}).rows["Town"].to_list() == ["Ulm"]
    with pytest.raises(ImportRefused, match="no sheet"):
        dedupe(file, sheet="South")


@pytest.mark.skipif(threading.current_thread() is not threading.main_thread(), reason="signals reach the main thread")
def test_ctrl_c_stops_it_and_leaves_no_file_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    people(300, twins=20).write_csv(tmp_path / "people.csv")

    def interrupt(what: str, _done: int, _total: int | None) -> None:
        if what == "learn":
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        dedupe(tmp_path / "people.csv", progress=interrupt)
    assert [file.name for file in tmp_path.iterdir()] == ["people.csv"]
