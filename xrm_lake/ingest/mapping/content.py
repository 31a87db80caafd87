"""What a column's values look like, whatever its header says; and how well that suits a kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from xrm_lake.ingest.mapping.lexicon import word_set
from xrm_lake.model.kinds.boolean import Boolean
from xrm_lake.model.kinds.country import Country

_LOOKED_AT = 2_000
_NAMED = 300
_ENOUGH = 0.8

_AMOUNT = r"^[-+(]?\s?(?:[A-Z]{3}\s?|[€$£¥]\s?)?-?(?:\d+|\d{1,3}(?:[.,'\u00a0\u202f ]\d{3})+)?(?:[.,]\d+)?\s?(?:[€$£¥%)]|[A-Z]{3})?$"
_DAY = (
    r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})"
    r"|\d{1,2}\.? ?\p{L}{3,10}\.?,? ?\d{2,4}|\p{L}{3,10}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4})"
)
_CODES = "EUR|USD|GBP|CHF|JPY|CNY|INR|SEK|NOK|DKK|PLN|CZK|HUF|TRY|BRL|CAD|AUD|NZD|MXN|ZAR"
_SHAPES = {
    "email": r"^(?:mailto:)?[^@\s,;<>]+@[^@\s,;<>]+\.\p{L}{2,}$",
    "url": r"^(?:(?i:https?://)\S+|(?i:www\.)\S+)$",
    "domain": r"^(?i:(?:[a-z0-9-]*[a-z][a-z0-9-]*\.)+[a-z]{2,24})$",
    "date": rf"^{_DAY}(?:[T ,]+\d{{1,2}}:\d{{2}}.*)?$",
    "time": r"\d{1,2}:\d{2}",
    "integer": r"^-?\d{1,3}(?:[.,' ]?\d{3})*$|^-?\d+(?:\.0+)?$",
    "decimal": r"^-?\d+[.,]\d{1,2}$",
    "number": _AMOUNT,
    "digit": r"\d",
    "letter": r"\p{L}",
    "priced": rf"(?:\b|\d)(?:{_CODES})(?:\b|\d)",
    "leading_zero": r"^0\d",
    "phone": r"^(?:\+|\(|0|\d)[\d\s()./+-]{5,22}\d(?:\s?(?:x|ext\.?|-)\s?\d{1,6})?$",
    "code": r"^[A-Za-z]{0,10}[-_:./#]?[A-Za-z0-9]*\d[A-Za-z0-9]*(?:[-_:./][A-Za-z0-9]+)*$",
    "id": r"^(?:[0-9a-zA-Z]{15}|[0-9a-zA-Z]{18}|[{]?[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}[}]?|[0-9a-f]{17,32}|zcrm_\d+)$",
    "currency": rf"^(?:{_CODES}|[€$£¥])$",
    "words": r"^[^\d@]*\p{L}[^\d@]*$",
    "name": r"^\p{Lu}[\p{L}\p{M}'’.-]*(?:[ ,]+[\p{L}\p{M}'’.-]+){0,4}$",
}


@dataclass(frozen=True)
class Content:
    """
    Shares (0..1) of the looked-at distinct values that have a shape, by its name, and what they are as a whole.

    `distinct` counts the distinct values, `filled` those of all rows seen; `length` is their mean length.
    Shapes: email, url, domain, date, time, integer, decimal, number, phone, code, id, currency, words, name, boolean, country, list.
    """

    shares: Mapping[str, float]
    distinct: int
    filled: int
    length: float

    def share(self, shape: str) -> float:
        """The share of values of this shape."""
        return self.shares.get(shape, 0.0)

    @property
    def empty(self) -> bool:
        """Whether the column has no value at all."""
        return self.distinct == 0

    @property
    def few(self) -> bool:
        """Whether values repeat as those do that are chosen from a list."""
        return 0 < self.distinct <= max(12, min(60, self.filled // 5))

    @property
    def id_like(self) -> bool:
        """Whether the values are ids that no person would choose."""
        return self.share("id") >= _ENOUGH

    @property
    def one_token(self) -> bool:
        """Whether the values are single words with digits, or numbers, as keys are."""
        return max(self.share("code"), self.share("integer"), self.share("id")) >= _ENOUGH


def look_at(values: pl.Series, *, filled: int) -> Content:
    """What these distinct values look like; a sample of them, evenly spread, is enough."""
    count = values.len()
    looked = values.gather_every(max(count // _LOOKED_AT, 1)).head(_LOOKED_AT)
    if not count:
        return Content({}, 0, filled, 0.0)
    shapes = (
        looked.to_frame("v")
        .select(
            **{name: pl.col("v").str.head(200).str.contains(pattern).mean() for name, pattern in _SHAPES.items()},
            length=pl.col("v").str.len_chars().mean(),
            list=pl.col("v").str.head(200).str.contains(r"[^;,|]+[;,|][^;,|]+").mean(),
        )
        .row(0, named=True)
    )
    length = shapes.pop("length")
    shares = {name: float(share or 0.0) for name, share in shapes.items()}
    shares["boolean"] = _boolean(looked)
    shares["country"] = _country(looked) if count <= 2_000 else 0.0
    return Content(shares, count, filled, float(length or 0.0))


def _boolean(values: pl.Series) -> float:
    """Share of yes and no; a column of nothing but ones or noughts may be anything."""
    if values.len() > 6:
        return 0.0
    read = Boolean().clean(values.str.to_lowercase())
    share = read.is_in(["true", "false"]).mean()
    only_numbers = values.str.contains(r"^[\d.]+$").all() and set(values.to_list()) != {"0", "1"}
    return 0.0 if only_numbers else float(share or 0.0) if isinstance(share, float) else 0.0


def _country(values: pl.Series) -> float:
    # Reading names of countries in all languages takes long to set up; most columns hold no country at all.
    if values.str.to_lowercase().is_in(list(word_set("countries"))).mean() in (0, None):
        return 0.0
    kind = Country()
    share = kind.is_valid(kind.clean(values.head(_NAMED))).mean()
    return share if isinstance(share, float) else 0.0


def fit(kind: str, content: Content) -> float:
    """
    How well values of this look suit a kind: 1 as one would expect, 0 not at all; 0.7 where they do not tell.

    An empty column suits any kind.
    """
    if content.empty:
        return 0.7
    return _FITS.get(kind, _text)(content)


def _data(content: Content) -> float:
    """Share of values that are plainly no free text: addresses of the net, days, numbers."""
    return max(content.share(shape) for shape in ("email", "url", "date", "number", "boolean"))


def _text(content: Content) -> float:
    return 0.75 if _data(content) < 0.5 else 0.25


def _word(content: Content) -> float:
    return 0.3 + 0.6 * content.share("words") if max(_data(content), content.share("id")) < 0.5 else 0.1


def _person(content: Content) -> float:
    return 0.3 + 0.65 * content.share("name") if _data(content) < 0.5 and not content.id_like else 0.1


def _company(content: Content) -> float:
    return 0.1 if content.id_like or _data(content) > 0.5 else 0.8


def _choice(content: Content) -> float:
    if max(content.share(shape) for shape in ("email", "url", "date", "phone")) > 0.5 or content.id_like:
        return 0.1
    return (0.95 if content.few else 0.5) * (0.6 if content.share("number") > 0.8 else 1.0)


def _date(content: Content) -> float:
    return content.share("date")


def _year(content: Content) -> float:
    return content.share("integer")


def _number(content: Content) -> float:
    return content.share("number") if content.share("digit") > 0.5 else 0.0


def _phone(content: Content) -> float:
    plain_numbers = content.share("integer") > 0.8 and content.length < 7
    return 0.1 if plain_numbers or content.share("date") > 0.5 else content.share("phone")


def _url(content: Content) -> float:
    return max(content.share("url"), content.share("domain"))


def _identifier(content: Content) -> float:
    return 0.9 if content.one_token else 0.4 if _data(content) < 0.5 else 0.15


def _postal(content: Content) -> float:
    odd = max(content.share("email"), content.share("date"), content.share("url"))
    return 0.0 if odd > 0.5 or content.length > 12 else 0.3 + 0.6 * content.share("digit")


def _street(content: Content) -> float:
    return 0.1 if _data(content) > 0.5 else 0.5 + 0.4 * content.share("digit")


def _boolean_fit(content: Content) -> float:
    return content.share("boolean")


_FITS: Mapping[str, Callable[[Content], float]] = {
    "email": lambda content: content.share("email"),
    "url": _url,
    "domain": _url,
    "phone": _phone,
    "date": _date,
    "datetime": lambda content: content.share("date") * (1.0 if content.share("time") > 0.5 else 0.65),
    "integer": _year,
    "number": _number,
    "money": _number,
    "percent": _number,
    "boolean": _boolean_fit,
    "country": lambda content: content.share("country"),
    "currency": lambda content: content.share("currency"),
    "postal_code": _postal,
    "street": _street,
    "city": _word,
    "given_name": _person,
    "family_name": _person,
    "full_name": _person,
    "person_name": _person,
    "company_name": _company,
    "choice": _choice,
    "identifier": _identifier,
}
