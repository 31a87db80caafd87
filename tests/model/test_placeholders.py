"""Values that say nothing."""

import csv
from pathlib import Path

import duckdb
import polars as pl
import pytest

from xrm_lake.model.placeholders import PATTERN, PLACEHOLDERS, is_placeholder


@pytest.mark.parametrize("value", ["n/a", "N/A", " Unknown ", "-", "--", "...", "???", "xxx", "TBD", "keine Angabe", "sonstige",
                                   "autre", "其他", "000-000-0000", "0000000000", "test", "<none>", "[Select one]",
                                   "none@none.com"])  # fmt: skip
def test_what_says_nothing(value: str) -> None:
    assert is_placeholder(pl.Series([value])).to_list() == [True]


@pytest.mark.parametrize(
    "value", ["Ann", "Otherton Ltd", "Nadia", "Testa", "X", "A", "3M", "7", "110", "C++", "R&D", "Nonesuch Records"]
)
def test_what_says_something(value: str) -> None:
    assert is_placeholder(pl.Series([value])).to_list() == [False]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("Andre", "given_name"),
        ("Na", "family_name"),
        ("Phone", "choice"),
        ("Divers", "choice"),
        ("0", "money"),
        ("12345", "postal_code"),
    ],
)
def test_what_says_nothing_in_one_field_may_be_a_value_in_another(value: str, kind: str) -> None:
    assert is_placeholder(pl.Series([value]), kind).to_list() == [False]


@pytest.mark.parametrize("kind", ["text", "given_name", "choice", "email", "phone", "date", "money", "company_name"])
def test_some_words_say_nothing_anywhere(kind: str) -> None:
    assert is_placeholder(pl.Series(["n/a", "Unknown", "-", "keine Angabe", "未知"]), kind).all()


def test_null_is_no_placeholder_but_null() -> None:
    assert is_placeholder(pl.Series([None], dtype=pl.String)).to_list() == [None]


def test_the_words_are_in_the_form_in_which_they_are_looked_up() -> None:
    assert list(PLACEHOLDERS) == [value.strip().lower() for value in PLACEHOLDERS]
    assert len(set(PLACEHOLDERS)) == len(PLACEHOLDERS)


def test_a_statement_finds_the_same_as_the_function() -> None:
    values = pl.DataFrame(
        {"value": [*PLACEHOLDERS, "Ann", "xxx", "---", "[Select one]", "Bitte Land wählen", "1111111", "ß", "ﬁ"]}
    )
    found = duckdb.sql(
        "select lower(trim(value)) in $known or regexp_matches(lower(trim(value)), $pattern) as found from values",
        params={"known": list(PLACEHOLDERS), "pattern": PATTERN},
    ).pl()

    assert found["found"].to_list() == is_placeholder(values["value"]).to_list()


def test_the_compiled_list_of_placeholders(shared_data: Path) -> None:
    with (shared_data / "names" / "placeholders.csv").open(newline="", encoding="utf-8") as file:
        values = pl.Series([row["value"] for row in csv.DictReader(file)])

    assert values.filter(~is_placeholder(values)).to_list() == []
