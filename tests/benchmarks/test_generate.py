"""Generated tables: the truth beside them is right, and the same seed makes the same table."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from benchmarks.generate import companies, contacts
from benchmarks.generate.rates import Rates
from benchmarks.generate.spoil import dial, misspell
from xrm_lake.demo.generate.chance import Chance
from xrm_lake.errors import UnknownName
from xrm_lake.hygiene.matching.meanings import MEANINGS

MAKERS = [
    pytest.param(contacts.contacts, contacts.MEANING, id="contacts"),
    pytest.param(companies.companies, companies.MEANING, id="companies"),
]
CLEAN = Rates().scaled(0)


@pytest.mark.parametrize(("make", "meaning"), MAKERS)
def test_the_same_seed_makes_the_same_table_and_another_seed_another(make, meaning):
    assert_frame_equal(make(500, seed=3), make(500, seed=3))
    assert not make(500, seed=3).equals(make(500, seed=4))


@pytest.mark.parametrize(("make", "meaning"), MAKERS)
@pytest.mark.parametrize("rows", [0, 1, 2, 700])
def test_a_table_has_as_many_records_as_asked_for_numbered_in_order(make, meaning, rows):
    table = make(rows)

    assert table["rid"].to_list() == list(range(rows))
    assert table.columns == ["rid", "cluster", *meaning]
    assert set(meaning.values()) <= set(MEANINGS)


@pytest.mark.parametrize(("make", "meaning"), MAKERS)
def test_a_table_without_duplicates_has_none(make, meaning):
    table = make(2_000, duplicates=False)

    assert table["cluster"].n_unique() == 2_000


@pytest.mark.parametrize(("make", "meaning"), MAKERS)
def test_about_four_in_ten_records_are_duplicates(make, meaning):
    table = make(5_000)

    assert 0.55 < table["cluster"].n_unique() / 5_000 < 0.68


def test_without_errors_the_records_of_one_person_agree_but_for_what_is_shown_of_the_firm():
    table = contacts.contacts(3_000, rates=CLEAN)

    different = table.group_by("cluster").agg(pl.col("first_name", "last_name", "email", "company").n_unique())

    assert different.drop("cluster").max().row(0) == (1, 1, 1, 1)


def test_without_errors_no_two_companies_are_written_alike():
    table = companies.companies(5_000, rates=CLEAN)

    alike = table.group_by("name", "street", "city", "postcode").agg(pl.col("cluster").n_unique())

    assert alike["cluster"].max() == 1


def test_more_errors_make_records_of_one_person_agree_less():
    clean, dirty = (contacts.contacts(3_000, rates=Rates().scaled(factor)) for factor in (0.5, 2.0))

    assert _distinct(clean, "last_name") < _distinct(dirty, "last_name")


def test_cells_are_empty_as_often_as_told():
    table = contacts.contacts(5_000, rates=Rates(missing=2.0))

    assert 0.32 < table["email"].null_count() / 5_000 < 0.40


def test_countries_narrow_where_people_live():
    table = contacts.contacts(300, countries=("US",), rates=CLEAN)

    assert table["postcode"].str.contains(r"^\d{5}$").all()
    with pytest.raises(UnknownName, match="country"):
        contacts.contacts(300, countries=("ZZ",))


def test_a_slip_of_the_key_changes_at_most_two_letters_and_keeps_numbers_numbers():
    words = pl.Series(["Katharina", "12345", "a", None])

    slipped = [misspell(Chance(seed), words).to_list() for seed in range(50)]

    assert all(abs(len(row[0]) - 9) <= 1 and row[1].isdigit() and row[2:] == ["a", None] for row in slipped)
    assert len({row[0] for row in slipped}) > 10


def test_a_phone_number_keeps_its_digits_however_it_is_written():
    numbers = pl.Series(["1511234567"] * 200)

    written = dial(Chance(1), numbers, pl.Series([2] * 200).to_numpy())

    assert written.str.replace_all(r"\D", "").str.ends_with("1511234567").all()
    assert written.n_unique() == 6


def _distinct(table: pl.DataFrame, column: str) -> float:
    """How many writings of a value an entity has on average."""
    return float(table.group_by("cluster").agg(pl.col(column).drop_nulls().n_unique())[column].mean())
