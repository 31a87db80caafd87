"""Freshness: when each source last delivered, how often it does, whether it is late, and how much of it was rejected."""

import polars as pl

from xrm_lake.errors import InvalidValue, UnknownName
from xrm_lake.store.lake import Lake
from xrm_lake.store.settings import set_setting, settings_of
from xrm_lake.store.write import Batch

RHYTHM = "rhythm."
FRESHNESS = pl.Schema(
    {
        "source": pl.String(), "last_import": pl.Datetime("us"), "deliveries": pl.Int64(), "every_days": pl.Float64(), "rhythm": pl.String(),
        "due_at": pl.Datetime("us"), "late": pl.Boolean(), "error_rate": pl.Float64(),
    }
)  # fmt: skip
# Two gaps tell a rhythm; a delivery is late when half of one more has passed, for no weekday is like the other.
_FEWEST_GAPS, _SLACK, _RECENT = 2, 1.5, 5


def freshness(lake: Lake) -> pl.DataFrame:
    """
    How fresh each source is that was ever imported, by name (frame FRESHNESS).

    `last_import` (UTC) and `deliveries` (days on which something came) count imports that were not undone. `every_days` is the
    `rhythm`: `declared` by a person or a preset, or `learned` as the median of the days between deliveries (three at least), else null.
    At `due_at` the next one is late: a declared rhythm after the last, or one and a half of a learned one. `error_rate` (0..1) is the
    share of rows rejected in the last five deliveries.
    """
    declared = {name: float(days) for name, days in settings_of(lake, RHYTHM).items()}
    found = lake.query(
        """
        with delivery as (
            select source, made_at::date as day, max(made_at) as made_at, sum(rows_read) as rows_read, sum(rows_rejected) as rejected
            from batch where kind = 'import' and undone_by is null and source is not null and rows_read is not null group by all
        ), gap as (
            select *, day - lag(day) over (partition by source order by day) as days,
                   row_number() over (partition by source order by day desc) as age from delivery
        )
        select source, max(made_at) as last_import, count(*) as deliveries, median(days)::double as learned, count(days) as gaps,
               (sum(rejected) filter (where age <= $recent) / nullif(sum(rows_read) filter (where age <= $recent), 0))::double as error_rate
        from gap group by source order by source
        """,
        recent=_RECENT,
    ).frame()
    told = pl.Series("told", [declared.get(name) for name in found["source"]], dtype=pl.Float64)
    learned = pl.when(pl.col("gaps") >= _FEWEST_GAPS).then("learned")
    late_after = pl.coalesce("told", learned * _SLACK)
    return (
        found.with_columns(told)
        .with_columns(
            every_days=pl.coalesce("told", learned),
            rhythm=pl.when(pl.col("told").is_not_null())
            .then(pl.lit("declared"))
            .when(learned.is_not_null())
            .then(pl.lit("learned")),
            due_at=pl.col("last_import") + pl.duration(microseconds=late_after * 86_400_000_000),
        )
        .with_columns(late=(pl.col("due_at") < lake.clock()))
        .select(list(FRESHNESS))
        .cast(FRESHNESS)
    )


def expect_source(lake: Lake, name: str, every_days: float | None, *, by: str | None = None) -> int:
    """
    Say how often a source delivers, in days; None lets the rhythm be learned again; gives the batch.

    Raises UnknownName for a source that nothing was imported from, InvalidValue for days that are none.
    """
    known = freshness(lake)["source"].to_list()
    if name not in known:
        raise UnknownName("source", name, known)
    if every_days is not None and not 0 < every_days < 36_600:
        raise InvalidValue("A rhythm is a number of days above 0. Nothing was changed.")
    with lake.write("model", by=by, source=name) as batch:
        batch.totals["note"] = f"rhythm of source {name}: " + (
            f"every {every_days:g} days" if every_days else "as learned"
        )
        declare_rhythm(batch, name, every_days)
        return batch.id


def declare_rhythm(batch: Batch, source: str, every_days: float | None) -> None:
    """Remember how often a source delivers; None forgets it."""
    set_setting(batch, RHYTHM + source, None if every_days is None else repr(float(every_days)))
