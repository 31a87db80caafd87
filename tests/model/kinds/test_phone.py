"""Telephone numbers: what is read, and that reading whole columns is what the library would do one by one."""

import csv
import os
import random
from pathlib import Path

import phonenumbers
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xrm_lake.model.kinds.phone import Phone, _parsed, _read_plain

KIND = Phone()
REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)


def read(text: str, **options: object) -> str | None:
    """The canonical number, or None where the text stays unread."""
    cleaned = KIND.clean(pl.Series([text]), options)
    return cleaned[0] if KIND.is_valid(cleaned)[0] else None


@pytest.mark.parametrize(
    ("text", "region", "expected"),
    [
        ("+49 30 901820", None, "+4930901820"),
        ("0049 30 901820", None, "+4930901820"),
        ("+49 (0)30 901820", None, "+4930901820"),
        ("(+49) 30/901820", None, "+4930901820"),
        ("tel:+49-30-901820", None, "+4930901820"),
        ("030 901820", "DE", "+4930901820"),
        ("030 901820", "de", "+4930901820"),
        ("030 901820", None, None),
        ("0049 30 901820", "US", "+4930901820"),
        ("(415) 555-2671", "US", "+14155552671"),
        ("1-415-555-2671", "US", "+14155552671"),
        ("415.555.2671 x12", "US", "+14155552671;ext=12"),
        ("+1 415 555 2671 ext. 12", None, "+14155552671;ext=12"),
        ("+14155552671;ext=12", None, "+14155552671;ext=12"),
        ("011 15 8765-4321", "AR", "+5491187654321"),
        ("+800 1234 5678", None, "+80012345678"),
        ("+٤٩ ٣٠ ٩٠١٨٢٠", None, "+4930901820"),
        ("+49 1", None, None),
        ("+999 123456", None, None),
        ("12345", "DE", None),
        ("call me", "DE", None),
        ("n/a", None, None),
    ],
)
def test_numbers(text: str, region: str | None, expected: str | None) -> None:
    assert read(text, region=region) == expected


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (["+49 30 901820", "0049 89 1234567", "+43 1 5880422", "030 901820"], {"region": "DE", "by": "prefix"}),
        (["+49 30 901820", "+43 1 5880422", "030 901820"], {}),
        (["+1 415 555 2671", "415 555 2671"], {"region": "US", "by": "prefix"}),
        (["(415) 555-2671", "415-555-2672", "x"], {"region": "US", "by": "layout"}),
        (["030 901820"], {}),
        (["n/a", None], {}),
    ],
)
def test_a_column_tells_its_region(column: list[str | None], expected: dict[str, str]) -> None:
    assert KIND.infer(pl.Series(column, dtype=pl.String)) == expected


def test_a_mask_keeps_two_digits() -> None:
    assert KIND.mask(pl.Series(["+4930901820", "+14155552671;ext=12", "call me"])).to_list() == [
        "***20",
        "***71",
        "***",
    ]


@settings(max_examples=int(os.environ.get("EXAMPLES", "40")), deadline=None)
@given(region=st.sampled_from(REGIONS), seed=st.integers(0, 10**6))
def test_whole_columns_are_read_as_the_library_reads_one_by_one(region: str, seed: int) -> None:
    numbers = pl.Series(_spoilt_numbers(region, random.Random(seed)))

    for number, plain in zip(numbers, _read_plain(numbers, region), strict=True):
        # Null: not read without the library. Empty: known to be no valid number.
        if plain is not None:
            assert (plain or None) == _parsed(number, region), number


def _spoilt_numbers(region: str, chance: random.Random) -> list[str]:
    texts = []
    for kind in phonenumbers.PhoneNumberType.values():
        number = phonenumbers.example_number_for_type(region, kind)
        if number is None:
            continue
        national = phonenumbers.national_significant_number(number)
        texts += [phonenumbers.format_number(number, form) for form in (0, 1, 2)]
        texts += [
            f"{front}{national}" for front in ("", "0", "1", "00", f"00{number.country_code}", number.country_code)
        ]
    return [*texts, *(_spoil(text, chance) for text in texts * 3)]


def _spoil(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text))
    middle = chance.choice([chance.choice("0123456789"), "", f"{text[place]}{chance.choice('0123456789 (-')}"])
    return text[:place] + middle + text[place + 1 :]


def test_the_cases_of_libphonenumber(shared_data: Path) -> None:
    with (shared_data / "names" / "phones_libphonenumber.csv").open(newline="", encoding="utf-8") as file:
        cases = list(csv.DictReader(file))
    passed = [_passes(row) for row in cases]

    # 26 of 31. The rest expects numbers that no plan has (seven digits in America, 1800 and eight digits):
    # the library can parse them but does not find them valid, so here they stay as written.
    assert sum(passed) / len(passed) >= 0.83


def _passes(row: dict[str, str]) -> bool:
    found = read(row["input"], region=row["default_region"])
    if row["kind"] == "error":
        return found is None
    return found == row["expected_e164"] + (f";ext={row['expected_extension']}" if row["expected_extension"] else "")


def test_four_spellings_of_a_number_are_one(shared_data: Path) -> None:
    with (shared_data / "names" / "phones_examples_by_region.csv").open(newline="", encoding="utf-8") as file:
        cases = list(csv.DictReader(file))

    for row in cases:
        spellings = pl.Series([row["national"], row["international"], row["e164"], row["rfc3966"]])
        assert KIND.clean(spellings, {"region": row["region"]}).to_list() == [row["e164"]] * 4, row["region"]
