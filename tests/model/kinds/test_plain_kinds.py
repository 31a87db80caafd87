"""Text, truth, identifiers, choices; and the registry of kinds."""

import subprocess
import sys
import unicodedata

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xrm_lake.errors import UnknownName
from xrm_lake.model.kinds import KINDS, clean_many, is_valid_many, kind, mask_many, physical
from xrm_lake.model.kinds.tidy import tidy

MATCH_AS = {
    "person_name", "person_full_name", "company_name", "email", "phone", "date", "address", "city", "postcode", "id", "free_text",
    "category", None,
}  # fmt: skip


def clean(name: str, *texts: str | None) -> list[str | None]:
    return kind(name).clean(pl.Series(texts, dtype=pl.String)).to_list()


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("  a \t b\r\nc ", "a b c"),
        ("a\u00a0\u2003b", "a b"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("soft\u00adhyphen", "softhyphen"),
        ("\u202eleft\u202c", "left"),
        ("nu\x00ll\x07", "nu ll"),
        ("e\u0301", "é"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\u200db", "ab"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("'=1+1", "'=1+1"),
        ("ﬁ", "ﬁ"),
    ],
)
def test_characters_are_put_in_order(raw: str, expected: str) -> None:
    assert clean("text", raw) == [expected]


@given(st.lists(st.text(max_size=20)))
def test_tidied_text_is_composed_and_trimmed(texts: list[str]) -> None:
    for text in tidy(pl.Series(texts, dtype=pl.String)).drop_nulls():
        assert text == unicodedata.normalize("NFC", text) == text.strip(" ")
        assert "  " not in text
        assert not any(unicodedata.category(character) == "Cc" for character in text)


def test_a_note_keeps_its_lines() -> None:
    assert clean("long_text", " one \r\n\r\ttwo\x00 \n") == ["one\n\n two"]


def test_yes_and_no_in_many_languages() -> None:
    yes = ["yes", "Y", "TRUE", "1", "ja", "oui", "sí", "si", "da", "x", "X", "✓", "✔️", "☑", "1.0", "on", "是"]
    no = ["no", "N", "False", "0", "nein", "non", "nee", "нет", "✗", "☐", "0.0", "off", "否"]

    assert clean("boolean", *yes) == ["true"] * len(yes)
    assert clean("boolean", *no) == ["false"] * len(no)
    assert clean("boolean", "maybe", "", "2", None) == ["maybe", None, "2", None]


def test_an_identifier_keeps_its_zeros_and_one_that_a_spreadsheet_spoilt_is_refused() -> None:
    ids = pl.Series(["00123", "A-1/b", "DE 123", "1.23457E+12", "#N/A", "--", "x" * 256])

    assert clean("identifier", *ids) == ids.to_list()
    assert kind("identifier").is_valid(ids).to_list() == [True, True, True, False, False, False, False]
    assert kind("identifier").mask(ids.head(2)).to_list() == ["***23", "***/b"]


@pytest.mark.parametrize(
    ("name", "raw", "expected"),
    [
        ("choices", "Press; Partner;Press", '["Press","Partner"]'),
        ("choices", "Press, Partner", '["Press","Partner"]'),
        ("choices", '["a, b","c;d"]', '["a, b","c;d"]'),
        ("choices", 'say "hi"|back\\slash', r'["say \"hi\"","back\\slash"]'),
        ("choices", "[]", None),
        ("choices", " ; ,", None),
        ("email", "ANN@example.org, bob@Example.org", '["ann@example.org","bob@example.org"]'),
        ("full_name", "Smith, Ann; Jones, Bob", '["Smith, Ann","Jones, Bob"]'),
        ("integer", "[1, 2.0, null]", '["1","2"]'),
        ("long_text", "one\ntwo", '["one","two"]'),
        ("long_text", '["one\\ntwo"]', '["one\\ntwo"]'),
    ],
)
def test_lists(name: str, raw: str, expected: str | None) -> None:
    assert clean_many(kind(name), pl.Series([raw])).to_list() == [expected]


def test_a_list_is_valid_if_all_its_items_are() -> None:
    lists = pl.Series(['["ann@example.org"]', '["ann@example.org","bob"]', "ann@example.org", None])

    assert is_valid_many(kind("email"), lists).to_list() == [True, False, False, None]
    assert mask_many(kind("email"), lists.head(1)).to_list() == ['["a***@example.org"]']


def test_a_field_of_many_values_is_a_list_of_text() -> None:
    assert physical(kind("date"), many=False) == "date"
    assert physical(kind("date"), many=True) == physical(kind("choices")) == "varchar[]"


def test_a_kind_is_found_by_its_name_and_near_names_are_suggested() -> None:
    assert [kind(each.name) for each in KINDS] == list(KINDS)
    assert {each.match_as for each in KINDS} <= MATCH_AS
    with pytest.raises(UnknownName, match="Did you mean 'email'"):
        kind("emial")


def test_the_libraries_behind_the_kinds_are_loaded_only_when_they_are_needed() -> None:
    code = (
        "import sys, xrm_lake.model.kinds;"
        "print({'babel', 'pycountry', 'phonenumbers', 'nameparser', 'cleanco', 'email_validator', 'duckdb'} & set(sys.modules))"
    )

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"
