"""Numbers, amounts and shares as files hold them."""

from decimal import ROUND_HALF_UP, Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xrm_lake.model.kinds import kind
from xrm_lake.model.kinds.money import currencies

GROUPS = (",.", ".,", " ,", "\u00a0,", "\u202f,", "'.", "\u2019.")
"""Sign of thousands and sign of decimals."""


def read(name: str, text: str, **options: object) -> str | None:
    """The canonical text, or None where the text stays unread."""
    cleaned = kind(name).clean(pl.Series([text]), options)
    return cleaned[0] if kind(name).is_valid(cleaned)[0] else None


@pytest.mark.parametrize(
    ("text", "point", "comma"),
    [
        ("1234.5", "1234.50", "1234.50"),
        ("1234,5", "1234.50", "1234.50"),
        ("1.234", "1.23", "1234.00"),
        ("1,234", "1234.00", "1.23"),
        ("1.234,50", "1234.50", "1234.50"),
        ("1,234.50", "1234.50", "1234.50"),
        ("1.234.567", "1234567.00", "1234567.00"),
        ("12,34,567.8", "1234567.80", "1234567.80"),
        ("1 234,5", "1234.50", "1234.50"),
        ("1\u00a0234,5", "1234.50", "1234.50"),
        ("1'234.50", "1234.50", "1234.50"),
        ("1234.567", "1234.57", "1234.57"),
        ("0,123", "0.12", "0.12"),
        (".5", "0.50", "0.50"),
        ("5.", "5.00", "5.00"),
        ("007", "7.00", "7.00"),
        ("-5", "-5.00", "-5.00"),
        ("5-", "-5.00", "-5.00"),
        ("\u22125", "-5.00", "-5.00"),
        ("(5)", "-5.00", "-5.00"),
        ("(1,234.50)", "-1234.50", "-1234.50"),
        ("+5", "5.00", "5.00"),
        ("-0", "0.00", "0.00"),
        ("-0.001", "0.00", "0.00"),
        ("1e3", "1000.00", "1000.00"),
        ("1.5E+03", "1500.00", "1500.00"),
        ("2.675", "2.68", "2675.00"),
        ("€ 1.234,50", "1234.50", "1234.50"),
        ("1.234,50 €", "1234.50", "1234.50"),
        ("$1,234.50", "1234.50", "1234.50"),
        ("-$5", "-5.00", "-5.00"),
        ("$-5", "-5.00", "-5.00"),
        ("($5.00)", "-5.00", "-5.00"),
        ("USD 1,000.00", "1000.00", "1000.00"),
        ("1000EUR", "1000.00", "1000.00"),
        ("US$5", "5.00", "5.00"),
        ("R$ 5,00", "5.00", "5.00"),
        ("5 kr", "5.00", "5.00"),
        ("12,-", "12.00", "12.00"),
        ("CHF 1'234.\u2013", "1234.00", "1234.00"),
        ("9999999999999999.99", "9999999999999999.99", "9999999999999999.99"),
        ("99999999999999999", None, None),
        ("1,23,4", None, None),
        ("12 34", None, None),
        ("1.2.3", None, None),
        ("--5", None, None),
        ("(5", None, None),
        ("-(5)", None, None),
        ("5 EUR USD", None, None),
        ("five", None, None),
        ("#DIV/0!", None, None),
        ("10k", None, None),
        ("$", None, None),
    ],
)
def test_amounts(text: str, point: str | None, comma: str | None) -> None:
    assert read("money", text, decimal=".") == point
    assert read("money", text, decimal=",") == comma


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("integer", "1,234", "1234"),
        ("integer", "1 234", "1234"),
        ("integer", "1200.0", "1200"),
        ("integer", "-007", "-7"),
        ("integer", "1.5", None),
        ("integer", "9223372036854775807", "9223372036854775807"),
        ("integer", "9223372036854775808", None),
        ("number", "1234.5600", "1234.56"),
        ("number", "1.234", "1.234"),
        ("number", "1e-7", "0.0000001"),
        ("number", "-0.0", "0"),
        ("number", "€ 5", None),
        ("percent", "12.5 %", "12.5000"),
        ("percent", "12,5%", "12.5000"),
        ("percent", "-3 percent", "-3.0000"),
        ("percent", "0.5", "0.5000"),
        ("percent", "100000", None),
    ],
)
def test_numbers_and_shares(name: str, text: str, expected: str | None) -> None:
    assert read(name, text) == expected


