"""
The weekly run: match what is new, look for fixes, check and measure, report; what one puts into a timetable.

On one day it does its work once: run again, it takes a snapshot anew only if something was written since.
"""

from dataclasses import dataclass
from datetime import date

import polars as pl

from xrm_lake.errors import Misuse
from xrm_lake.hygiene.fixes.propose import propose_fixes
from xrm_lake.hygiene.match_new import match_new
from xrm_lake.hygiene.snapshot import take_snapshot
from xrm_lake.model.progress import Progress, quiet
from xrm_lake.reports.build import build_report
from xrm_lake.reports.page import Page
from xrm_lake.store.lake import Lake

MATCHED = ("person", "organisation")
BAD = ("alert", "worse")
# What the run itself leaves in the ledger, and what changes no record.
_OWN = ("snapshot", "match", "propose", "check", "backup")


@dataclass(frozen=True)
class WeeklyRun:
    """
    What a weekly run gave: its page, and the snapshot it tells of (`is_new` if this run took it).

    `alerts` are the figures that get worse (metric, scope, state, sentence), the worst first; `matched` how many records were matched.
    """

    page: Page
    snapshot_id: int
    as_of: date
    is_new: bool
    matched: int
    alerts: pl.DataFrame

    @property
    def is_calm(self) -> bool:
        """Does no figure get worse?"""
        return self.alerts.is_empty()


def run_weekly(
    lake: Lake, *, as_of: date | None = None, match: bool = True, owners: bool = False, by: str | None = None,
    progress: Progress = quiet,
) -> WeeklyRun:  # fmt: skip
    """
    Match what is new, look for fixes, take a snapshot and build the weekly report of a day (today, unless told otherwise).

    Without `match` duplicates stay as they were found last. The page is one to pass on: figures by owner are in it only with `owners`,
    and only for a user who may see figures about persons. A second run on a day takes no second snapshot unless something was written
    in between. Raises as `take_snapshot`.
    """
    day = as_of or lake.clock().date()
    taken = _taken(lake, day)
    matched = 0
    if taken is None:
        matched = _match(lake, by, progress) if match else 0
        propose_fixes(lake, by=by, progress=progress)
        snapshot_id = take_snapshot(lake, as_of=day, by=by, progress=progress).snapshot_id
    else:
        snapshot_id = taken
    page = build_report(lake, "weekly", as_of=day, owners="yes" if owners else "no")
    return WeeklyRun(page, snapshot_id, day, taken is None, matched, _alerts(lake, snapshot_id))


def _taken(lake: Lake, day: date) -> int | None:
    """The last snapshot, if it is as of that day and nothing was written since."""
    found: int | None = lake.query(
        """
        with last as (select snapshot_id, as_of, batch_id from snapshot order by as_of desc, snapshot_id desc limit 1)
        select snapshot_id from last where as_of = $day and not exists (
            select 1 from batch b where b.batch_id > last.batch_id and not list_contains($own, b.kind)
        )
        """,
        day=day,
        own=list(_OWN),
    ).value()
    return found


def _match(lake: Lake, by: str | None, progress: Progress) -> int:
    filled = set(lake.query("select distinct type from entity where deleted_at is null").column())
    count = 0
    for item in lake.catalog.active_types:
        if item.name in MATCHED and item.name in filled:
            try:
                count += match_new(lake, item.name, by=by, progress=progress).records
            except Misuse as problem:
                # A lake whose people have no name, mail or phone has nothing to match by; the report says it was not done.
                progress(str(problem), 0, None)
    return count


def _alerts(lake: Lake, snapshot_id: int) -> pl.DataFrame:
    return lake.query(
        """
        select metric, scope, state, sentence from trend where snapshot_id = $id and list_contains($bad, state)
        order by state, scope <> 'all', metric, scope
        """,
        id=snapshot_id,
        bad=list(BAD),
    ).frame()
