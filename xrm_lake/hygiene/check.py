"""Checks: which records are at fault, in all five problems, and how many were looked at."""

from datetime import date

import polars as pl

from xrm_lake.hygiene.domains import check_domains
from xrm_lake.hygiene.faults import UNTOLD, Faults
from xrm_lake.hygiene.fresh import check_fresh
from xrm_lake.hygiene.judged import Judged, judge_conditions, judge_values
from xrm_lake.hygiene.record_faults import check_duplicates, check_links, check_stale, check_unique
from xrm_lake.hygiene.scan import scan
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.progress import Progress, quiet
from xrm_lake.model.results import CheckResult
from xrm_lake.store.as_of import State, state_now
from xrm_lake.store.lake import Lake
from xrm_lake.store.open_value import open_value
from xrm_lake.store.write import Batch

# A check that flags everything would otherwise fill the file with what its count says already.
MAX_STORED = 100_000


def check(
    lake: Lake, type: str | None = None, *, as_of: date | None = None, by: str | None = None, progress: Progress = quiet
) -> CheckResult:
    """
    Check every live record of a type, or of all types, and remember what is wrong with each.

    The former issues of these types are replaced. Counts are exact; of one check at most 100,000 record ids
    are stored. Duplicates are those of the last match run, of types that were matched. `as_of` (today, unless told
    otherwise) decides what is stale; values are judged as they are now. A check of one's own that cannot be run, or not of all records,
    finds nothing there: its count says of how many records (`failed`) and why (`reason`). Gives the counts and how many issues were found.
    """
    types = [lake.catalog.type(type)] if type else list(lake.catalog.active_types)
    conditions = judge_conditions(state_now(lake, as_of or lake.clock().date()), types)
    with lake.write("check", by=by) as batch:
        day = as_of or batch.at.date()
        state = state_now(batch, day)
        counts = run_checks(batch, state, types, judge_values(state, types, conditions), progress=progress)
        return CheckResult(batch.id, day, int(counts["found"].sum() or 0), counts)


def run_checks(
    batch: Batch, state: State, types: list[EntityType], judged: Judged, *, progress: Progress = quiet
) -> pl.DataFrame:
    """
    Replace the issues of these types within a batch; gives their counts. `state` is that of now.

    Leaves the temporary tables of `find_faults` behind.
    """
    faults, filled = find_faults(batch, state, types, judged, progress=progress)
    for item in filled:
        check_fresh(batch, faults, item, state.day)
    check_domains(batch, faults, list(filled))
    check_duplicates(batch, faults, list(filled), {item.name: count for item, count in filled.items()})
    faults.close()
    return _store(batch, [item.name for item in types])


def find_faults(
    batch: Batch, state: State, types: list[EntityType], judged: Judged, *, progress: Progress = quiet
) -> tuple[Faults, dict[EntityType, int]]:
    """
    Look for all that can be told of a state, of now or of a day that is past; gives the faults, to be closed, and the types that
    have live records, with how many. Duplicates that matching guesses are not among them.

    Leaves temporary tables behind: `checks_` and `flagged_` (see faults), `life_` (type, id and last_touch of each open
    record of a type that can go stale) and `touch_` (see lifetime).
    """
    live = dict(
        state.query(
            f"select type, count(*) from {state.entity} where deleted_at is null and golden_id is null group by type"
        ).rows()
    )
    filled = {item: live[item.name] for item in types if live.get(item.name)}
    faults = Faults(batch)
    with (
        batch.frame("malformed_", judged.malformed),
        batch.frame("hollow_", judged.hollow),
        batch.frame("foreign_", judged.foreign),
    ):
        for place, item in enumerate(filled):
            progress(f"checking {item.plural.lower()}", place, len(filled))
            scan(state, faults, item, judged)
            check_unique(state, faults, item)
    check_stale(batch, state, faults, list(filled))
    check_links(batch, state, faults, filled)
    faults.set_untold_apart()
    progress("checking", len(filled), len(filled))
    return faults, filled


def _store(batch: Batch, types: list[str]) -> pl.DataFrame:
    """Put what was found in place of the former issues of these types; gives the counts."""
    batch.execute("delete from issue where list_contains($types, type)", types=types)
    batch.execute("delete from issue_count where list_contains($types, type)", types=types)
    value = open_value(batch, batch.catalog)
    batch.execute(
        f"""
        insert into issue_count by name
        with touched as ({value.touched}),
        risk as (
            select place, sum(amount) as at_risk from (
                select distinct f.place, t.open_id, t.amount from flagged_ f join touched t on t.id = f.id
            ) group by place
        ), found as (select place, count(*) as found from flagged_ group by place),
        untold as (select place, count(*) as failed from untold_ group by place)
        select $run_id as run_id, c.check_name, c.problem, c.severity, c.type, c.field, coalesce(f.found, 0) as found, c.checked,
               nullif(c.message, '') as message, nullif(c.owner, '') as owner, r.at_risk, nullif($currency, '') as currency, c.measured,
               if(c.reason = '', coalesce(u.failed, 0), c.checked) as failed,
               if(u.failed > 0, $untold, nullif(c.reason, '')) as reason
        from checks_ c left join found f on f.place = c.place left join untold u on u.place = c.place left join risk r on r.place = c.place
        order by c.type, c.place
        """,
        run_id=batch.id,
        currency=value.currency,
        untold=UNTOLD,
    )
    batch.execute(
        """
        insert into issue
        select $run_id, c.check_name, c.problem, c.severity, c.type, f.id, c.field, coalesce(f.detail, nullif(c.message, ''))
        from (from flagged_ qualify row_number() over (partition by place order by id) <= $most) f
        join checks_ c on c.place = f.place order by c.type, c.place, f.id
        """,
        run_id=batch.id,
        most=MAX_STORED,
    )
    return batch.query(
        "from issue_count where list_contains($types, type) order by type, problem, check_name, field", types=types
    ).frame()
