"""Currencies, by their ISO 4217 code."""

from functools import cache

import polars as pl

from .base import DEFAULTS, Options
from .languages import LANGUAGES, fold
from .text import Text
from .tidy import derive, one_of, settle, tidy

SIGNS = {
    "€": "EUR", "£": "GBP", "₹": "INR", "₩": "KRW", "₽": "RUB", "₺": "TRY", "₴": "UAH", "₪": "ILS", "₫": "VND",
    "₱": "PHP", "฿": "THB", "₦": "NGN", "₸": "KZT", "₾": "GEL", "₼": "AZN", "₲": "PYG", "₡": "CRC", "₵": "GHS",
    "us$": "USD", "usd$": "USD", "ca$": "CAD", "cad$": "CAD", "c$": "CAD", "a$": "AUD", "au$": "AUD", "nz$": "NZD",
    "hk$": "HKD", "s$": "SGD", "sg$": "SGD", "nt$": "TWD", "mx$": "MXN", "r$": "BRL", "cn¥": "CNY", "jp¥": "JPY",
    "zł": "PLN", "kč": "CZK", "ft": "HUF", "sfr.": "CHF", "sfr": "CHF", "fr.": "CHF", "лв.": "BGN", "лв": "BGN",
    "руб.": "RUB", "руб": "RUB", "грн": "UAH", "円": "JPY", "元": "CNY", "rmb": "CNY", "rp": "IDR", "rm": "MYR",
    "euro": "EUR", "euros": "EUR", "us dollars": "USD", "pounds": "GBP", "pound sterling": "GBP",
}  # fmt: skip
"""Signs and short forms that stand for one currency, in small letters."""

SHARED_SIGNS = ("$", "¥", "kr", "kr.", "rs", "rs.", "lei", "dollars")
"""Signs of more than one currency: read only when the option `signs` says which one is meant."""


class Currency(Text):
    """A currency such as `EUR`; read from codes, signs (`€`, `US$`) and names in many languages."""

    name = "currency"
    match_as = "category"

    def clean(self, values: pl.Series, options: Options = DEFAULTS) -> pl.Series:
        """
        The code in capitals.

        The option `signs` says what a shared sign stands for: `{"$": "CAD"}`.
        Without it a bare `$` or `kr` is left as it is.
        """
        raw = tidy(values)
        codes_upper = derive(raw, pl.col("v").str.to_uppercase())
        chosen = {sign.lower(): code for sign, code in options.get("signs", {}).items()}
        lower = derive(raw, pl.col("v").str.to_lowercase())
        by_sign = lower.replace_strict(SIGNS | chosen, default=None, return_dtype=pl.String)
        by_name = fold(raw).replace_strict(_names(), default=None, return_dtype=pl.String)
        read = settle(by_sign.zip_with(by_sign.is_not_null(), by_name), codes_upper, self.is_valid(codes_upper))
        return settle(raw, read, self.is_valid(read))

    def is_valid(self, values: pl.Series) -> pl.Series:
        """A code of ISO 4217 in force."""
        return one_of(values, codes())


@cache
def codes() -> frozenset[str]:
    """The alphabetic codes of ISO 4217."""
    import pycountry

    return frozenset(currency.alpha_3 for currency in pycountry.currencies)


@cache
def _names() -> dict[str, str]:
    """Folded names of currencies to codes; a name that means two currencies means none."""
    from babel import Locale

    said = [
        (name, code)
        for language in LANGUAGES
        for code, name in Locale.parse(language).currencies.items()
        if code in codes()
    ]
    meanings: dict[str, set[str]] = {}
    for key, (_, code) in zip(fold(pl.Series([name for name, _ in said])).to_list(), said, strict=True):
        meanings.setdefault(key, set()).add(code)
    return {key: next(iter(found)) for key, found in meanings.items() if len(found) == 1}
