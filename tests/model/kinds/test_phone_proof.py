"""What is proved of a column of telephone numbers is what the library says of each of them."""

import random

import phonenumbers
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from xrm_lake.model.kinds.phone import Phone, _parsed
from xrm_lake.model.kinds.phone_proof import proved

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)


@settings(max_examples=60, deadline=None)
@given(regions=st.lists(st.sampled_from(REGIONS), min_size=1, max_size=3), seed=st.integers(0, 10**6))
def test_what_is_proved_the_library_gives_back_as_it_stands(regions: list[str], seed: int) -> None:
    numbers = _numbers(regions, random.Random(seed))

    for number, right in zip(numbers, proved(pl.Series(numbers)), strict=True):
        assert not right or _parsed(number, None) == number, number


@settings(max_examples=30, deadline=None)
@given(region=st.sampled_from(REGIONS), seed=st.integers(0, 10**6))
def test_a_number_is_read_and_judged_in_a_column_as_by_itself(region: str, seed: int) -> None:
    chance = random.Random(seed)
    numbers = pl.Series([*_numbers([region], chance), None, "", "n/a", "+49 30 901820", "0049 89 1234567 ext. 12"])
    phone = Phone()

    cleaned = phone.clean(numbers, {"region": region})
    alone = [phone.clean(numbers[n : n + 1], {"region": region})[0] for n in range(len(numbers))]

    assert cleaned.to_list() == alone
    assert phone.is_valid(cleaned).to_list() == [phone.is_valid(cleaned[n : n + 1])[0] for n in range(len(cleaned))]


def test_most_numbers_of_a_column_are_proved() -> None:
    numbers = pl.Series([f"+4930{number}" for number in range(1_000_000, 1_002_000)] + ["+49309018", "by mail", None])

    assert proved(numbers).sum() >= 2000


def _numbers(regions: list[str], chance: random.Random) -> list[str]:
    """Numbers in full of all types of these regions, and others that differ from them in a few digits."""
    right = [
        phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        for region in regions
        for kind in phonenumbers.PhoneNumberType.values()
        if (number := phonenumbers.example_number_for_type(region, kind)) is not None
    ]
    return [*right, *(_changed(text, chance) for text in right * 6)]


def _changed(text: str, chance: random.Random) -> str:
    digits = list(text)
    for _ in range(chance.randint(1, 4)):
        digits[chance.randrange(1, len(digits))] = chance.choice("0123456789")
    return "".join(digits)