@pytest.mark.parametrize("signs", GROUPS, ids=repr)
@settings(deadline=None)
@given(cents=st.integers(min_value=-(10**17), max_value=10**17))
def test_an_amount_written_the_way_of_a_country_is_read_back(signs: str, cents: int) -> None:
    amount = Decimal(cents) / 100
    text = f"{amount:,.2f}".replace(",", "g").replace(".", signs[1]).replace("g", signs[0])

    assert read("money", text, decimal=signs[1]) == f"{amount:.2f}"


@settings(deadline=None)
@given(value=st.decimals(min_value=-(10**15), max_value=10**15, allow_nan=False, allow_infinity=False, places=7))
def test_more_decimals_than_cents_are_rounded_half_up(value: Decimal) -> None:
    rounded = value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)

    assert read("money", f"{value:f}") == f"{rounded if rounded else abs(rounded):f}"


@settings(deadline=None)
@given(value=st.floats(min_value=-1e15, max_value=1e15, allow_nan=False).filter(lambda value: abs(value) > 1e-80))
def test_a_number_keeps_its_value(value: float) -> None:
    assert float(read("number", repr(value)) or "nan") == value


@pytest.mark.parametrize(
    ("name", "column", "expected"),
    [
        ("number", ["1,5", "1.234"], {"decimal": ",", "undecided": 1}),
        ("number", ["1.5", "1.234"], {"decimal": ".", "undecided": 1}),
        ("number", ["1.234", "5.678"], {"decimal": "ambiguous", "undecided": 2}),
        ("number", ["1,5", "1.5"], {"decimal": "ambiguous", "undecided": 0, "mixed": True}),
        ("number", ["1,5", "2,5", "1.5", "1.234"], {"decimal": ",", "undecided": 1, "mixed": True}),
        ("number", ["1", "2"], {"decimal": ".", "undecided": 0}),
        ("number", ["1.234.567"], {"decimal": ",", "undecided": 0}),
        ("money", ["1.234", "5.678", "500"], {"decimal": ",", "undecided": 2, "assumed": True}),
        ("money", ["$1,234", "$5,678"], {"decimal": ".", "undecided": 2, "assumed": True}),
        ("money", ["1.234", "5,678"], {"decimal": "ambiguous", "undecided": 2}),
        ("money", ["1.234"], {"decimal": "ambiguous", "undecided": 1}),
        ("money", ["1.234,50 €", "12 €"], {"decimal": ",", "undecided": 0}),
        ("integer", ["1.234", "5.678"], {"decimal": ",", "undecided": 2, "assumed": True}),
        ("percent", ["0.1", "0.25", "0.5", "1"], {"decimal": ".", "undecided": 0, "scale": "fraction"}),
        ("percent", ["0.1", "0.25", "0.5", "20"], {"decimal": ".", "undecided": 0}),
        ("percent", ["0.1 %", "0.25 %", "0.5 %"], {"decimal": ".", "undecided": 0}),
        ("percent", ["0.5"], {"decimal": ".", "undecided": 0}),
    ],
)
def test_a_column_tells_how_it_is_written(name: str, column: list[str], expected: dict[str, object]) -> None:
    assert kind(name).infer(pl.Series(column)) == expected


def test_shares_of_one_become_per_cent_unless_they_bear_the_sign() -> None:
    assert read("percent", "0.125", scale="fraction") == "12.5000"
    assert read("percent", "0.125 %", scale="fraction") == "0.1250"


def test_the_currency_by_an_amount_is_found_unless_its_sign_has_many() -> None:
    amounts = pl.Series(["€ 5", "5 CHF", "US$5", "$5", "5 kr", "5", None])

    assert currencies(amounts).to_list() == ["EUR", "CHF", "USD", None, None, None, None]
