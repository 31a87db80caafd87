"""
Snapshots: how good the records are, measured as flows.

For each metric and type: how many records are in a bad state (`num`) of how many (`den`), how many of them were not in it
at the snapshot before (`at_risk`), how many of these are now (`entered`), and how many are no more (`left_`). So for the
five problems, at any two snapshots, num now = num before + entered - left_. A share alone counts the same records every
week, so that its trend cannot be told from chance; a flow can be tested.
"""

from datetime import date, timedelta

import polars as pl

from xrm_lake.errors import InvalidValue
from xrm_lake.hygiene.arrivals import split_by_arrival
from xrm_lake.hygiene.check import run_checks
from xrm_lake.hygiene.judged import judge_values
from xrm_lake.hygiene.signals import FIGURES, SIGNALS
from xrm_lake.model.progress import Progress, quiet
from xrm_lake.model.results import Snapshot
from xrm_lake.store.lake import Lake
from xrm_lake.store.write import Batch

ALL = "all"
WINDOW = timedelta(days=7)


def take_snapshot(
    lake: Lake, *, as_of: date | None = None, by: str | None = None, progress: Progress = quiet
) -> Snapshot:
    """
    Check all types, measure the five problems and the decay signals as of a day, and keep the figures for ever.

    The scope of a measure is a type's name, or `all`. A record that was merged since is the one that stands for it; `left_`
    holds what recovered, was deleted, or was merged with another. `entered`, `left_` and `at_risk` of a problem are null in the
    first snapshot. What is new began after the last snapshot of an earlier day, or in the last seven days.
    Raises InvalidValue for a day before that of the last snapshot: what entered is told from the one before.
    """
    types = list(lake.catalog.active_types)
    judged = judge_values(lake, types)
    with lake.write("snapshot", by=by) as batch:
        day = as_of or batch.at.date()
        last, since = _before(batch, day)
        counts = run_checks(batch, types, judged, day, progress=progress)
        filled = [item for item in types if item.name in set(counts["type"])]
        problems = _problems(batch, counts, is_first=last is None)
        measures = pl.concat([problems, *(signal.measure(batch, filled, day, since) for signal in SIGNALS)])
        measures = _with_totals(measures)
        arrivals = _with_totals(split_by_arrival(batch, problems))
        _remember_state(batch)
        batch.execute(
            "insert into snapshot values ($id, $taken_at, $as_of, $id)", id=batch.id, taken_at=batch.at, as_of=day
        )
        for part in (measures, arrivals):
            batch.append("measure", part.with_columns(snapshot_id=pl.lit(batch.id, dtype=pl.Int64)))
        return Snapshot(batch.id, day, measures)


def list_measures(lake: Lake, *, metric: str | None = None, scope: str | None = None) -> pl.DataFrame:
    """All measures taken so far, oldest first: as_of, snapshot_id, metric, scope, num, den, at_risk, entered, left_."""
    return lake.query(
        """
        select s.as_of, m.snapshot_id, m.metric, m.scope, m.num, m.den, m.at_risk, m.entered, m.left_
        from measure m join snapshot s on s.snapshot_id = m.snapshot_id
        where m.split = '' and ($metric::varchar is null or m.metric = $metric) and ($scope::varchar is null or m.scope = $scope)
        order by m.snapshot_id, m.metric, m.scope
        """,
        metric=metric,
        scope=scope,
    ).frame()


def _before(batch: Batch, day: date) -> tuple[date | None, date]:
    """The day of the last snapshot, if there is one, and the day after which things are new."""
    row = batch.query(
        "select max(as_of) as last, max(as_of) filter (where as_of < $day) as since from snapshot", day=day
    )
    last, since = row.rows()[0]
    if last is not None and last > day:
        raise InvalidValue(
            f"A snapshot as of {day} cannot be taken any more: there is one as of {last}, and each tells what changed since"
            f" the one before. Nothing was changed. Take it as of {last} or later."
        )
    return last, since or day - WINDOW


