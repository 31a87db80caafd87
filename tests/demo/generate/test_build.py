"""The files as files: the same bytes each time, readable by anyone, as long as promised."""

import re
from datetime import date
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest

from xrm_lake.demo.generate import Truth, generate
from xrm_lake.demo.generate.world.roll import ROWS
from xrm_lake.errors import InvalidValue

from .conftest import TODAY
from .reading import ROW, broken_rows, described, named, table

# Names that everybody knows; none of them may come out of the word lists by accident.
KNOWN_BRANDS = (
    "google|amazon|siemens|bosch|philips|osram|ikea|shell|nestle|unilever|volvo|fiat|renault|toyota|tesla|apple|"
    "microsoft|oracle|lufthansa|basf|bayer|heineken|carrefour|danone|tesco|walmart|tata|infosys|reliance|koc holding"
)


def prints(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_seed_gives_the_same_bytes(made, tmp_path):
    folder, _ = made

    generate(tmp_path, scale=0.02, today=TODAY)

    assert prints(tmp_path) == prints(folder)


def test_another_seed_gives_other_people(made, tmp_path):
    folder, truth = made

    other = generate(tmp_path, seed=8, scale=0.02, today=TODAY)

    file = named(truth, "all-contacts")
    assert table(tmp_path, other, file)["Email"].to_list() != table(folder, truth, file)["Email"].to_list()


def test_at_full_scale_the_files_hold_what_was_promised():
    people = sum(ROWS[f"{name}"] for name in ("hub contacts", "sf contacts", "sf leads", "trade fair", "rep contacts"))

    assert people + ROWS["suppliers"] + ROWS["old customers"] == 20_000
    assert sum(ROWS[n] for n in ("hub companies", "sf accounts", "suppliers", "old customers")) == 4_000
    assert sum(rows for name, rows in ROWS.items() if name.endswith("deals")) == 6_000
    assert sum(rows for name, rows in ROWS.items() if name.endswith("activities")) == 60_000
    assert sum(rows for name, rows in ROWS.items() if name.endswith("tickets")) == 3_000


def test_each_file_has_the_rows_that_the_truth_tells(made):
    folder, truth = made

    for file, rows in truth.files.select("file", "rows").iter_rows():
        assert table(folder, truth, file).height == rows, file


def test_keys_are_unique_within_a_file(made):
    folder, truth = made

    for file in truth.files["file"]:
        assert table(folder, truth, file)[ROW].is_unique().all(), file


def test_a_broken_row_has_too_few_or_too_many_cells_for_any_reader(made):
    folder, truth = made
    broken = truth.files.filter(pl.col("broken") > 0)

    for file, count in broken.select("file", "broken").iter_rows():
        width = table(folder, truth, file).width - 1
        rows = broken_rows(folder, truth, file)
        assert len(rows) == count, file
        assert all(len(row) != width for row in rows), file
    assert broken.height >= 5


def test_each_broken_row_is_told(made):
    folder, truth = made

    for file, count in truth.files.filter(pl.col("broken") > 0).select("file", "broken").iter_rows():
        told = truth.faults.filter(pl.col("file") == file, pl.col("fault").str.starts_with("broken_"))
        assert set(told["external_key"]) == {row[0] for row in broken_rows(folder, truth, file)}
        assert told.height == count


def test_every_file_in_the_folder_is_told_and_the_other_way_round(made):
    folder, truth = made

    there = {path for path in prints(folder) if not path.startswith("truth/")}

    assert there == set(truth.files["path"])


def test_the_old_customers_are_in_a_single_byte_encoding_with_german_numbers(made):
    folder, truth = made
    file = named(truth, "kunden_alt")

    revenue = table(folder, truth, file).join(
        truth.faults.filter(pl.col("file") == file, pl.col("field") == "Umsatz"),
        left_on=ROW, right_on="external_key", how="anti",
    )["Umsatz"]  # fmt: skip

    assert described(truth, file)["encoding"] == "cp1252"
    with pytest.raises(UnicodeDecodeError):
        (folder / file).read_text(encoding="utf-8")
    assert revenue.str.contains(r"^\d{1,3}(\.\d{3})*,\d\d$").all()


def test_nothing_happened_on_or_after_today(made):
    folder, truth = made
    happened = ("Create Date", "CreatedDate", "Activity date", "Last Activity Date", "LastActivityDate", "ActivityDate")

    for file in truth.files["file"]:
        rows = table(folder, truth, file)
        for column in {*happened, *(c for c in rows.columns if c.startswith("Date entered"))} & set(rows.columns):
            filled = rows[column].replace("", None).drop_nulls()
            assert (filled.str.slice(0, 10) < TODAY.isoformat()).all(), (file, column)


def test_every_address_is_under_the_reserved_example_domain(made):
    folder, truth = made
    spoilt = truth.faults.filter(pl.col("fault") == "bad_email")

    for file in truth.files["file"]:
        rows = table(folder, truth, file).join(
            spoilt.filter(pl.col("file") == file), left_on=ROW, right_on="external_key", how="anti"
        )
        for cell in rows.drop(ROW).unpivot()["value"]:
            for host in re.findall(r"[@/]([\w-]+(?:\.[\w-]+)+)", cell):
                assert host.endswith(".example"), (file, cell)


def test_no_known_brand_comes_out_of_the_word_lists(larger):
    folder, truth = larger
    columns = {"all-companies": "Company name", "Account.csv": "Name", "suppliers": "Supplier", "kunden": "Firma"}

    for part, column in columns.items():
        names = table(folder, truth, named(truth, part))[column].str.to_lowercase()
        assert not names.str.contains(rf"\b(?:{KNOWN_BRANDS})\b").any(), part


def test_formulas_in_workbooks_are_formulas(larger):
    import openpyxl

    folder, truth = larger
    sheet = openpyxl.load_workbook(folder / named(truth, "trade_fair")).worksheets[0]

    kinds = {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row if str(cell.value).startswith("=")}

    assert kinds == {"f"}


def test_dates_in_workbooks_are_dates_where_they_can_be_read(made):
    import openpyxl

    folder, _ = made
    book = openpyxl.load_workbook(folder / "spreadsheets/my_customers.xlsx")

    assert book.sheetnames == ["Contacts", "Deals"]
    assert any(cell.is_date for cell in book["Deals"]["F"])
    assert any(cell.data_type == "n" for cell in book["Deals"]["D"])


def test_progress_ends_with_the_last_file(tmp_path):
    told: list[tuple[str, int, int | None]] = []

    generate(tmp_path, scale=0.005, today=TODAY, progress=lambda *step: told.append(step))

    assert told[-1][1] == told[-1][2]


@pytest.mark.parametrize("scale", [0.0, -1.0, 1000.0])
def test_a_scale_out_of_range_writes_nothing(tmp_path, scale):
    with pytest.raises(InvalidValue, match="Nothing was written"):
        generate(tmp_path, scale=scale, today=TODAY)

    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2025, 12, 31), date(2026, 8, 2)])
def test_any_day_will_do(tmp_path, today):
    truth = generate(tmp_path, scale=0.005, today=today)

    assert truth.today == today
    assert Truth.read(tmp_path).files.equals(truth.files)
