"""
The numbering plans of phonenumbers, asked for whole columns at once.

The library judges a number by patterns and lengths in its metadata; here the same
patterns are put to the regular expression engine of polars. Nothing is cut short:
where the library would do more than match a pattern, these functions give no answer.
"""

from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import polars as pl

from .tidy import derive, matches, mend

# The types of number of which a valid one must have one.
TYPES = (
    "premium_rate", "toll_free", "shared_cost", "voip", "personal_number", "pager", "uan", "voicemail",
    "fixed_line", "mobile",
)  # fmt: skip


@dataclass(frozen=True)
class Region:
    """How numbers are dialled in a region, where it is simple: no patterns, plain digits in front."""

    code: str
    """The calling code, such as `49`."""
    trunk: str
    """The national prefix, such as `0`; empty if there is none."""
    abroad: str
    """The international prefix, such as `00`."""
    general: str
    """The pattern of every number of the plan."""


@cache
def region(name: str) -> Region | None:
    """The region of that ISO code; None if its rules for dialling are more than prefixes."""
    meta = metadata(0, name)
    if meta is None or meta.national_prefix_transform_rule or not (meta.international_prefix or "").isdigit():
        return None
    trunk, parsing = meta.national_prefix or "", meta.national_prefix_for_parsing or ""
    if parsing != trunk and not parsing.startswith(f"{trunk}|"):
        return None
    return Region(str(meta.country_code), trunk, meta.international_prefix, meta.general_desc.national_number_pattern)


@cache
def calling_codes() -> dict[str, str]:
    """Calling codes to their main regions: `49` to `DE`; `001` for those of no region."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    return {str(code): regions[0] for code, regions in COUNTRY_CODE_TO_REGION_CODE.items()}


def calling_code(digits: pl.Series) -> pl.Series:
    """The calling code at the start of each row of digits; null where there is none. No code starts another."""
    codes = [
        pl.when(pl.col("v").str.slice(0, n).is_in(_codes_of(n))).then(pl.col("v").str.slice(0, n)) for n in (1, 2, 3)
    ]
    return derive(digits, pl.coalesce(codes))


def international(digits: pl.Series) -> pl.Series:
    """
    Digits behind a plus, where the library finds them valid as they stand; empty text where it does not.

    Null where it would change them (there is a national prefix behind the calling
    code, or no calling code): it must be asked.
    """
    codes = calling_code(digits)
    read = pl.Series(digits.name, [None] * len(digits), dtype=pl.String)
    for code in codes.unique().drop_nulls().to_list():
        here = (codes == code).fill_null(False)
        read = mend(read, here, partial(_read_here, digits.filter(here), code))
    return read


def national(digits: pl.Series, name: str) -> pl.Series:
    """
    Digits as dialled in a region, with the calling code in front, where the library reads them in a
    simple way (international, with or without the national prefix) and finds them valid. Empty text
    where nothing stands in front and it finds them invalid; else null.
    """
    here = region(name)
    if here is None:
        return pl.Series(digits.name, [None] * len(digits), dtype=pl.String)
    text = pl.col("v")
    from_abroad = text.str.starts_with(here.abroad)
    with_code = text.str.starts_with(here.code)
    bare_code = with_code & ~text.str.contains(f"^(?:{here.general})$")
    with_trunk = text.str.starts_with(here.trunk) if here.trunk else pl.lit(False)
    # In this order the library tries them; a zero behind the international prefix means that it is none.
    read = (
        pl.when(from_abroad & ~text.str.contains(f"^{here.abroad}0"))
        .then(text.str.slice(len(here.abroad)))
        .when(from_abroad)
        .then(None)
        .when(bare_code)
        .then(text)
        .when(with_code)
        .then(None)
        .when(with_trunk)
        .then(here.code + text.str.slice(len(here.trunk)))
        .otherwise(here.code + text)
    )
    read_here = international(derive(digits, read))
    # With a prefix in front the library has more than one reading to try; without any, this is its only one.
    plain = derive(digits, ~(from_abroad | with_code | with_trunk))
    return read_here.zip_with(
        (read_here != "").fill_null(True) | plain.fill_null(False), derive(read_here, pl.lit(None, pl.String))
    )


def _read_here(digits: pl.Series, code: str, _: pl.Series) -> pl.Series:
    """The digits, all of one calling code, as in `international`."""
    numbers = derive(digits, pl.col("v").str.slice(len(code)))
    prefix = metadata(int(code), calling_codes()[code]).national_prefix_for_parsing
    as_it_stands = ~matches(numbers, f"^(?:{prefix})") if prefix else numbers.is_not_null()
    frame = pl.DataFrame({"digits": digits, "valid": _valid(numbers, int(code)), "stands": as_it_stands})
    read = pl.when(pl.col("valid")).then(pl.col("digits")).otherwise(pl.lit(""))
    return frame.select(pl.when(pl.col("stands")).then(read)).to_series()


def _valid(numbers: pl.Series, code: int) -> pl.Series:
    """phonenumbers.is_valid_number: the first region of the calling code that claims a number judges it."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    regions = COUNTRY_CODE_TO_REGION_CODE[code]
    valid = numbers.is_null()
    left = numbers.is_not_null()
    for plan in (metadata(code, name) for name in regions):
        if not left.any():
            break
        claimed = left
        if plan.leading_digits is not None and len(regions) > 1:
            claimed = left & matches(numbers, f"^(?:{plan.leading_digits})")
        typed = derive(numbers.filter(claimed), _of_a_type(plan))
        fits = mend(left & False, claimed, partial(_given, typed))
        valid = valid | fits
        left = left & ~(claimed if plan.leading_digits is not None else fits)
    return valid


def _given(series: pl.Series, _: pl.Series) -> pl.Series:
    return series


def _of_a_type(plan: Any) -> pl.Expr:
    described = [getattr(plan, kind) for kind in TYPES]
    return _fits(plan.general_desc) & pl.any_horizontal(_fits(desc) for desc in described if desc is not None)


def _fits(desc: Any) -> pl.Expr:
    number = pl.col("v")
    if desc.national_number_pattern is None:
        return pl.lit(False)
    fits = number.str.contains(f"^(?:{desc.national_number_pattern})$")
    return fits & number.str.len_bytes().is_in(desc.possible_length) if desc.possible_length else fits


def _codes_of(length: int) -> list[str]:
    return [code for code in calling_codes() if len(code) == length]


def metadata(code: int, name: str) -> Any:
    """What the library holds of a region (ISO code), or with a calling code of the region that it means there."""
    from phonenumbers import PhoneMetadata

    return (
        PhoneMetadata.metadata_for_region_or_calling_code(code, name)
        if code
        else PhoneMetadata.metadata_for_region(name, None)
    )


@cache
def _codes_of_countries() -> dict[str, str]:
    """The calling code of each country, with its plus."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    return {name: f"+{code}" for code, names in COUNTRY_CODE_TO_REGION_CODE.items() for name in names if name != "001"}


def is_of_country(country: pl.Series, number: pl.Series) -> pl.Series:
    """Whether a number, or its beginning, has the calling code of that country; true where that is not known."""
    codes = country.replace_strict(_codes_of_countries(), default="", return_dtype=pl.String)
    found = pl.DataFrame({"number": number, "code": codes}).select(pl.col("number").str.starts_with(pl.col("code")))
    return found.to_series()
