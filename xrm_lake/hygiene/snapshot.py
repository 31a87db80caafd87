"""
Snapshots: how good the records are, measured as flows.

For each metric and type: how many records are in a bad state (`num`) of how many (`den`), how many of them were not in it
at the snapshot before (`at_risk`), how many of these are now (`entered`), and how many are no more (`left_`). So for the
five problems, at any two snapshots, num now = num before + entered - left_. A share alone counts the same records every
week, so that its trend cannot be told from chance; a flow can be tested.
"""

from datetime import date, datetime, timedelta

import polars as pl

from xrm_lake.errors import InvalidValue
from xrm_lake.governance.sight import sees_people
from xrm_lake.hygiene.check import run_checks
from xrm_lake.hygiene.judged import judge_conditions, judge_values
from xrm_lake.hygiene.kept_trends import keep_trends
from xrm_lake.hygiene.measured import Before, looked_at, measure
from xrm_lake.model.metrics import version_of
from xrm_lake.model.progress import Progress, quiet
from xrm_lake.model.results import Snapshot
from xrm_lake.store.as_of import state_now
from xrm_lake.store.lake import Lake
from xrm_lake.store.write import Batch

WINDOW = timedelta(days=7)


def take_snapshot(
    lake: Lake, *, as_of: date | None = None, by: str | None = None, progress: Progress = quiet
) -> Snapshot:
    """
    Check all types, measure the five problems and the decay signals as of a day, and keep the figures and their trends for ever.

    The scope of a measure is a type's name, or `all`; by `split` (field, source, owner, arrival) it is told of a `part` of the type too. A
    record that was merged since is the one that stands for it; `left_` holds what recovered, was deleted, or was merged with
    another. `entered`, `left_` and `at_risk` of a problem are null in the first snapshot, and in the first after the rule of its
    metric has changed. Figures of owners are told as in `list_measures`.
    What is new began after the last snapshot of an earlier day, or in the last seven days.
    Raises InvalidValue for a day before that of the last snapshot: what entered is told from the one before.
    """
    types = list(lake.catalog.active_types)
    conditions = judge_conditions(state_now(lake, as_of or lake.clock().date()), types)
    with lake.write("snapshot", by=by) as batch:
        day = as_of or batch.at.date()
        last, since = _before(batch, day)
        state = state_now(batch, day)
        counts = run_checks(batch, state, types, judge_values(state, types, conditions), progress=progress)
        filled = [item for item in types if item.name in set(counts["type"])]
        batch.execute("create or replace temp table before_ as from measure_state")
        before = Before(since, _last_moment(batch), None if last is None else changed_rules(batch, last))
        measures = measure(batch, state, filled, looked_at(counts), before)
        keep_state(batch, batch.id)
        keep_measures(batch, batch.id, day, measures)
        keep_trends(batch, batch.id, day)
        shown = measures if sees_people(lake) else measures.filter(pl.col("split") != "owner")
        return Snapshot(batch.id, day, shown)


def keep_measures(batch: Batch, snapshot_id: int, day: date, measures: pl.DataFrame) -> None:
    """Add a snapshot and its figures, each with the version of its rule."""
    batch.execute(
        "insert into snapshot values ($snapshot_id, $taken_at, $as_of, $id)",
        snapshot_id=snapshot_id, taken_at=batch.at, as_of=day, id=batch.id,
    )  # fmt: skip
    versions = {name: version_of(name) for name in measures["metric"].unique()}
    told = pl.col("metric").replace_strict(versions, return_dtype=pl.Int32, default=1)
    batch.append("measure", measures.with_columns(version=told, snapshot_id=pl.lit(snapshot_id, dtype=pl.Int64)))


def keep_state(batch: Batch, snapshot_id: int) -> None:
    """Remember which records are bad now, each with the snapshot since which it is: what the next one is told from."""
    batch.execute("delete from measure_state")
    batch.execute(
        """
        insert into measure_state
        select b.metric, b.id, coalesce(w.since_snapshot, $snapshot_id)
        from bad_ b left join was_ w on w.metric = b.metric and w.id = b.id order by b.metric, b.id
        """,
        snapshot_id=snapshot_id,
    )


def changed_rules(batch: Batch, last: date) -> frozenset[str]:
    """The metrics that were measured by another version of their rule in the last snapshot as of that day."""
    rows = batch.query(
        "select distinct metric, version from measure where snapshot_id = (select max(snapshot_id) from snapshot where as_of = $last)",
        last=last,
    ).rows()
    return frozenset(name for name, version in rows if version != version_of(name))


def list_measures(
    lake: Lake, *, metric: str | None = None, scope: str | None = None, split: str | None = ""
) -> pl.DataFrame:
    """
    All measures taken so far, oldest first: as_of, snapshot_id, metric, version, scope, split, part, num, den, at_risk, entered, left_.

    Without a split unless one is named (field, source, owner, arrival; None: all). Figures of owners (`part` is the id of the owner's record)
    are told to those alone who may see figures about persons.
    """
    found = lake.query(
        """
        select s.as_of, m.snapshot_id, m.metric, m.version, m.scope, m.split, m.part, m.num, m.den, m.at_risk, m.entered, m.left_
        from measure m join snapshot s on s.snapshot_id = m.snapshot_id
        where ($metric::varchar is null or m.metric = $metric) and ($scope::varchar is null or m.scope = $scope)
          and ($split::varchar is null or m.split = $split)
        order by s.as_of, m.snapshot_id, m.metric, m.scope, m.split, m.part
        """,
        metric=metric,
        scope=scope,
        split=split,
    ).frame()
    return found if sees_people(lake) else found.filter(pl.col("split") != "owner")


def _last_moment(batch: Batch) -> datetime | None:
    """What the last snapshot saw: as of its own day what was there at its moment, as of another day what was there when that was over."""
    found: datetime | None = batch.query(
        "select max_by(if(taken_at::date = as_of, taken_at, as_of + interval 1 day), snapshot_id) from snapshot"
    ).value()
    return found


def _before(batch: Batch, day: date) -> tuple[date | None, date]:
    """The day of the last snapshot, if there is one, and the day after which things are new."""
    row = batch.query(
        "select max(as_of) as last, max(as_of) filter (where as_of < $day) as since from snapshot", day=day
    )
    last, since = row.rows()[0]
    if last is not None and last > day:
        raise InvalidValue(
            f"A snapshot as of {day} cannot be taken any more: there is one as of {last}, and each tells what changed since"
            f" the one before. Nothing was changed. Take it as of {last} or later; what was before the first is told by a backfill."
        )
    return last, since or day - WINDOW
