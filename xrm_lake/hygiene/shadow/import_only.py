"""Import-only records (S2): what was brought in once, and nobody has worked with since."""

from datetime import date

from xrm_lake.hygiene.decay.figure import share
from xrm_lake.hygiene.decay.inactive import meetings_sql
from xrm_lake.hygiene.shadow.sign import Sign, of_share, unknown
from xrm_lake.store.as_of import State

DAYS, LIMIT = 90, 0.50
# What is itself a note of work is not worked with.
_LEFT_OUT = ("activity", "task", "user")


def import_only(state: State, _since: date) -> list[Sign]:
    """
    Records of a type that an import made more than 90 days ago, without a person's change or an activity / all that old.

    Source: quality.md §2.3, S2, and Appendix A `import_only`. A call that came in with an import counts as work: it was logged where
    people work. Raised above 50 %. Cannot be told where no edit and no activity is known of any record.
    """
    signs = []
    rows = state.query(_ONLY.format(meetings=meetings_sql(state), **_names(state)), day=state.day).rows()
    if not any(worked for _, _, worked, _, _ in rows):
        return [unknown("S2", "import_only", "neither an edit nor an activity is known of any record")]
    for type, n, _, only, ids in rows:
        if n and type not in _LEFT_OUT and state.catalog.has_type(type):
            figure = share(
                "import_only", only, n, LIMIT, f"of the records older than {DAYS} days nobody has worked with"
            )
            signs.append(of_share("S2", figure, ids or (), type=type))
    return signs or [unknown("S2", "import_only", f"no record is older than {DAYS} days")]


def _names(state: State) -> dict[str, str]:
    return {"entity": state.entity, "change": state.change, "batch": state.batch, "days": str(DAYS)}


_ONLY = """
    with worked as (
        select distinct id from ({meetings})
        union
        select coalesce(x.golden_id, x.id) from {change} c
        join {batch} b on b.batch_id = c.batch_id and b.undone_by is null and b.kind not in ('import', 'undo', 'model')
        join {entity} x on x.id = c.entity_id
    ), judged as (
        select e.type, e.id, b.kind = 'import' as brought, w.id is not null as worked,
               e.created_at < $day::date + interval 1 day - to_days({days}) as old
        from {entity} e join {batch} b on b.batch_id = e.batch_id left join worked w on w.id = e.id
        where e.deleted_at is null and e.golden_id is null
    )
    select type, count(*) filter (where old) as n, count(*) filter (where worked) as worked,
           count(*) filter (where old and brought and not worked) as "only",
           (list(id order by id) filter (where old and brought and not worked))[:100] as ids
    from judged group by type having count(*) filter (where old) > 0 or count(*) filter (where worked) > 0 order by type
"""
