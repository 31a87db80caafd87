"""Points in time, in UTC."""

import polars as pl

from .base import DEFAULTS, Options
from .date_text import infer_order, read_dates
from .text import Text
from .tidy import derive, judge, matches, mend, settle, tidy
from .time_text import split_time

_CANONICAL = r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(?:\.\d{1,6})?$"
_ISO = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d+)?Z?$"
_EPOCH = {"s": r"^\d{9,10}(?:\.\d+)?$", "ms": r"^\d{12,13}$"}


class Datetime(Text):
    """A point in time, such as `2017-03-01 10:00:00` (UTC)."""

    name = "datetime"
    duck_type = "timestamp"
    match_as = "date"

    def infer(self, values: pl.Series) -> Options:
        """
        As in `date_text.infer_order`, and `epoch` = `s` or `ms` if most values count from 1970.

        Never `zone`: no column tells in which zone its clocks stood. The caller must know.
        """
        raw = tidy(values)
        for unit, shape in _EPOCH.items():
            if (matches(raw, shape).sum() or 0) * 2 > raw.len() - raw.null_count():
                return {"epoch": unit}
        return infer_order(split_time(raw.filter(~matches(raw, _ISO).fill_null(True)))["day"])

    def clean(self, values: pl.Series, options: Options = DEFAULTS) -> pl.Series:
        """
        The point in time in UTC; microseconds only where there are some.

        The option `zone` (`Europe/Berlin`) says where clocks stood that name no zone; without it they are
        in UTC. A time that they showed twice in autumn is the first; one that they skipped in spring is read as if they
        had not been put forward. A date alone is its midnight. Other options as in `date_text.read_dates`.
        """
        raw = tidy(values)
        # Most files hold ISO, which needs no arithmetic.
        plain = _ISO if not options.get("zone") else _ISO.replace("Z?", "Z")
        read = mend(raw, matches(raw, plain), _respell)
        done = matches(raw, plain) & self.is_valid(read)
        read = settle(mend(raw, ~done, lambda rest: _read(rest, options)), read, done)
        return settle(raw, read, self.is_valid(read))

    def is_valid(self, values: pl.Series) -> pl.Series:
        """A point in time written `2017-03-01 10:00:00`, with up to six decimals that do not end in zero."""
        shaped = derive(values, pl.when(pl.col("v").str.contains(_CANONICAL)).then(pl.col("v").str.slice(0, 19)))
        exists = derive(shaped, pl.col("v").str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False).dt.year() >= 1)
        exists &= ~matches(values, r":60|\.\d*0$")
        return judge(values, exists)

    def mask(self, values: pl.Series) -> pl.Series:
        """The year only."""
        return derive(values, pl.col("v").str.replace(r"(?s)^(?:(\d{4})-)?.*$", "${1}***"))


def _respell(iso: pl.Series) -> pl.Series:
    return _short(derive(iso, pl.col("v").str.strip_suffix("Z").str.replace("T", " ", literal=True)))


def _short(points: pl.Series) -> pl.Series:
    """Without zeros at the end of the decimals of a second."""
    short = pl.col("v").str.replace(r"\.0+$", "").str.replace(r"(\.\d*?)0+$", "$1")
    return mend(points, matches(points, r"\.\d*0$"), lambda rest: derive(rest, short))


def _read(raw: pl.Series, options: Options) -> pl.Series:
    parts = split_time(raw)
    days = read_dates(parts["day"], options).cast(pl.Datetime("us"))
    share = derive(raw, pl.col("v").str.extract(r"^\d{5}[.,](\d+)$"))
    serial = ("0." + share.cast(pl.String)).cast(pl.Float64) * 86_400
    micros = serial.round(0).cast(pl.Int64) * 1_000_000
    frame = pl.DataFrame(
        {"day": days, "micros": micros.zip_with(micros.is_not_null(), parts["micros"]), "shift": parts["shift"]}
    )
    local = pl.col("day") + pl.duration(microseconds=pl.col("micros"))
    utc = local - pl.duration(minutes=pl.col("shift"))
    there = _from_zone(local, options["zone"]) if options.get("zone") else local
    points = frame.select(pl.when(pl.col("shift").is_null()).then(there).otherwise(utc)).to_series()
    if unit := options.get("epoch"):
        points = _from_epoch(raw, unit).zip_with(matches(raw, _EPOCH[unit]).fill_null(False), points)
    return _short(points.dt.to_string("%Y-%m-%d %H:%M:%S%.6f").rename(raw.name))


def _from_zone(local: pl.Expr, zone: str) -> pl.Expr:
    def utc(clock: pl.Expr) -> pl.Expr:
        placed = clock.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        return placed.dt.convert_time_zone("UTC").dt.replace_time_zone(None)

    hour = pl.duration(hours=1)
    return pl.coalesce(utc(local), utc(local - hour) + hour)


def _from_epoch(raw: pl.Series, unit: str) -> pl.Series:
    factor = {"s": 1_000_000, "ms": 1_000}[unit]
    counted = raw.cast(pl.Float64, strict=False) * factor
    return counted.round(0).cast(pl.Int64, strict=False).cast(pl.Datetime("us"))