def _problems(batch: Batch, counts: pl.DataFrame, *, is_first: bool) -> pl.DataFrame:
    """One row for each problem and type that has checks for it, or had faults before: what stands now against then."""
    batch.execute(_BAD)
    batch.execute(_WAS)
    looked = counts.filter("measured").group_by("problem", "type").agg(den=pl.col("checked").max())
    with batch.frame("looked_", looked):
        found = batch.query(_FLOWS).frame()
    if is_first:
        found = found.with_columns(pl.lit(None, dtype=pl.Float64).alias(name) for name in FIGURES[2:])
    return found


# A record is incomplete if a required field is missing, or more than half of its expected ones.
_BAD = """
    create or replace temp table bad_ as
    with expected as (
        select type, count(*) as fields from checks_ where check_name = 'expected_missing' group by type
    )
    select c.problem as metric, c.type, f.id
    from flagged_ f join checks_ c on c.place = f.place left join expected x on x.type = c.type
    left join exempt_ n on n.id = f.id
    where c.measured group by c.problem, c.type, f.id, x.fields, n.fields
    having c.problem <> 'incomplete' or bool_or(c.severity = 'error')
        or count(*) filter (where c.check_name = 'expected_missing') > (x.fields - coalesce(n.fields, 0)) / 2
"""

# Who was bad then, each under the id that stands for it now: a golden record, or its oldest member if that is no more.
_WAS = """
    create or replace temp table was_ as
    select s.metric, coalesce(e.type, m.type) as type, s.since_snapshot,
           coalesce(e.golden_id, e.id, m.golden_id, m.id) as id
    from measure_state s left join entity e on e.id = s.entity_id left join entity m on m.id = s.entity_id - 1
"""

_FLOWS = """
    with now_bad as (
        select b.metric, b.type, count(*) as num, count(*) filter (where w.id is null) as entered
        from bad_ b left join (select distinct metric, id from was_) w on w.metric = b.metric and w.id = b.id
        group by b.metric, b.type
    ), was_bad as (
        select w.metric, w.type, count(*) as before,
               count(distinct w.id) filter (
                   where if(w.metric = 'stale', l.id is not null, e.golden_id is null and e.deleted_at is null)
               ) as standing
        from was_ w join entity e on e.id = w.id left join life_ l on l.id = w.id group by w.metric, w.type
    )
    select coalesce(l.problem, w.metric) as metric, coalesce(l.type, w.type) as scope,
           coalesce(n.num, 0)::double as num, coalesce(l.den, 0)::double as den,
           greatest(coalesce(l.den, 0) - coalesce(w.standing, 0), 0)::double as at_risk,
           coalesce(n.entered, 0)::double as entered,
           (coalesce(w.before, 0) - coalesce(n.num, 0) + coalesce(n.entered, 0))::double as left_
    from looked_ l full join was_bad w on w.metric = l.problem and w.type = l.type
    left join now_bad n on n.metric = l.problem and n.type = l.type
    order by 1, 2
"""


def _remember_state(batch: Batch) -> None:
    """Which records are bad now, each with the snapshot since which it is."""
    batch.execute("delete from measure_state")
    batch.execute(
        """
        insert into measure_state
        select b.metric, b.id, coalesce(min(w.since_snapshot), $snapshot_id)
        from bad_ b left join was_ w on w.metric = b.metric and w.id = b.id
        group by b.metric, b.id order by b.metric, b.id
        """,
        snapshot_id=batch.id,
    )


def _with_totals(measures: pl.DataFrame) -> pl.DataFrame:
    keys = [name for name in ("metric", "split", "part") if name in measures.columns]
    measured = measures.select(*keys, "scope", *(pl.col(name).cast(pl.Float64) for name in FIGURES))
    # A sum over nothing measured is not nought.
    sums = [pl.when(pl.col(name).is_not_null().any()).then(pl.col(name).sum()).alias(name) for name in FIGURES]
    totals = measured.group_by(keys, maintain_order=True).agg(*sums).with_columns(scope=pl.lit(ALL))
    return pl.concat([measured, totals.select(measured.columns)])
