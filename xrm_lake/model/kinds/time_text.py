"""Times of day behind a date: `10:00`, `10:00:00.5`, `10.30 PM`, with `Z` or `+02:00`."""

import polars as pl

_TIME = (
    r"(?i)^(.+?)(?:T|,? +(?:at +|um +|à +)?)"
    r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)? ?([ap]\.?m\.?|uhr|h)? ?(Z|UTC|GMT|(?:UTC|GMT)?[+-]\d{2}(?::?\d{2})?)?$"
)
_PLACES = ["day", "hour", "minute", "second", "fraction", "half", "zone"]


def split_time(values: pl.Series) -> pl.DataFrame:
    """
    Each tidied text as columns day (text, as written) and micros (since midnight, Int64), shift (minutes
    that the zone written is ahead of UTC; null where none is written).

    Without a time of day, `day` is the whole text and micros is 0; with one that
    does not exist (25:00) both are null. `24:00` is the midnight after the day.
    """
    groups = pl.col("v").str.extract_groups(_TIME).struct.rename_fields(_PLACES).alias("g")
    frame = values.to_frame("v").with_columns(groups).unnest("g")
    hour, minute = pl.col("hour").cast(pl.Int64), pl.col("minute").cast(pl.Int64)
    second = pl.col("second").cast(pl.Int64).fill_null(0)
    micros = pl.col("fraction").fill_null("").str.slice(0, 6).str.pad_end(6, "0").cast(pl.Int64)
    half = pl.col("half").str.to_lowercase().str.slice(0, 1)
    hour = pl.when(half == "a").then(hour % 12).when(half == "p").then(hour % 12 + 12).otherwise(hour)
    total = ((hour * 60 + minute) * 60 + second) * 1_000_000 + micros
    exists = (minute < 60) & (second < 60) & (total <= 86_400_000_000)
    exists &= half.is_in(["a", "p"]).not_().fill_null(True) | pl.col("hour").cast(pl.Int64).is_between(1, 12)
    timed = pl.col("hour").is_not_null()
    return frame.select(
        day=pl.when(~timed).then(pl.col("v")).when(exists).then(pl.col("day")),
        micros=pl.when(~timed).then(pl.lit(0)).when(exists).then(total),
        shift=_shift(),
    )


def _shift() -> pl.Expr:
    zone = pl.col("zone").str.to_uppercase()
    digits = zone.str.extract(r"[+-](\d{2}:?\d{0,2})").str.replace(":", "", literal=True).str.pad_end(4, "0")
    minutes = digits.str.slice(0, 2).cast(pl.Int64) * 60 + digits.str.slice(2, 2).cast(pl.Int64)
    signed = pl.when(zone.str.contains("-", literal=True)).then(-minutes).otherwise(minutes)
    return pl.when(zone.is_in(["Z", "UTC", "GMT"])).then(pl.lit(0)).otherwise(signed)
