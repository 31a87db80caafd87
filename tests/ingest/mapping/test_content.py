import polars as pl
import pytest

from xrm_lake.ingest.mapping.content import fit, look_at
from xrm_lake.model.kinds import KINDS

EXAMPLES = {
    "email": ["ann@a.example", "bob.ray@b.example", "cid@c.example"],
    "phone": ["+49 30 123456", "(415) 293-3313", "030/1234567"],
    "url": ["https://a.example", "http://b.example/x", "www.c.example"],
    "date": ["2024-01-31", "2024-02-01", "2024-03-05"],
    "datetime": ["2024-01-31 10:00", "2024-02-01T11:30:00Z", "2024-03-05 09:15"],
    "integer": ["12", "250", "1,185"],
    "money": ["€ 1.234,50", "99.00", "1054"],
    "boolean": ["true", "false"],
    "country": ["Germany", "United States", "Kenya"],
    "currency": ["EUR", "USD"],
    "full_name": ["Ann Lee", "Moses Frase", "Darcel van der Berg"],
    "choice": ["Won", "Lost"],
    "identifier": ["1C1I7A6R", "Z063OYW0", "EC4QE1BX"],
    "postal_code": ["10115", "SW1A 1AA", "80331"],
}


def look(values):
    return look_at(pl.Series(values, dtype=pl.String), filled=len(values) * 20)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_values_suit_their_own_kind(kind):
    assert fit(kind, look(EXAMPLES[kind])) >= 0.7


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("email", "full_name"), ("date", "money"), ("date", "full_name"), ("money", "date"), ("money", "full_name"),
        ("boolean", "choice"), ("country", "full_name"), ("full_name", "email"), ("full_name", "date"), ("company_name", "email"),
        ("choice", "email"), ("phone", "date"), ("integer", "date"), ("currency", "country"), ("url", "date"),
    ],
)  # fmt: skip
def test_values_of_another_kind_do_not_suit(kind, values):
    assert fit(kind, look(EXAMPLES[values])) < 0.4


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS])
def test_an_empty_column_may_be_of_any_kind(kind):
    assert fit(kind, look([])) == 0.7


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS])
@pytest.mark.parametrize("values", EXAMPLES)
def test_a_fit_is_a_share(kind, values):
    assert 0 <= fit(kind, look(EXAMPLES[values])) <= 1


def test_noughts_and_ones_may_be_yes_and_no_but_other_numbers_are_not():
    assert fit("boolean", look(["0", "1"])) == 1
    assert fit("boolean", look(["1", "2"])) == 0
    assert fit("boolean", look(["1"])) == 0
