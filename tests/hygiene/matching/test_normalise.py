import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xrm_lake.hygiene.matching.meanings import MEANINGS
from xrm_lake.hygiene.matching.normalise import LONGEST, normalise


def normal(text, meaning):
    return normalise(pl.Series([text]), meaning)[0]


@given(st.text(max_size=30), st.sampled_from(sorted(MEANINGS)))
def test_a_value_has_a_normal_form_or_none_but_never_an_empty_one(text, meaning):
    assert normal(text, meaning) != ""


@pytest.mark.parametrize("name", ["李小龍", "हिन्दी", "محمد", "иван", "กนก", "김철수"])
def test_names_of_every_script_survive(name):
    assert normal(name, "person_name") == name


@pytest.mark.parametrize(
    ("meaning", "one", "other"),
    [
        ("person_name", "José", "JOSE"),
        ("person_name", "O'Brien", "Obrien"),
        ("company_name", "Müller GmbH", "muller"),
        ("company_name", "Acme, Inc.", "ACME Incorporated"),
        ("address", "12 Main Street", "12 main st."),
        ("address", "Hauptstraße 5", "Hauptstr. 5"),
        ("phone", "+1 (415) 555-0100", "415 555 0100"),
        ("postcode", "SW1A 1AA", "sw1a1aa"),
        ("id", "AB-12/3", "ab123"),
        ("date", "1980-01-02", "19800102"),
    ],
)
def test_two_writings_of_one_thing_are_one(meaning, one, other):
    assert normal(one, meaning) == normal(other, meaning)


def test_a_company_named_like_a_legal_form_keeps_its_name():
    assert normal("The Company", "company_name") == "the company"


def test_a_cell_of_a_megabyte_is_cut():
    assert len(normal("x" * 1_000_000, "free_text")) == LONGEST
