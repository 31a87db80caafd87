"""
Dates as people and spreadsheets write them.

`03/04/2017` is two dates. Which of them, only the rest of its column can tell:
a value such as `25/04/2017` shows that the day comes first.
"""

import polars as pl

from .base import Options
from .month_names import months, without_weekday
from .tidy import derive, matches, mend

ISO = r"^\d{4}-\d{2}-\d{2}$"
_THREE = r"^(\d{1,4})([/\-. ])(\d{1,2})([/\-. ])(\d{1,4})\.?$"
_PLACES = ["a", "sep", "b", "sep2", "c"]
# A column whose values tell one order this often has some typing errors; below, it holds two orders.
_CLEAR_MAJORITY = 0.95

_YEAR = r"(\d{4}|['\u2019]?\d{2})"
_MONTH = r"([\p{L}\p{M}]+\.?)"
_DAY = r"(\d{1,2})(?:st|nd|rd|th|er|\u00ba|\u00aa|\.)?"
_GAP = r"[\s,./-]*(?:de[l]? |of |d['\u2019])?"
_WRITTEN = (
    (rf"(?i)^{_DAY}{_GAP}{_MONTH}{_GAP}{_YEAR}(?: ?г\.?| р\.?)?$", ("day", "month", "year")),
    (rf"(?i)^{_MONTH}{_GAP}{_DAY}[\s,./-]+{_YEAR}$", ("month", "day", "year")),
    (rf"(?i)^{_YEAR}{_GAP}{_MONTH}{_GAP}{_DAY}$", ("year", "month", "day")),
)
_EAST_ASIAN = r"^(\d{4}) ?[年년] ?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日일]$"


def infer_order(values: pl.Series) -> Options:
    """
    Which of day, month and year comes first in a column of tidied texts.

    `order` is `dmy`, `mdy`, `ymd`, `mixed` (values tell different orders: those that
    do not tell are left unread), or `ambiguous` (none tells: read as month first
    with slashes, else day first). `undecided` counts the values whose reading
    rests on it. Empty if no value is written in digits with an open order.
    """
    open_order = _open(_three(values))
    a, b, c = (pl.col(place).cast(pl.Int16) for place in ("a", "b", "c"))
    told = open_order.select(
        ymd=(a > 31).sum(),
        dmy=((a > 12) & (a <= 31) & (b <= 12)).sum(),
        mdy=((b > 12) & (b <= 31) & (a <= 12)).sum(),
        undecided=((a <= 12) & (b <= 12) & (a != b)).sum(),
        dots=((a <= 12) & (b <= 12) & (pl.col("sep") == ".")).sum(),
        all=c.len(),
    ).row(0, named=True)
    if not told["all"]:
        return {}
    counts = {order: told[order] for order in ("dmy", "mdy", "ymd")}
    best = max(counts, key=lambda order: counts[order])
    if counts[best]:
        order = best if counts[best] >= _CLEAR_MAJORITY * sum(counts.values()) else "mixed"
    else:
        # With dots the month never comes first.
        order = "dmy" if told["dots"] == told["all"] else "ambiguous"
    return {"order": order, "undecided": told["undecided"]}


def read_dates(values: pl.Series, options: Options) -> pl.Series:
    """
    The date of each tidied text; null where it is none.

    Without an `order` a value that may be two dates is none. Years of two digits
    are 1950 to 2049. A number of five digits is the day of a spreadsheet (option
    `serial_epoch` = 1904 for the old ones of the Mac). A week without its day is its Monday.
    """
    iso = derive(values, pl.when(pl.col("v").str.contains(ISO)).then(pl.col("v")))
    dates = iso.str.to_date("%Y-%m-%d", strict=False)
    for read in (_read_three, _read_compact, _read_written):
        left = dates.is_null() & values.is_not_null()
        if not left.any():
            break
        found = read(values.filter(left), options)
        dates = dates.scatter(left.arg_true(), found)
    return dates


def _three(values: pl.Series) -> pl.DataFrame:
    """The texts of three numbers with one separator: columns a, sep, b, sep2, c (text; null if not so written)."""
    spaced = pl.col("v").str.replace_all(r"([./-]) +", "$1")
    groups = spaced.str.extract_groups(_THREE).struct.rename_fields(_PLACES).alias("g")
    frame = values.to_frame("v").select(groups).unnest("g")
    same = pl.col("sep") == pl.col("sep2")
    return frame.select(pl.when(same).then(pl.col(place)).alias(place) for place in _PLACES)


