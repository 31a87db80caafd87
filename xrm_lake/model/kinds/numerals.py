"""
Numerals as people and spreadsheets write them, read as plain decimals: `1.234,50-` as `-1234.50`.

Two columns look alike that are not: in `1.234` the point parts thousands or
decimals. Most values tell by themselves; a column's `decimal` decides the rest.
"""

from decimal import ROUND_HALF_UP, Context, Decimal

import polars as pl

from .base import Options
from .tidy import derive, each, matches, mend

_MINUS = "[-\u2212\u2013\u2012]"
_BODY = r"([\d.,](?:[\d.,'\u2019`_ ]*[\d.,])?(?:[eE][+-]?\d{1,2})?)"
_NEGATIVE = (rf"^{_MINUS} ?{_BODY}$", rf"^\( ?{_MINUS}? ?{_BODY} ?\)$", rf"^{_BODY} ?{_MINUS}$")
_POSITIVE = rf"^\+? ?{_BODY}$"

_PLAIN = r"^-?(?:0|[1-9]\d*)(?:\.\d+)?$"
_SPACED = r"^\d{1,3}(?:[ '\u2019`_]\d{3})+(?:[.,]\d+)?$"
_COMMA_GROUPS = r"^\d{1,3}(?:,\d{2,3})*,\d{3}\.\d*$|^\d{1,3}(?:,\d{2,3})+,\d{3}$"
_POINT_GROUPS = r"^\d{1,3}(?:\.\d{3})+,\d*$|^\d{1,3}(?:\.\d{3}){2,}$"
_UNDECIDED = r"^[1-9]\d{0,2}[.,]\d{3}$"
_NO_GROUPS = r"^\d*[.,]\d+$|^\d+[.,]?$"
_EXPONENT = r"^\d+(?:[.,]\d+)?[eE][+-]?\d{1,2}$"

# One value is no column: what the house assumes of columns it does not assume of less than this.
_ENOUGH = 2
_EXACT = Context(prec=200, rounding=ROUND_HALF_UP)


def infer_decimal(values: pl.Series, *, thousandths: bool = True) -> Options:
    """
    The decimal sign of a column of tidied texts.

    `decimal` is `,`, `.` or `ambiguous` (there are values such as `1.234`, and
    none that tells; they are read with a decimal point). `undecided` counts the
    values whose reading rests on it. `mixed` is there if some values tell one sign and some the other.

    Where no value has `thousandths` (whole numbers, amounts of money), three digits behind a
    sign are thousands; so an ambiguous column of two values or more is decided, and `assumed` says so.
    """
    body = pl.col("body")
    undecided = body.str.contains(_UNDECIDED)
    comma = body.str.contains(_POINT_GROUPS) | (body.str.contains(r"^[\d '\u2019`_]*,\d+$") & ~undecided)
    point = body.str.contains(_COMMA_GROUPS) | (body.str.contains(r"^[\d '\u2019`_]*\.\d+$") & ~undecided)
    with_comma = undecided & body.str.contains(",", literal=True)
    found = _parts(values).select(
        comma.sum(), point.sum().alias("p"), undecided.sum().alias("u"), with_comma.sum().alias("c")
    )
    commas, points, unknown, unknown_commas = found.row(0)
    options: dict[str, object] = {"decimal": "," if commas > points else ".", "undecided": unknown}
    if commas and points:
        options["mixed"] = True
    if commas != points or not (commas or unknown):
        return options
    if not thousandths and not commas and unknown >= _ENOUGH and unknown_commas in (0, unknown):
        return {"decimal": "." if unknown_commas else ",", "undecided": unknown, "assumed": True}
    return options | {"decimal": "ambiguous"}


def read_numerals(values: pl.Series, options: Options) -> pl.Series:
    """
    Plain decimal text of each tidied text: digits, a point, decimals as written; null where it is no numeral.

    Reads signs in front and behind, brackets as minus, groups parted by space,
    apostrophe, comma or point, Indian groups, and exponents up to 99.
    """
    decimal = "," if options.get("decimal") == "," else "."
    plain = matches(values, _PLAIN)
    if decimal == ",":
        plain = plain & ~matches(values, r"^-?[1-9]\d{0,2}\.\d{3}$")
    read = mend(values, ~plain, lambda odd: _read_odd(odd, decimal))
    return mend(read, matches(read, r"^-[0.]+$"), lambda zero: derive(zero, pl.col("v").str.strip_prefix("-")))


