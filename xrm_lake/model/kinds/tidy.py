"""
The one place where characters are put in order, before any kind reads them.

Text comes out composed (NFC), without control and invisible characters, with
every kind of space as a plain one, and trimmed; what is empty then is null.
"""

from collections.abc import Callable

import polars as pl

HIDDEN = "***"

# Text of these characters with single spaces is in order already: the common case, found at a glance. All of
# them are visible and composed (NFC_Quick_Check is yes): ASCII, Latin, Greek and Cyrillic letters, kana, Han, Hangul.
_PLAIN = (
    r"[!-~\u00A1-\u00AC\u00AE-\u02FF\u0388-\u03FF\u0400-\u0481\u3041-\u3096\u30A1-\u30FF\u4E00-\u9FFF\uAC00-\uD7A3]+"
)
_SINGLE_LINE = rf"^{_PLAIN}(?: {_PLAIN})*$"
_MANY_LINES = rf"^{_PLAIN}(?:(?: |\n+){_PLAIN})*$"
# Byte order mark, soft hyphen, word joiners, marks of writing direction, fillers: they show nothing.
_INVISIBLE = (
    r"[\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180E\u200B\u200E\u200F\u202A-\u202E"
    r"\u2060-\u2064\u2066-\u206F\u3164\uFEFF\uFFA0]"
)
# Joiners carry meaning between Persian or Indian letters and in emoji, and none beside ASCII or an end.
_JOINERS = (r"(^|[\x00-\x7F])[\u200C\u200D]+", r"[\u200C\u200D]+([\x00-\x7F]|$)")


def tidy(values: pl.Series, *, lines: bool = False) -> pl.Series:
    """
    Each text with its characters in order; null where nothing is left.

    With `lines`, line breaks stay (as `\\n`); otherwise any run of white space
    becomes one space.
    """
    values = values.cast(pl.String)
    in_order = _MANY_LINES if lines else _SINGLE_LINE
    return mend(values, ~values.str.contains(in_order), _tidy_lines if lines else _tidy_line)


def mend(values: pl.Series, where: pl.Series, read: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """The values, with those where `where` is true read by `read`; for what is slow or rarely needed."""
    rows = where.fill_null(False).arg_true()
    if rows.is_empty():
        return values
    # scatter works in place.
    return values.clone().scatter(rows, read(values.gather(rows)))


def each(values: pl.Series, read: Callable[[str], str | None]) -> pl.Series:
    """Each value read by a plain function: what only a library can do."""
    return pl.Series(values.name, [None if v is None else read(v) for v in values.to_list()], dtype=pl.String)


def nothing(values: pl.Series) -> pl.Series:
    """As many nulls as there are values, as text."""
    return pl.Series(values.name, [None], dtype=pl.String).new_from_index(0, len(values))


def ask(values: pl.Series, known: pl.Series, judge_one: Callable[[str], bool]) -> pl.Series:
    """`known`, with the values for which it is false judged by a plain function: what only a library can do."""
    rows = (~known).fill_null(False).arg_true()
    if rows.is_empty():
        return known
    answers = [judge_one(value) for value in values.gather(rows).to_list()]
    return known.clone().scatter(rows, pl.Series(answers, dtype=pl.Boolean))


def derive(values: pl.Series, expr: pl.Expr) -> pl.Series:
    """The values put through an expression over `pl.col("v")`, under their own name."""
    return values.to_frame("v").select(expr.alias(values.name)).to_series()


def settle(raw: pl.Series, read: pl.Series, valid: pl.Series) -> pl.Series:
    """The reading where it is valid, and the raw text elsewhere."""
    return read.zip_with(valid.fill_null(False), raw).rename(raw.name)


def judge(values: pl.Series, valid: pl.Series) -> pl.Series:
    """The judgement of each value: what is not known to be valid is not; null where the value is null."""
    unknown = pl.Series([None], dtype=pl.Boolean)
    return valid.fill_null(False).zip_with(values.is_not_null(), unknown).rename(values.name)


def one_of(values: pl.Series, known: frozenset[str]) -> pl.Series:
    """Whether each value is one of `known`; null where null."""
    return judge(values, values.is_in(list(known)))


def matches(values: pl.Series, pattern: str) -> pl.Series:
    """Whether each value matches the pattern; null where null."""
    return values.str.contains(pattern)


def hide(values: pl.Series) -> pl.Series:
    """Each value as `***`; null where null."""
    return derive(values, pl.when(pl.col("v").is_not_null()).then(pl.lit(HIDDEN)))


def _tidy_line(values: pl.Series) -> pl.Series:
    shown = _visible(pl.col("v").str.replace_all(r"[\p{Z}\p{Cc}]+", " "))
    return derive(values, _null_if_empty(shown.str.replace_all(" {2,}", " ").str.strip_chars(" ")))


def _tidy_lines(values: pl.Series) -> pl.Series:
    text = pl.col("v").str.replace_all(r"\r\n?|[\u0085\u2028\u2029\x0B\x0C]", "\n")
    text = _visible(text.str.replace_all(r"[\p{Zs}\t]", " ").str.replace_all(r"[\x00-\x09\x0B-\x1F\x7F-\x9F]", ""))
    return derive(values, _null_if_empty(text.str.replace_all(r" +\n", "\n").str.strip_chars(" \n")))


def _visible(text: pl.Expr) -> pl.Expr:
    text = text.str.replace_all(_INVISIBLE, "")
    text = text.str.replace_all(_JOINERS[0], "$1").str.replace_all(_JOINERS[1], "$1")
    return text.str.normalize("NFC")


def _null_if_empty(text: pl.Expr) -> pl.Expr:
    return pl.when(text != "").then(text)
