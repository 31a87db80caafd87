"""Countries, by their ISO 3166 code of two letters."""

from collections.abc import Mapping
from functools import cache

import polars as pl

from .base import DEFAULTS, Options
from .languages import LANGUAGES, fold
from .text import Text
from .tidy import derive, mend, one_of, settle, tidy

# What people write and no list of names holds. Parts of the United Kingdom are written as countries in addresses.
_VARIANTS = {
    "uk": "GB", "great britain": "GB", "britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB",
    "northern ireland": "GB", "united kingdom of great britain": "GB", "u k": "GB",
    "us": "US", "usa": "US", "u s a": "US", "u s": "US", "america": "US", "united states of america": "US", "vsa": "US",
    "holland": "NL", "el": "GR", "russia": "RU", "south korea": "KR", "korea": "KR",
    "republic of korea": "KR", "north korea": "KP", "dprk": "KP", "czech republic": "CZ", "ivory coast": "CI",
    "macedonia": "MK", "burma": "MM", "swaziland": "SZ", "cape verde": "CV", "east timor": "TL", "turkey": "TR",
    "vatican": "VA", "vatican city": "VA", "bosnia": "BA", "moldova": "MD", "uae": "AE", "emirates": "AE",
    "ksa": "SA", "prc": "CN", "peoples republic of china": "CN", "hong kong": "HK", "macau": "MO", "brd": "DE",
    "federal republic of germany": "DE", "eire": "IE", "republic of ireland": "IE", "drc": "CD", "dr congo": "CD",
    "congo kinshasa": "CD", "congo brazzaville": "CG", "kosovo": "XK", "palestine": "PS", "micronesia": "FM",
    "st lucia": "LC", "st kitts": "KN", "st vincent": "VC", "trinidad": "TT", "antigua": "AG", "curacao": "CW",
    "laos": "LA", "syria": "SY", "iran": "IR", "tanzania": "TZ", "venezuela": "VE", "bolivia": "BO", "vietnam": "VN",
    "viet nam": "VN", "brunei": "BN", "taiwan": "TW", "taiwan roc": "TW", "schottland": "GB", "estados unidos": "US",
    "eeuu": "US", "ee uu": "US", "etats unis d amerique": "US", "reino unido": "GB", "angleterre": "GB",
    "grande bretagne": "GB", "grossbritannien": "GB", "großbritannien": "GB", "inglaterra": "GB", "tschechei": "CZ",
}  # fmt: skip


class Country(Text):
    """A country such as `DE`; read from codes of two or three letters and names in many languages."""

    name = "country"
    match_as = "category"

    def words(self) -> Mapping[str, str]:
        """Names in many languages and codes of three letters, folded, by the code of two that each means."""
        return _names()

    def clean(self, values: pl.Series, options: Options = DEFAULTS) -> pl.Series:
        """The code of two letters: `Germany`, `DEU`, `Deutschland`, `德国` as `DE`; `UK` as `GB`."""
        raw = tidy(values)
        upper = derive(raw, pl.col("v").str.to_uppercase())
        coded = self.is_valid(upper)
        # Names in all languages take long to load, and most columns hold codes alone.
        read = mend(upper, ~coded, lambda _: _by_name(raw.filter(~coded)))
        return settle(raw, read, self.is_valid(read))

    def is_valid(self, values: pl.Series) -> pl.Series:
        """A code of ISO 3166-1, or `XK` (Kosovo, in use by its neighbours and the European Union)."""
        return one_of(values, _codes())


def _by_name(names: pl.Series) -> pl.Series:
    return _key(names).replace_strict(_names(), default=None, return_dtype=pl.String)


def _key(names: pl.Series) -> pl.Series:
    return fold(names).str.strip_prefix("the ")


@cache
def _codes() -> frozenset[str]:
    import pycountry

    return frozenset(country.alpha_2 for country in pycountry.countries) | {"XK"}


@cache
def _names() -> dict[str, str]:
    """Folded names and codes of three letters to codes of two; what means two countries means neither."""
    official, spoken = _official_names(), _spoken_names()
    meanings: dict[str, set[str]] = {}
    for key, code in spoken:
        meanings.setdefault(key, set()).add(code)
    names = {key: next(iter(found)) for key, found in meanings.items() if len(found) == 1}
    return names | dict(official) | _VARIANTS


def _official_names() -> list[tuple[str, str]]:
    import pycountry

    said = [("xkx", "XK")]
    for country in pycountry.countries:
        names = [
            country.alpha_3,
            country.name,
            getattr(country, "official_name", None),
            getattr(country, "common_name", None),
        ]
        for name in filter(None, names):
            first, _, rest = name.partition(", ")
            said += [(name, country.alpha_2), (f"{rest} {first}" if rest else name, country.alpha_2)]
    return _folded(said)


def _spoken_names() -> list[tuple[str, str]]:
    from babel import Locale

    return _folded(
        [
            (name, code)
            for language in LANGUAGES
            for code, name in Locale.parse(language).territories.items()
            if code in _codes()
        ]
    )


def _folded(said: list[tuple[str, str]]) -> list[tuple[str, str]]:
    keys = _key(pl.Series([name for name, _ in said])).to_list()
    return [(key, code) for key, (_, code) in zip(keys, said, strict=True) if key]