def fix_scale(numerals: pl.Series, places: int) -> pl.Series:
    """Plain decimals with exactly so many decimals, rounded half up (away from zero)."""
    quantum = Decimal(1).scaleb(-places)

    def rounded(text: str) -> str:
        value = Decimal(text).quantize(quantum, context=_EXACT)
        return format(value if value else abs(value), "f")

    few = matches(numerals, rf"^-?\d+(?:\.\d{{0,{places}}})?$")
    padded = mend(numerals, few, lambda rest: _pad(rest, places))
    return mend(padded, ~few, lambda rest: each(rest, rounded))


def shift_point(numerals: pl.Series, places: int) -> pl.Series:
    """Plain decimals multiplied by ten to the power of `places`."""
    return each(numerals, lambda text: format(Decimal(text).scaleb(places, _EXACT), "f"))


def shortest(numerals: pl.Series) -> pl.Series:
    """Plain decimals without zeros at their end: `7.50` as `7.5`, `7.0` as `7`."""
    text = pl.col("v").str.replace(r"(\.\d*?)0+$", "$1").str.strip_suffix(".")
    return mend(numerals, matches(numerals, r"\.(?:\d*0)?$"), lambda rest: derive(rest, text))


def strip_unit(values: pl.Series, unit: str) -> pl.Series:
    """Each text without a unit (a pattern) in front or behind; signs and brackets stay."""
    front, behind = rf"^([(+]?{_MINUS}?) ?(?:{unit}) ?", rf" ?(?:{unit}) ?(\)?{_MINUS}?)$"
    text = pl.col("v")
    bare = pl.when(text.str.contains(front)).then(text.str.replace(front, "$1"))
    return mend(
        values,
        ~matches(values, r"^[\d.,-]+$"),
        lambda rest: derive(rest, bare.otherwise(text.str.replace(behind, "$1"))),
    )


def _parts(values: pl.Series) -> pl.DataFrame:
    """Columns minus (`-` or empty) and body (without sign and brackets; null if there is none)."""
    body = derive(values, pl.col("v").str.extract(_POSITIVE))
    left = body.is_null() & values.is_not_null()
    negative = derive(values.filter(left), pl.coalesce(pl.col("v").str.extract(shape) for shape in _NEGATIVE))
    minus = left.cast(pl.String).replace_strict({"true": "-", "false": ""}, return_dtype=pl.String)
    return pl.DataFrame({"minus": minus, "body": mend(body, left, lambda _: negative)})


def _read_odd(values: pl.Series, decimal: str) -> pl.Series:
    body = pl.col("body")

    def drop(sign: str) -> pl.Expr:
        return body.str.replace_all(sign, "", literal=True)

    def pointed(text: pl.Expr, sign: str = ",") -> pl.Expr:
        return text.str.replace(sign, ".", literal=True)

    read = (
        pl.when(body.str.contains(_SPACED))
        .then(pointed(body.str.replace_all("[ '\u2019`_]", "")))
        .when(body.str.contains(_COMMA_GROUPS))
        .then(drop(","))
        .when(body.str.contains(_POINT_GROUPS))
        .then(pointed(drop(".")))
        .when(body.str.contains(_UNDECIDED))
        .then(pointed(drop("," if decimal == "." else "."), decimal))
        .when(body.str.contains(_NO_GROUPS) | body.str.contains(_EXPONENT))
        .then(pointed(body))
    )
    normal = read.str.replace(r"^0+(\d)", "$1").str.replace(r"^\.", "0.").str.strip_suffix(".")
    plain = _parts(values).select((pl.col("minus") + normal).alias(values.name)).to_series()
    return mend(plain, matches(plain, "[eE]"), lambda rest: each(rest, lambda text: format(Decimal(text), "f")))


def _pad(numerals: pl.Series, places: int) -> pl.Series:
    whole, fraction = pl.col("v").str.extract(r"^(-?\d+)"), pl.col("v").str.extract(r"\.(\d*)$").fill_null("")
    return derive(numerals, whole + "." + fraction.str.pad_end(places, "0"))
