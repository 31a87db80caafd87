"""Telephone numbers, such as +4930901820, with phonenumbers (the rules of libphonenumber)."""

import polars as pl

from .base import DEFAULTS, Options
from .phone_plan import calling_code, calling_codes, international, national
from .phone_proof import proved
from .text import Text
from .tidy import ask, derive, each, judge, matches, mend, nothing, settle, tidy

_CANONICAL = r"^\+[1-9]\d{3,16}(?:;ext=\d{1,20})?$"
# The forms of an extension that the library knows by their word; up to seven digits it takes any of them.
_EXTENSION = r"(?i)^(.*\d)(?: ?;ext=| ?,? ?(?:ext\.? ?|x ?))(\d{1,7})$"
_DIGITS = r"^[(]?\+?[(]?\d[\d ().\-/]*$"
_FROM_ABROAD = r"^\+|^00[1-9]"
_AMERICAN = r"^(?:\([2-9]\d\d\) ?|[2-9]\d\d[-. ])[2-9]\d\d[-. ]\d{4}$"


class Phone(Text):
    """A number as the world dials it (E.164); an extension follows as `;ext=` (RFC 3966)."""

    name = "phone"
    personal = True
    match_as = "phone"

    def infer(self, values: pl.Series) -> Options:
        """
        The `region` (ISO code) whose numbers are written without calling code, and what told it (`by`).

        By `prefix`: most of the numbers with a calling code have the same. By `layout`: none has one, and
        most are written the American way, as (415) 555-2671. Empty if nothing tells.
        """
        raw = tidy(values).drop_nulls()
        abroad = raw.filter(matches(raw, _FROM_ABROAD))
        starts = mend(abroad.str.slice(1, 3), ~matches(abroad, r"^\+[1-9]\d\d"), lambda _: _odd_starts(abroad))
        told = starts.alias("v").value_counts(name="count")
        counts = (
            told.with_columns(code=calling_code(told["v"])).drop_nulls("code").group_by("code").agg(pl.sum("count"))
        )
        if counts.height:
            code, count = counts.sort("count", descending=True).row(0)
            name = calling_codes()[code]
            return {"region": name, "by": "prefix"} if count * 2 > counts["count"].sum() and name != "001" else DEFAULTS
        american = matches(raw, _AMERICAN).sum() or 0
        return {"region": "US", "by": "layout"} if american * 2 > raw.len() else DEFAULTS

    def clean(self, values: pl.Series, options: Options = DEFAULTS) -> pl.Series:
        """
        The number with plus and calling code, no spaces.

        The option `region` (ISO code, such as `DE`) says where numbers without calling code are dialled;
        without it, they are left as they are. Numbers of no numbering plan are left as they are, too.
        """
        raw = tidy(values)
        region = str(options.get("region") or "").upper() or None
        return mend(raw, ~proved(raw) & raw.is_not_null(), lambda rest: self._read(rest, region))

    def _read(self, raw: pl.Series, region: str | None) -> pl.Series:
        read = _read_plain(raw, region)
        asked = mend(
            read, read.is_null(), lambda _: each(raw.filter(read.is_null()), lambda text: _parsed(text, region))
        )
        return settle(raw, asked, asked != "")

    def is_valid(self, values: pl.Series) -> pl.Series:
        """In canonical form, and a number that the plan of its country knows."""
        valid = proved(values)
        rest = (~valid).arg_true()
        return judge(values, valid.scatter(rest, self._judge(values.gather(rest)).fill_null(False)))

    def _judge(self, values: pl.Series) -> pl.Series:
        shaped = matches(values, _CANONICAL)
        read = _read_plain(nothing(values).zip_with(~shaped, values), None)
        known = (read == values) | (read == "") | ~shaped
        valid = ask(values, known.fill_null(False) | values.is_null(), _is_canonical)
        return judge(values, valid & shaped & (read != "").fill_null(True))

    def mask(self, values: pl.Series) -> pl.Series:
        """The last two digits."""
        return derive(values, pl.col("v").str.replace(r"(?s)^.*?(\d{2})?(?:;.*)?$", "***${1}"))


def _odd_starts(abroad: pl.Series) -> pl.Series:
    """The first digits of numbers in which other characters stand among them, or zeros before them."""
    odd = abroad.filter(~matches(abroad, r"^\+[1-9]\d\d"))
    return odd.str.replace_all(r"\D", "").str.strip_prefix("00").str.slice(0, 3)


def _read_plain(raw: pl.Series, region: str | None) -> pl.Series:
    """
    Numbers of digits and common punctuation, read without the library.

    Empty text where it would find the number invalid, null where it must be asked.
    """
    extension = raw.str.extract(_EXTENSION, 2)
    number = extension.is_not_null()
    bare = raw.str.extract(_EXTENSION, 1).zip_with(number, raw)
    read = _read_digits(bare, region)
    return read.zip_with(~number | (read == "").fill_null(True), read + ";ext=" + extension).rename(raw.name)


def _read_digits(raw: pl.Series, region: str | None) -> pl.Series:
    plain = matches(raw, _DIGITS)
    digits = raw.str.replace_all(r"\D", "").zip_with(plain, nothing(raw))
    plus = matches(raw, r"^\(?\+").fill_null(False)
    # Where no region is known, 00 in front is the international prefix that most of the world dials.
    if region is None:
        double_zero = (~plus & matches(digits, "^00[1-9]")).fill_null(False)
        digits = digits.str.strip_prefix("00").zip_with(double_zero, digits)
        plus = plus | double_zero
    abroad = international(digits.zip_with(plus, nothing(raw)))
    here = national(digits.zip_with(~plus, nothing(raw)), region) if region else nothing(raw)
    # Where 00 is no prefix of the region and the number none of its plan, it may be dialled from elsewhere.
    elsewhere = ((here == "") & raw.str.starts_with("00") & (digits.str.slice(0, 2) == "00")).fill_null(False)
    here = international(digits.str.slice(2).zip_with(elsewhere, nothing(raw))).zip_with(elsewhere, here)
    read = abroad.zip_with(plus, here)
    return ("+" + read).zip_with((read != "").fill_null(True), read)


def _is_canonical(text: str) -> bool:
    return _parsed(text, None) == text


def _parsed(text: str, region: str | None) -> str | None:
    """E.164 and extension of a valid number, or None. What the library reads differently when asked again is none."""
    read = _parsed_once(text, region) or (_parsed_once("+" + text[2:], None) if text[:2] == "00" else None)
    return read if read is None or read == text or _parsed_once(read, None) == read else None


def _parsed_once(text: str, region: str | None) -> str | None:
    import phonenumbers

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{e164};ext={number.extension}" if number.extension else str(e164)
