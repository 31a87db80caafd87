"""
What postal codes of a country look like: 9 for a digit, A for a letter, without spaces and hyphens.

After the formats that the Universal Postal Union publishes by country. Countries that are not listed have codes that are not so
simple, or none: of them nothing can be told.
"""

from functools import cache

import polars as pl

# Of one shape for many countries.
_PLAIN: dict[str, str] = {
    "999": "FO IS",
    "9999": "AF AL AM AT AU BD BE BG CH CY DK GE HU LI LU MK NO NZ PH PY SI TN ZA",
    "99999": "BA CR CZ DE DO DZ EE ES FI FR GR GT HR ID IQ IT JO KE KW LK MA MC ME MX MY NP PK PL SE SK SM SN TH TR UA UY VA ZM",
    "999999": "BY CN CO EC IN KG KZ MN NG PA RO RU SG TJ TM UZ",
    "99999999": "BR",
}  # fmt: skip
_OF_COUNTRY: dict[str, tuple[str, ...]] = {
    "AD": ("AA999",), "AR": ("9999", "A9999AAA"), "AZ": ("9999", "AA9999"), "CA": ("A9A9A9",), "CL": ("9999999",), "IL": ("99999", "9999999"),
    "GB": ("A99AA", "A999AA", "AA99AA", "AA999AA", "A9A9AA", "AA9A9AA"), "JP": ("9999999",), "LT": ("99999", "AA99999"),
    "LV": ("9999", "AA9999"), "MD": ("9999", "AA9999"), "MT": ("AAA9999",), "NL": ("9999AA",), "PT": ("9999", "9999999"),
    "TW": ("999", "99999", "999999"), "US": ("99999", "999999999"),
}  # fmt: skip


@cache
def shapes() -> frozenset[str]:
    """Each country with each shape that its codes may have, such as `DE 99999`."""
    plain = {f"{country} {shape}" for shape, names in _PLAIN.items() for country in names.split()}
    return frozenset(plain | {f"{country} {shape}" for country, forms in _OF_COUNTRY.items() for shape in forms})


@cache
def countries() -> frozenset[str]:
    """The countries of which the shape of a postal code is known."""
    return frozenset(pair.split()[0] for pair in shapes())


def is_of_country(country: pl.Series, shape: pl.Series) -> pl.Series:
    """Whether a code of that shape may be of that country; true of countries of which nothing is known."""
    pairs = country + " " + shape
    return pairs.is_in(list(shapes())) | ~country.is_in(list(countries()))
