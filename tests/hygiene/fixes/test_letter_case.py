"""Capitals: names that are written in one case, and what is never touched."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xrm_lake.hygiene.fixes.letter_case import put_in_case

TEXTS = st.lists(
    st.text(max_size=25) | st.sampled_from(["MCDONALD", "VAN DER BERG", "IBM", "ÉCOLE", "O'NEIL"]), max_size=12
)


def cased(sort: str, *values: str) -> dict[str, str]:
    return dict(put_in_case(pl.Series(values, dtype=pl.String), sort).select("old", "new").iter_rows())


def test_names_of_people_get_the_capitals_that_names_have():
    assert cased(
        "person", "ANN MCDONALD", "jan van der berg", "O'BRIEN", "JEAN-PIERRE D'ANGELO", "J.R. SMITH", "MACDONALD", "MACHADO", "DI CAPRIO",
        "JOHN SMITH III", "MÜLLER", "JOSÉ DE LA CRUZ",
    ) == {
        "ANN MCDONALD": "Ann McDonald", "jan van der berg": "Jan van der Berg", "O'BRIEN": "O'Brien",
        "JEAN-PIERRE D'ANGELO": "Jean-Pierre D'Angelo", "J.R. SMITH": "J.R. Smith", "MACDONALD": "MacDonald", "MACHADO": "Machado",
        "DI CAPRIO": "Di Caprio", "JOHN SMITH III": "John Smith III", "MÜLLER": "Müller", "JOSÉ DE LA CRUZ": "José de la Cruz",
    }  # fmt: skip


@pytest.mark.parametrize(
    "name", ["Ann McDonald", "van der Berg", "LeRoy", "JT", "李 明", "Ludwig van Beethoven", "DeShawn", "X", "محمد"]
)
def test_a_name_of_mixed_case_or_of_initials_is_left(name):
    assert cased("person", name) == {}


@pytest.mark.parametrize(
    "name", ["IBM", "NVIDIA", "adidas", "BMW", "eBay", "SAP SE", "AT&T", "<SCRIPT>ALERT(1)</SCRIPT>", "'; DROP TABLE X"]
)
def test_brands_abbreviations_and_code_are_left(name):
    assert cased("company", name) == {}


def test_firms_keep_their_abbreviations_and_get_their_legal_form():
    told = cased(
        "company",
        "BMW GROUP",
        "müller und sohn gmbh",
        "ERNST & YOUNG GMBH",
        "THE BANK OF IRELAND",
        "3M DEUTSCHLAND GMBH",
    )

    assert list(told.values()) == [
        "BMW Group", "Müller und Sohn GmbH", "Ernst & Young GmbH", "The Bank of Ireland", "3M Deutschland GmbH",
    ]  # fmt: skip


def test_a_word_is_written_as_it_mostly_is_elsewhere_in_the_field():
    assert (
        cased("company", "UNICEF GERMANY", "UNICEF Schweiz", "mcKinsey", "MACKINTOSH SHOPS", "MacKintosh Foods")[
            "UNICEF GERMANY"
        ]
        == "UNICEF Germany"
    )
    assert cased("person", "ANN MACLAREN", "Bob MacLaren")["ANN MACLAREN"] == "Ann MacLaren"


@given(values=TEXTS, sort=st.sampled_from(["person", "company", "city"]))
def test_only_the_case_of_letters_changes_and_twice_changes_nothing(values, sort):
    told = put_in_case(pl.Series(values, dtype=pl.String), sort)

    for old, new in told.select("old", "new").iter_rows():
        assert old.casefold() == new.casefold()
        assert old != new
    after = [dict(told.select("old", "new").iter_rows()).get(value, value) for value in values]
    assert put_in_case(pl.Series(after, dtype=pl.String), sort).is_empty()
