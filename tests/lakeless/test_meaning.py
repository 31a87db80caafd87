"""Which columns count is told by headers, by values, and by the columns beside."""

import polars as pl
import pytest

from tests.lakeless.people import people
from xrm_lake import dedupe


def used(frame: pl.DataFrame) -> dict[str, str | None]:
    return dict(dedupe(frame).kinds.select("column", "match_as").rows())


def with_column(name: str, values: list[str]) -> pl.DataFrame:
    return people(100, twins=10).with_columns(pl.Series(name, (values * 100)[:100]))


@pytest.mark.parametrize(
    ("header", "values", "match_as"),
    [
        ("Tel.", [f"0228 55501{n:02}" for n in range(100)], "phone"),
        ("PLZ", ["53111", "89073", "24103"], "postcode"),
        ("Strasse", [f"Hauptstr. {n}" for n in range(60)], "address"),
        ("Company", ["Acme Ltd", "Globex GmbH"], "company_name"),
        ("Gender", ["f", "m"], "category"),
        ("House number", [str(n) for n in range(40)], "number"),
        ("SSN", [f"{n:07}" for n in range(90)], "id"),
        ("Birth year", ["1980", "1991"], "date"),
        ("Website", [f"www.site{n}.example" for n in range(20)], "id_weak"),
        ("Account ID", ["A-1", "A-2", "A-3"], "id_weak"),
        ("Record ID", [f"R{n:04}" for n in range(100)], None),
        ("Created at", ["2024-01-02", "2024-03-04"], None),
        ("Last seen", ["2024-01-02", "2025-03-04"], None),
        ("Amount", ["1.50", "22.10"], None),
        ("Owner", ["Ann Smith", "Bob Jones"], None),
        ("Description", ["met at the fair", "wants a call"], None),
        ("Newsletter", ["yes", "no"], None),
        ("Empty", [""], None),
    ],
)
def test_a_column_counts_as_its_header_and_values_say(header, values, match_as):
    assert used(with_column(header, values))[header] == match_as


def test_without_headers_the_values_tell():
    frame = people(300, twins=30)
    blank = frame.rename({name: f"column_{place}" for place, name in enumerate(frame.columns)})

    assert list(used(blank).values())[:3] == ["person_name", "person_name", "date"]
    assert list(used(blank).values())[4] == "email"


def test_name_is_that_of_a_firm_in_a_table_of_firms_and_of_a_person_in_one_of_people():
    firms = pl.DataFrame({"Name": [f"Acme {n} Ltd" for n in range(60)], "City": ["Bonn", "Ulm", "Kiel"] * 20})
    persons = pl.DataFrame({"Name": ["Ann Smith", "Bob Jones", "Ann Jones"] * 20, "City": ["Bonn", "Ulm", "Kiel"] * 20})

    assert used(firms)["Name"] == "company_name"
    assert used(persons)["Name"] == "person_full_name"


def test_why_is_told_for_each_column():
    kinds = dedupe(with_column("Created at", ["2024-01-02"])).kinds

    assert dict(kinds.select("column", "why").rows())["E-mail"] == "header 'E-mail'"
    assert "entry" in dict(kinds.select("column", "why").rows())["Created at"]
    assert kinds["sure"].is_between(0, 1).all()


def test_days_are_compared_however_they_are_written():
    frame = people(200, twins=20)
    day = pl.col("Date of birth").str.to_date().dt.strftime("%d.%m.%Y")
    mixed = frame.with_columns(
        pl.when(pl.int_range(200) >= 180).then(day).otherwise("Date of birth").alias("Date of birth")
    )

    [exact] = {
        item["label"]
        for evidence in dedupe(mixed).pairs["evidence"]
        for item in evidence
        if item["field"] == "Date of birth"
    }
    assert exact == "exact"
