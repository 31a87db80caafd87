"""
Snapshots: how good the records are, measured as flows.

For each metric and type: how many records are in a bad state (`num`) of how many (`den`), how many of those that were
good before could have become bad (`at_risk`), did (`entered`), and how many recovered or went (`left_`). A share alone
counts the same records every week, so that its trend cannot be told from chance; a flow can be tested.
"""

from datetime import date, timedelta

import polars as pl

from xrm_lake.hygiene.check import judge_values, run_checks
from xrm_lake.hygiene.signals import SIGNALS
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

    The scope of a measure is a type's name, or `all`. `entered`, `left_` and `at_risk` are null in the first
    snapshot; the window of what is new begins with the day of the snapshot before, or a week ago.
    """
    types = list(lake.catalog.active_types)
    judged = judge_values(lake, types)
    with lake.write("snapshot", by=by) as batch:
        day = as_of or batch.at.date()
        before = batch.query("select snapshot_id, as_of from snapshot order by snapshot_id desc limit 1").one()
        counts = run_checks(batch, types, judged, day, progress=progress)
        since = before["as_of"] if before and before["as_of"] < day else day - WINDOW
        measures = pl.concat([_problems(batch, counts), *(signal.measure(batch, day, since) for signal in SIGNALS)])
        measures = _with_totals(measures)
        _remember_state(batch, batch.id)
        batch.execute(
            "insert into snapshot values ($id, $taken_at, $as_of, $id)", id=batch.id, taken_at=batch.at, as_of=day
        )
        batch.append("measure", measures.with_columns(snapshot_id=pl.lit(batch.id, dtype=pl.Int64)))
        return Snapshot(batch.id, day, measures)


def list_measures(lake: Lake, *, metric: str | None = None, scope: str | None = None) -> pl.DataFrame:
    """All measures taken so far, oldest first: as_of, snapshot_id, metric, scope, num, den, at_risk, entered, left_."""
    return lake.query(
        """
        select s.as_of, m.snapshot_id, m.metric, m.scope, m.num, m.den, m.at_risk, m.entered, m.left_
        from measure m join snapshot s on s.snapshot_id = m.snapshot_id
        where ($metric::varchar is null or m.metric = $metric) and ($scope::varchar is null or m.scope = $scope)
        order by m.snapshot_id, m.metric, m.scope
        """,
        metric=metric,
        scope=scope,
    ).frame()


def _problems(batch: Batch, counts: pl.DataFrame) -> pl.DataFrame:
    """One row for each problem and type that has checks for it: what stands now against what stood before."""
    looked = counts.group_by("problem", "type").agg(den=pl.col("checked").max())
    first = not batch.query("select count(*) from snapshot").value()
    with batch.frame("looked", looked):
        found = batch.query(
            """
            with now_bad as (select problem, type, id from at_fault),
            was_bad as (
                select s.metric as problem, e.type, s.entity_id as id, e.deleted_at is null and e.golden_id is null as stands
                from measure_state s join entity e on e.id = s.entity_id
            )
            select l.problem as metric, l.type as scope,
                   (select count(*) from now_bad n where n.problem = l.problem and n.type = l.type)::double as num,
                   l.den::double as den,
                   l.den - (select count(*) from was_bad w where w.problem = l.problem and w.type = l.type and w.stands)::double as at_risk,
                   (select count(*) from now_bad n where n.problem = l.problem and n.type = l.type
                      and not exists (from was_bad w where w.problem = n.problem and w.id = n.id))::double as entered,
                   (select count(*) from was_bad w where w.problem = l.problem and w.type = l.type
                      and not exists (from now_bad n where n.problem = w.problem and n.id = w.id))::double as left_
            from looked l order by 1, 2
            """
        ).frame()
    if first:
        empty = pl.lit(None, dtype=pl.Float64)
        found = found.with_columns(at_risk=empty, entered=empty, left_=empty)
    return found


def _remember_state(batch: Batch, snapshot_id: int) -> None:
    """Which records are bad now, each with the snapshot since which it is."""
    batch.execute(
        """
        create or replace temp table next_state as
        select a.problem as metric, a.id as entity_id, coalesce(s.since_snapshot, $snapshot_id) as since_snapshot
        from (select distinct problem, id from at_fault) a
        left join measure_state s on s.metric = a.problem and s.entity_id = a.id
        """,
        snapshot_id=snapshot_id,
    )
    batch.execute("delete from measure_state")
    batch.execute("insert into measure_state select * from next_state order by metric, entity_id")
    batch.execute("drop table next_state")


def _with_totals(measures: pl.DataFrame) -> pl.DataFrame:
    figures = ("num", "den", "at_risk", "entered", "left_")
    measured = measures.select("metric", "scope", *(pl.col(name).cast(pl.Float64) for name in figures))
    # A sum over nothing measured is not nought.
    sums = [pl.when(pl.col(name).is_not_null().any()).then(pl.col(name).sum()).alias(name) for name in figures]
    totals = measured.group_by("metric", maintain_order=True).agg(*sums).with_columns(scope=pl.lit(ALL))
    return pl.concat([measured, totals.select(measured.columns)])
