"""Backfill: the snapshots that nobody took, worked out from the ledger as if they had been taken at the end of their day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import polars as pl

from xrm_lake.errors import InvalidValue
from xrm_lake.hygiene.check import find_faults
from xrm_lake.hygiene.judged import judge_conditions, judge_values
from xrm_lake.hygiene.measured import Before, looked_at, measure
from xrm_lake.hygiene.snapshot import WINDOW, changed_rules, keep_measures, keep_state
from xrm_lake.model.progress import Progress, quiet
from xrm_lake.store.as_of import State, state_as_of
from xrm_lake.store.lake import Lake
from xrm_lake.store.write import Batch

LEFT_OUT = pl.Schema({"as_of": pl.Date(), "metric": pl.String(), "scope": pl.String(), "reason": pl.String()})
_MATCHED = """
    select source from {batch} where kind = 'match' and source is not null
    union select m.type from match m join {batch} b on b.batch_id = m.run_id
"""
_GUESSED = "which pairs were open then is not kept: a match run takes the place of the one before"


@dataclass(frozen=True)
class Backfill:
    """Snapshots of past days that were worked out: their days and ids, and what is `left_out` of them: as_of, metric, scope, reason."""

    days: tuple[date, ...]
    snapshot_ids: tuple[int, ...]
    left_out: pl.DataFrame


def backfill(lake: Lake, since: date, *, every: int = 7, by: str | None = None, progress: Progress = quiet) -> Backfill:
    """
    Work out the snapshots of past days from the ledger: `since`, and each `every` days after it, up to the first that was taken.

    Each is what `take_snapshot` would have given at the end of that day (UTC), save for what the ledger cannot tell, which is left out
    with the reason, never made up: of types that were matched by then, duplicates and new duplicates. Snapshots that
    are there stay; days between backfilled ones are left out too, as flows tell what changed since the one before. Each day is a batch
    of its own, so a run that was stopped goes on where it was. Raises InvalidValue if there is no day to fill.
    """
    if every < 1:
        raise InvalidValue("A backfill goes on by one day or more. Nothing was changed.")
    days = list(_days(lake, since, every))
    if not days:
        raise InvalidValue(
            f"There is no day to fill from {since}: snapshots are worked out for days before the first that was taken, and not between those"
            " that were worked out before. Nothing was changed."
        )
    ids, left_out = [], [pl.DataFrame(schema=LEFT_OUT)]
    before = _last_filled(lake, days[0])
    for place, day in enumerate(days):
        progress("measuring past days", place, len(days))
        with lake.write("snapshot", by=by) as batch:
            if place == 0 and before is not None:
                # Who was bad at the one before, so that it can be told who entered since.
                with state_as_of(batch, before) as state:
                    _measure(batch, state, Before(before - WINDOW, None, None))
            _remember(batch, is_first=place == 0 and before is None)
            with state_as_of(batch, day) as state:
                measures, missing = _measure(batch, state, _compared(batch, day, before))
            ids.append(_id_of(day))
            batch.totals["note"] = f"backfilled as of {day}"
            keep_measures(batch, _id_of(day), day, measures)
            if not batch.query("select exists (from snapshot where snapshot_id > 0)").value():
                keep_state(batch, _id_of(day))
            left_out.append(missing)
        before = day
    progress("measuring past days", len(days), len(days))
    return Backfill(tuple(days), tuple(ids), pl.concat(left_out))


def _days(lake: Lake, since: date, every: int) -> Iterator[date]:
    taken, first, last = lake.query(
        """
        select min(as_of) filter (where snapshot_id > 0), min(as_of) filter (where snapshot_id < 0),
               max(as_of) filter (where snapshot_id < 0) from snapshot
        """
    ).rows()[0]
    end = taken or lake.clock().date()
    day = since
    while day < end:
        if first is None or day < first or day > last:
            yield day
        day += timedelta(days=every)


def _last_filled(lake: Lake, day: date) -> date | None:
    found: date | None = lake.query("select max(as_of) from snapshot where as_of < $day", day=day).value()
    return found


def _id_of(day: date) -> int:
    """The id of a snapshot that was worked out: below those of all that were taken, and in the order of days."""
    return (day - date.max).days


def _compared(batch: Batch, day: date, before: date | None) -> Before:
    if before is None:
        return Before(day - WINDOW, None, None)
    over = datetime.combine(before + timedelta(days=1), time.min)
    return Before(before, over, changed_rules(batch, before))


def _remember(batch: Batch, *, is_first: bool) -> None:
    if is_first:
        batch.execute("create or replace temp table bad_ (metric varchar, type varchar, id bigint)")
    batch.execute(
        "create or replace temp table before_ as select metric, id as entity_id, 0::bigint as since_snapshot from bad_"
    )


def _measure(batch: Batch, state: State, before: Before) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The measures of a state, and what is left out of it."""
    types = list(state.catalog.active_types)
    faults, filled = find_faults(batch, state, types, judge_values(state, types, judge_conditions(state, types)))
    faults.close()
    batch.execute("create temp table if not exists before_ (metric varchar, entity_id bigint, since_snapshot bigint)")
    matched = set(state.query(_MATCHED.format(batch=state.batch)).column())
    # A party's values are matched, so its guesses are missing: what must be unique is not all of it.
    batch.execute(
        "delete from checks_ where problem = 'duplicate' and list_contains($types, type)", types=sorted(matched)
    )
    counts = batch.query("select problem, type, checked, measured from checks_").frame()
    measures = measure(batch, state, list(filled), looked_at(counts), before)
    names = [item.name for item in filled if item.name in matched]
    rows = [(state.day, metric, name, _GUESSED) for name in names for metric in ("duplicate", "new_duplicate")]
    return measures, pl.DataFrame(rows, schema=LEFT_OUT, orient="row")
