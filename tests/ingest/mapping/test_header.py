import pytest
from hypothesis import given
from hypothesis import strategies as st

from xrm_lake.ingest.mapping.header import file_words, plain, words


@pytest.mark.parametrize(
    "header",
    ["HomeEmail", "home_email", "Home E-Mail", " Home  e-mail ", "npe01__HomeEmail__c", "HOME EMAIL", "home.email"],
)
def test_spellings_of_one_header_are_the_same_words(header):
    assert words(header) == "home email"


def test_accents_and_sharp_s_do_not_matter():
    assert words("Téléphone") == "telephone"
    assert words("Straße") == "strasse"


@given(st.text(max_size=40))
def test_any_header_has_words_and_they_stay(header):
    assert words(words(header)) == words(header)
    assert plain(plain(header)) == plain(header)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("hubspot-crm-exports-all-deals-2026-11-01.csv", "hubspot crm exports all deals"),
        ("Contacts_001.csv", "contacts"),
        ("in/old/Sales Team (2).xlsx#Tabelle1", "sales team"),
        ("book.xlsx#Leads", "leads"),
        ("export.csv", ""),
        ("2024.csv", ""),
    ],
)
def test_a_file_says_by_its_name_what_it_holds(name, content):
    assert file_words(name) == content
