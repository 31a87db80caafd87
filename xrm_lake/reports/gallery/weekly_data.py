"""The figures of the weekly report, read from the snapshots and from what the last check found."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from xrm_lake.governance.sight import sees_people
from xrm_lake.model.metrics import METRICS
from xrm_lake.reports.gallery.weekly_changes import Changes, read_changes
from xrm_lake.reports.gallery.weekly_faults import WORST, actions, worst
from xrm_lake.reports.gallery.weekly_pipeline import pipeline_lines
from xrm_lake.reports.gallery.weekly_todo import MOST, todo
from xrm_lake.reports.gallery.wording import counted, verb
from xrm_lake.reports.page import Table
from xrm_lake.store.lake import Lake
from xrm_lake.store.open_value import OpenValue, open_value

Measured = dict[str, tuple[float, float]]
PAST = 26


@dataclass(frozen=True)
class Told:
    """What the rules told of a metric and scope at the snapshot: its state, direction (1 worse, -1 better) and a sentence."""

    metric: str
    scope: str
    state: str
    direction: int
    sentence: str


@dataclass(frozen=True)
class Week:
    """
    What the report says; `as_of` is None if nothing was measured. Measures are (num, den) by metric over all types.

    `now` is the last snapshot of that day, `then` the last one of an earlier day; `past` holds one of each day, oldest first.
    """

    as_of: date | None
    before: date | None
    records: int
    types: int
    now: Measured
    then: Measured
    past: tuple[Measured, ...]
    changes: Changes
    trends: tuple[Told, ...]
    pipelines: tuple[str, ...]
    actions: pl.DataFrame
    worst: pl.DataFrame
    todo: Table
    value: OpenValue
    caveats: tuple[str, ...]


def read_week(lake: Lake, as_of: date, *, owners: bool) -> Week:
    """All figures as of the last snapshot of that day or before."""
    taken = lake.query(
        """
        select max(snapshot_id) as snapshot_id, as_of from snapshot where as_of <= $as_of
        group by as_of order by as_of desc limit $most
        """,
        as_of=as_of,
        most=PAST,
    ).rows()
    measured = [_measures(lake, snapshot_id) for snapshot_id, _ in taken]
    counts = lake.query(
        "select count(*) as n, count(distinct type) as types from entity where deleted_at is null and golden_id is null"
    ).rows()[0]
    value = open_value(lake, lake.catalog)
    worst_first = worst(lake, value, most=MOST)
    now, then = (taken[place][0] if len(taken) > place else None for place in (0, 1))
    before = taken[1][1] if len(taken) > 1 else None
    return Week(
        as_of=taken[0][1] if taken else None,
        before=before,
        records=counts[0],
        types=counts[1],
        now=measured[0] if measured else {},
        then=measured[1] if len(measured) > 1 else {},
        past=tuple(reversed(measured)),
        changes=read_changes(lake, now, then, owners=owners and sees_people(lake)),
        trends=_trends(lake, now) if now is not None else (),
        pipelines=pipeline_lines(lake, before),
        actions=actions(lake, then),
        worst=worst_first.head(WORST),
        todo=todo(lake, worst_first),
        value=value,
        caveats=tuple(_caveats(lake, value)),
    )


def _measures(lake: Lake, snapshot_id: int) -> Measured:
    rows = lake.query(
        "select metric, num, den from measure where snapshot_id = $id and scope = 'all' and split = ''", id=snapshot_id
    ).rows()
    return {name: (num or 0.0, den or 0.0) for name, num, den in rows}


def _trends(lake: Lake, snapshot_id: int) -> tuple[Told, ...]:
    """What was told of each metric over all types, and of those types that are told otherwise, the worst first."""
    rows = lake.query(
        """
        select metric, scope, state, direction, sentence from trend where snapshot_id = $id
        order by list_position(['alert', 'worse', 'watch', 'better'], state) nulls last, scope <> 'all',
                 list_position($metrics, metric), scope
        """,
        id=snapshot_id,
        metrics=[item.name for item in METRICS],
    ).rows()
    return tuple(Told(*row) for row in rows)


def _caveats(lake: Lake, value: OpenValue) -> list[str]:
    found = []
    waiting = lake.query("select count(*) from pending_link where resolved_id is null").value()
    if waiting:
        found.append(
            f"{counted(waiting, 'link', 'links')} of imports {verb(waiting, 'waits for its', 'wait for their')} other end:"
            " it is not known, or there are several."
        )
    if value.others:
        found.append(
            f"Open value is in {value.currency or 'no currency'} only: {counted(value.others, 'open record', 'open records')}"
            f" in other currencies {verb(value.others, 'is', 'are')} not in it."
        )
    matched = set(lake.query("select source from batch where kind = 'match' union select type from match").column())
    filled = set(lake.query("select distinct type from entity where deleted_at is null").column())
    unmatched = [
        item.plural.lower()
        for item in lake.catalog.active_types
        if item.name in {"person", "organisation"} & filled - matched
    ]
    if unmatched:
        found.append(f"Duplicates among {' and '.join(unmatched)} were not looked for yet: run `xrm match`.")
    return found
