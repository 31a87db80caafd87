"""
Re-imports (S1): records that are kept in a spreadsheet and written over here, again and again.

A spreadsheet is a workbook, or a file of another source than the record's own; the regular delivery of a system into its own records
is none.
"""

from datetime import date, timedelta

from xrm_lake.hygiene.decay.figure import Figure, share
from xrm_lake.hygiene.shadow.sign import Sign, files_then, of_share, unknown
from xrm_lake.store.as_of import State

DAYS, AGAIN = 90, 3
SHARE, OVERLAP = 0.20, 0.20


def reimported(state: State, since: date) -> list[Sign]:
    """
    Updates by spreadsheets / all updates since a day; an update is a record that existed and was changed by a batch that counts.

    Source: quality.md §2.3, S1. Raised above 20 %. Cannot be told where nothing was updated.
    """
    rows = _updates(state, since)
    if not rows:
        return [unknown("S1", "reimported", "no record was changed after it came in")]
    by_file = [record for record, from_file, _ in rows if from_file]
    figure = share("reimported", len(by_file), len(rows), SHARE, "of the updates come from spreadsheets")
    return [of_share("S1", figure, sorted(set(by_file)))]


def overwritten(state: State, _since: date) -> list[Sign]:
    """
    Records that two spreadsheets or more have written over in 90 days / records that any import has changed in them.

    Source: quality.md, Appendix A `reimport_overwrite`. Raised above 20 %.
    """
    updates = _updates(state, state.day - timedelta(days=DAYS))
    rows = [(record, from_file, batch) for record, from_file, batch in updates if batch is not None]
    if not rows:
        return [unknown("S1", "overwritten", "no import has changed a record in 90 days")]
    times: dict[int, set[int]] = {}
    for record, from_file, batch in rows:
        times.setdefault(record, set()).update([batch] if from_file else [])
    again = [record for record, batches in times.items() if len(batches) >= 2]
    words = "of the records that imports changed were written over by two spreadsheets or more in 90 days"
    return [of_share("S1", share("overwritten", len(again), len(times), OVERLAP, words), again)]


def reuploaded(state: State, _since: date) -> list[Sign]:
    """
    Workbooks that came three times or more in 90 days under one name (digits left out) / workbooks that came in 90 days.

    Source: quality.md §2.3, S1: re-uploads of the same shape. A count, raised from the first such series on: it needs no sample.
    """
    rows = state.query(
        f"""
        with file as ({files_then(state)})
        select lower(regexp_replace(file_name, '[0-9]+', '#', 'g')) as shape, count(distinct batch_id) as n
        from file where workbook and made_at >= $day::date - to_days({DAYS}) + interval 1 day group by all order by all
        """,
        day=state.day,
    ).rows()
    if not rows:
        return [unknown("S1", "reuploaded", "no workbook was imported in 90 days")]
    series = [n for _, n in rows if n >= AGAIN]
    total, again = sum(n for _, n in rows), sum(series)
    words = f"{again} of {total} workbooks of 90 days belong to {len(series)} that come again and again"
    return [Sign("S1", "", Figure("reuploaded", again / total, again, total, bool(series), words))]


def _updates(state: State, since: date) -> list[tuple[int, bool, int | None]]:
    """Each update since a day: the record, whether a spreadsheet made it, and the batch if it was an import."""
    return state.query(
        f"""
        with file as ({files_then(state)})
        select distinct c.entity_id,
               f.batch_id is not null and (f.workbook or f.source is distinct from e.source) as from_file,
               f.batch_id, c.batch_id as batch
        from {state.change} c join {state.batch} b on b.batch_id = c.batch_id and b.undone_by is null and b.kind <> 'undo'
        join {state.entity} e on e.id = c.entity_id and e.batch_id <> c.batch_id and e.deleted_at is null
        left join file f on f.batch_id = c.batch_id
        where c.op = 'set' and c.made_at >= $since::date + interval 1 day
        order by all
        """,
        since=since,
    ).frame().drop("batch").rows()  # fmt: skip