def _open(three: pl.DataFrame) -> pl.DataFrame:
    """Those that do not begin with a year of four digits, and end with a year."""
    return three.filter((pl.col("a").str.len_chars() <= 2) & pl.col("c").str.len_chars().is_in([2, 4]))


def _read_three(values: pl.Series, options: Options) -> pl.Series:
    order = options.get("order")
    a, b, c = pl.col("a"), pl.col("b"), pl.col("c")
    first, second = a.cast(pl.Int16), b.cast(pl.Int16)
    if order in ("dmy", "mdy", "ymd"):
        chosen = pl.lit(order)
    else:
        fallback = pl.when(pl.col("sep") == "/").then(pl.lit("mdy")).otherwise(pl.lit("dmy"))
        dots = pl.when((pl.col("sep") == ".") | (first == second)).then(pl.lit("dmy"))
        chosen = (
            pl.when(first > 31).then(pl.lit("ymd"))
            .when(first > 12).then(pl.lit("dmy"))
            .when(second > 12).then(pl.lit("mdy"))
            .otherwise(fallback if order == "ambiguous" else dots if order is None else pl.lit(None))
        )  # fmt: skip
    chosen = pl.when(a.str.len_chars() == 4).then(pl.lit("ymd")).otherwise(chosen)
    year_last = c.str.len_chars().is_in([2, 4])
    ymd, mdy, dmy = (pl.col("o") == name for name in ("ymd", "mdy", "dmy"))
    year = pl.when(ymd).then(a).when(year_last).then(c)
    month = pl.when(mdy).then(a).otherwise(b)
    day = pl.when(ymd).then(c).when(mdy).then(b).when(dmy).then(a)
    frame = _three(values).with_columns(o=chosen)
    return _dates(frame.select(year=year, month=month, day=day))


def _read_compact(values: pl.Series, options: Options) -> pl.Series:
    """`20170301`, `2017-W09-3`, `2017年3月1日`, and the days of a spreadsheet."""
    text = pl.col("v")
    epoch = pl.date(1904, 1, 1) if options.get("serial_epoch") == 1904 else pl.date(1899, 12, 30)
    serial = pl.when(text.str.contains(r"^[1-9]\d{4}(?:[.,]\d+)?$")).then(text.str.slice(0, 5)).cast(pl.Int64)
    week = text.str.extract_groups(r"^(\d{4})-?W(\d{2})-?([1-7]?)$").struct
    day = pl.when(week[2] == "").then(pl.lit("1")).otherwise(week[2])
    eastern = text.str.extract_groups(_EAST_ASIAN).struct
    return (
        values.to_frame("v")
        .select(
            pl.coalesce(
                pl.when(text.str.contains(r"^(?:1[89]|2[01])\d{6}$")).then(text).str.to_date("%Y%m%d", strict=False),
                epoch + pl.duration(days=serial),
                pl.concat_str(week[0], week[1], day, separator=" ").str.to_date("%G %V %u", strict=False),
                pl.concat_str(eastern[0], eastern[1], eastern[2], separator="-").str.to_date("%Y-%m-%d", strict=False),
            ).alias(values.name)
        )
        .to_series()
    )


def _read_written(values: pl.Series, _: Options) -> pl.Series:
    """`1 March 2017`, `Mar 1, 2017`, `1. März 2017`, `1-Mar-17`, `Wed, 1 mars 2017`."""
    dates = pl.Series(values.name, [None] * len(values), dtype=pl.Date)
    lettered = matches(values, r"\p{L}")
    if not lettered.any():
        return dates
    texts = mend(values, lettered, without_weekday)
    for pattern, places in _WRITTEN:
        groups = texts.str.extract_groups(pattern).struct.unnest()
        parts = {place: groups[str(i + 1)] for i, place in enumerate(places)}
        parts["month"] = months(parts["month"])
        parts["year"] = parts["year"].str.strip_chars_start("'\u2019")
        dates = dates.zip_with(dates.is_not_null(), _dates(pl.DataFrame(parts)))
    return dates


def _dates(parts: pl.DataFrame) -> pl.Series:
    """Dates of the text columns year, month and day; null where there is no such day."""
    year = pl.col("year")
    century = pl.when(year >= "50").then(pl.lit("19")).otherwise(pl.lit("20"))
    full = pl.when(year.str.len_chars() == 2).then(century + year).when(year.str.len_chars() == 4).then(year)
    text = pl.concat_str(full, pl.col("month"), pl.col("day"), separator="-")
    return parts.select(text.str.to_date("%Y-%m-%d", strict=False)).to_series()
