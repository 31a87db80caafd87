"""
Adoption: how far the systems that records come from are used, as far as a lake can know it.

Source: quality.md §2.5. Of licences, logins, devices and views of reports no lake knows anything; that is said.
"""

from datetime import date

import polars as pl

from xrm_lake.history.lifetime import HAPPENED, is_open_sql, moments
from xrm_lake.history.moment import state_of
from xrm_lake.hygiene.decay.figure import TOO_FEW
from xrm_lake.hygiene.decay.inactive import meetings_sql
from xrm_lake.hygiene.shadow.dark_owners import DAYS, activities
from xrm_lake.hygiene.stakes import pipelines
from xrm_lake.model.metrics import FEWEST
from xrm_lake.store.as_of import State
from xrm_lake.store.lake import Lake

WEEKS = 13
ADOPTION = pl.Schema(
    {"measure": pl.String(), "value": pl.Float64(), "num": pl.Float64(), "den": pl.Float64(), "verdict": pl.String()}
)
_Row = tuple[str, float | None, float | None, float | None, str]


def adoption(lake: Lake, *, as_of: date | None = None) -> pl.DataFrame:
    """
    The measures of adoption as of a day, today unless told (frame ADOPTION), over all people together.

    Returns measure, value, the num of den it was counted from (of fewer than 30 records no share), and the verdict; a value that cannot be
    told is null. Raises InvalidValue for a day to come.
    """
    with state_of(lake, as_of) as state:
        worked = activities(state)
        rows = [_active(worked), _weeks(worked), *_coverage(state), _breadth(state), _delay(state)]
    rows.append(
        ("licences", None, None, None, "cannot be told: the lake has no licences, logins, devices or views of reports")
    )
    return pl.DataFrame(rows, schema=ADOPTION, orient="row")


def _active(worked: pl.DataFrame) -> _Row:
    """Owners with an activity in 7 days / owners with any activity."""
    owners = worked["owner"].n_unique()
    if not owners:
        return ("weekly_active", None, None, None, "cannot be told: no activity has an owner or a deal")
    active = worked.filter(pl.col("days") < 7)["owner"].n_unique()
    value = active / owners if owners >= FEWEST else None
    return ("weekly_active", value, active, owners, f"{active} of {owners} owners had an activity in 7 days")


def _weeks(worked: pl.DataFrame) -> _Row:
    """The median, over owners with any activity, of the weeks of the last 13 in which they had one."""
    if worked.is_empty():
        return ("weeks_active", None, None, None, "cannot be told: no activity has an owner or a deal")
    recent = pl.when(pl.col("days") < 7 * WEEKS).then(pl.col("days") // 7)
    weeks = worked.group_by("owner").agg(recent.drop_nulls().n_unique().alias("weeks"))
    median = float(weeks["weeks"].median() or 0)  # type: ignore[arg-type]
    return (
        "weeks_active",
        median,
        None,
        weeks.height,
        f"half of the owners were active in {median:g} of {WEEKS} weeks or more",
    )


def _coverage(state: State) -> list[_Row]:
    """Open records of pipelines with an activity in 21 days / open ones."""
    rows: list[_Row] = []
    for item, _ in pipelines(state.catalog):
        n, met = state.query(
            f"""
            with open_ as (select r.id from {state.records(item.name)} r where r.live and {is_open_sql(item, "r")}),
            met as (
                select id from ({meetings_sql(state)})
                where happened >= $as_of::date - to_days({DAYS - 1}) and happened < $as_of::date + interval 1 day
            )
            select count(*), count(*) filter (where id in (select id from met)) from open_
            """,
            as_of=state.day,
        ).rows()[0]
        told = n >= FEWEST
        words = f"{met:,} of {n:,} open records of {item.plural} had an activity in {DAYS} days" if told else TOO_FEW
        rows.append(("coverage", met / n if told else None, met, n, words))
    return rows


def _breadth(state: State) -> _Row:
    """Types in use that have a record / types in use."""
    types = [item.name for item in state.catalog.active_types]
    used = state.query(
        f"select count(distinct type) from {state.entity} where deleted_at is null and type in (select unnest($types::varchar[]))",
        types=types,
    ).value()
    return (
        "breadth",
        used / len(types) if types else None,
        used,
        len(types),
        f"{used} of {len(types)} types have records",
    )


def _delay(state: State) -> _Row:
    """The median days from what happened to when a person entered it here; what came by import is not counted."""
    parts = [
        f"select date_diff('minute', r.{HAPPENED}::timestamp, e.created_at) / 1440 as days from {state.records(item.name)} r"
        f" join {state.entity} e on e.id = r.id join {state.batch} b on b.batch_id = e.batch_id and b.kind = 'edit' where r.live"
        for item in state.catalog.active_types
        if moments(item, [HAPPENED])
    ]
    n, median = (0, None)
    if parts:
        n, median = state.query(f"select count(days), median(days)::double from ({' union all '.join(parts)})").rows()[
            0
        ]
    if n < FEWEST:
        return ("delay_days", None, None, n, f"cannot be told: {n} activities were entered here by people")
    return ("delay_days", median, None, n, f"half of what happened was entered within {median:.1f} days")
