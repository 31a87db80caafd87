"""Countries, currencies, postal codes, cities, streets."""

import polars as pl
import pytest

from xrm_lake.model.kinds import kind


def read(name: str, text: str, **options: object) -> str | None:
    """The canonical text, or None where the text stays unread."""
    cleaned = kind(name).clean(pl.Series([text]), options)
    return cleaned[0] if kind(name).is_valid(cleaned)[0] else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DE", "DE"), ("de", "DE"), ("DEU", "DE"), ("Germany", "DE"), ("GERMANY", "DE"), ("Deutschland", "DE"), ("Allemagne", "DE"),
        ("Alemania", "DE"), ("Tyskland", "DE"), ("Niemcy", "DE"), ("ドイツ", "DE"), ("德国", "DE"), ("Германия", "DE"),
        ("Federal Republic of Germany", "DE"), ("UK", "GB"), ("U.K.", "GB"), ("Great Britain", "GB"), ("England", "GB"),
        ("Großbritannien", "GB"), ("USA", "US"), ("U.S.A.", "US"), ("U.S.", "US"), ("United States", "US"),
        ("The United States of America", "US"), ("Vereinigte Staaten", "US"), ("The Netherlands", "NL"), ("Holland", "NL"),
        ("Côte d'Ivoire", "CI"), ("Cote d’Ivoire", "CI"), ("Korea, Republic of", "KR"), ("South Korea", "KR"),
        ("Iran, Islamic Republic of", "IR"), ("Czech Republic", "CZ"), ("Czechia", "CZ"), ("Türkiye", "TR"), ("Turkey", "TR"),
        ("Bosnia & Herzegovina", "BA"), ("Kosovo", "XK"), ("EL", "GR"), ("XX", None), ("Atlantis", None), ("Korea?", "KR"),
        ("Europe", None), ("D", None), ("12", None),
    ],
)  # fmt: skip
def test_countries(text: str, expected: str | None) -> None:
    assert read("country", text) == expected


def test_every_country_is_read_by_its_own_codes_and_english_name() -> None:
    import pycountry

    codes = [country.alpha_2 for country in pycountry.countries]

    for part in ("alpha_2", "alpha_3", "name"):
        texts = pl.Series([getattr(country, part) for country in pycountry.countries])
        assert kind("country").clean(texts).to_list() == codes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("EUR", "EUR"), ("eur", "EUR"), ("€", "EUR"), ("Euro", "EUR"), ("US$", "USD"), ("US Dollar", "USD"), ("£", "GBP"),
        ("Schweizer Franken", "CHF"), ("zł", "PLN"), ("Kč", "CZK"), ("$", None), ("kr", None), ("ABC", None), ("DEM", None),
    ],
)  # fmt: skip
def test_currencies(text: str, expected: str | None) -> None:
    assert read("currency", text) == expected


def test_a_shared_sign_is_read_when_it_is_said_what_it_means() -> None:
    assert read("currency", "$", signs={"$": "CAD"}) == "CAD"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("80331", "80331"), ("80331.0", "80331"), ("D-80331", "80331"), ("CH-8001", "8001"), ("A 1010", "1010"), ("01067", "01067"),
        ("94105-1234", "94105-1234"), ("sw1a1aa", "SW1A 1AA"), ("SW1A  1AA", "SW1A 1AA"), ("k1a 0b1", "K1A 0B1"),
        ("1234 ab", "1234 AB"), ("LV-1010", "LV-1010"), ("100-0001", "100-0001"), ("x", None), ("Berlin", None),
        ("80331 München", None), ("1", None), ("12345678901", None),
    ],
)  # fmt: skip
def test_postal_codes(text: str, expected: str | None) -> None:
    assert read("postal_code", text) == expected


def test_an_address_of_several_lines_becomes_one() -> None:
    assert read("street", "12 Main St,\r\n  Floor 3\n\nRoom 4") == "12 Main St, Floor 3, Room 4"


def test_cities_have_letters() -> None:
    assert read("city", " Frankfurt  am Main ") == "Frankfurt am Main"
    assert read("city", "80331") is None
