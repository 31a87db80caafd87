"""Series: what was measured of one metric over all snapshots, as trends read it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from xrm_lake.hygiene.arrivals import NEW
from xrm_lake.hygiene.trend.flows import Numbers, Snapshots
from xrm_lake.model.metrics import PROBLEMS
from xrm_lake.store.settings import Reader

FIRST_SPAN = timedelta(days=7)
_KEYS = ["metric", "scope", "split", "part"]


@dataclass(frozen=True)
class Series:
    """
    One metric of one scope (a type's name, or `all`) over time, or one part of a split of it; `num` of `den` is how it stands in the
    last snapshot.
    """

    metric: str
    scope: str
    split: str
    part: str
    taken: Snapshots
    num: float
    den: float


def read_series(reader: Reader, as_of: date, *, splits: Collection[str] = ("",)) -> list[Series]:
    """
    All series that reach to the last snapshot of that day or before, by metric, scope, split and part; those of some splits.

    A series begins anew with each version of its metric: what was counted otherwise is not compared.
    """
    rows = reader.query(_MEASURED, as_of=as_of, splits=list(splits)).frame()
    if rows.is_empty():
        return []
    last = rows["last"][0]
    parts = rows.partition_by(_KEYS, maintain_order=True)
    return [_series(part) for part in parts if part["as_of"][-1] == last]


# Two snapshots of one day: a problem tells what entered since the one before, a signal what is new since the day before.
_MEASURED = """
    with taken as (
        select snapshot_id, as_of, max(as_of) over () as last,
               lag(as_of) over (order by as_of, snapshot_id) as before,
               max(as_of) over (order by as_of range between unbounded preceding and interval 1 day preceding) as day_before
        from snapshot where as_of <= $as_of
    ), kept as (
        select snapshot_id, metric, scope, coalesce(split, '') as split, coalesce(part, '') as part, num, den, at_risk, entered, left_,
               coalesce(version, 1) as version
        from measure where list_contains($splits, coalesce(split, ''))
    ), told as (
        from kept where split = '' or scope <> 'all'
        union all by name
        -- Parts are kept by type alone.
        select snapshot_id, metric, 'all' as scope, split, part, sum(num) as num, sum(den) as den, sum(at_risk) as at_risk,
               sum(entered) as entered, sum(left_) as left_, max(version) as version
        from kept where split <> '' and scope <> 'all' group by snapshot_id, metric, split, part
    )
    select m.metric, m.scope, m.split, m.part, t.as_of, t.last, t.before, t.day_before,
           m.num, m.den, m.at_risk, m.entered, m.left_, m.version
    from told m join taken t on t.snapshot_id = m.snapshot_id
    order by m.metric, m.scope, m.split, m.part, t.as_of, t.snapshot_id
"""


def _series(rows: pl.DataFrame) -> Series:
    head = rows.row(0, named=True)
    is_problem = head["metric"] in PROBLEMS
    if not is_problem:
        rows = rows.unique("as_of", keep="last", maintain_order=True)
    rows = _of_last_version(rows, drop_first=is_problem)
    began = rows["before" if is_problem else "day_before"].fill_null(rows["as_of"][0] - FIRST_SPAN)
    known = rows.filter(pl.col("entered").is_not_null())
    # What looks at new records only has nothing that could leave.
    of_new = head["part"] == NEW or (not known.is_empty() and known["left_"].is_null().all())
    num, den, at_risk, entered = (_numbers(rows[name]) for name in ("num", "den", "at_risk", "entered"))
    taken = Snapshots(_days(began), _days(rows["as_of"]), num, den, at_risk, entered, of_new=of_new)
    names = (head["metric"], head["scope"], head["split"], head["part"])
    return Series(*names, taken, float(rows["num"][-1] or 0), float(rows["den"][-1] or 0))


def _of_last_version(rows: pl.DataFrame, *, drop_first: bool) -> pl.DataFrame:
    """The rows of the last version of the metric. The first flow of a problem under a new rule tells of the rule, not of the records."""
    latest = rows.filter(pl.col("version") == rows["version"][-1])
    if latest.height == rows.height or not drop_first:
        return latest
    first = pl.int_range(pl.len()) == 0
    return latest.with_columns(pl.when(first).then(None).otherwise(pl.col("entered")).alias("entered"))


def _numbers(values: pl.Series) -> Numbers:
    return values.cast(pl.Float64).fill_null(float("nan")).to_numpy().astype(np.float64)


def _days(values: pl.Series) -> "np.ndarray[tuple[int], np.dtype[np.datetime64]]":
    return values.to_numpy().astype("datetime64[D]")
