"""
Inactive (D1): parties whom nobody has met for longer than their type allows, and why their number changed.

Its change since a day falls into three parts: created and never touched, aged out, and met again. So growth by an import of old
records is not taken for neglect.
"""

from datetime import date

from xrm_lake.history.lifetime import HAPPENED, born_sql, moments
from xrm_lake.hygiene.decay.figure import Figure, share
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.metrics import metric
from xrm_lake.model.names import quoted
from xrm_lake.store.as_of import State

PARTIES = ("person", "organisation")
AGED_OUT = 0.15


def inactive_change(state: State, item: EntityType, since: date) -> list[Figure]:
    """
    The share of inactive records of a party type, and the parts of its change since a day; none of other types.

    `inactive` = inactive / records; `aged_out` = in time then and inactive now / in time then;
    `met_again` = inactive then and in time now / inactive then; `untouched` = came in since, inactive and never met / came in since.
    """
    if item.name not in PARTIES or item.staleness_days is None:
        return []
    row = state.query(
        _CHANGE.format(
            met=meetings_sql(state), born=born_sql(item, "r"), records=state.records(item.name), entity=state.entity
        ),
        day=state.day,
        since=since,
        limit_days=item.staleness_days,
    ).one()
    assert row is not None
    words = f"were not met for {item.staleness_days} days or longer"
    return [
        share("inactive", row["bad"], row["n"], metric("inactive").good, f"of the records {words}"),
        share("aged_out", row["aged_out"], row["in_time"], AGED_OUT, f"of those that were met in time as of {since} are inactive now"),
        share("met_again", row["met_again"], row["was_bad"], 1.0, f"of those that were inactive as of {since} were met again"),
        share("untouched", row["untouched"], row["came"], 0.5, f"of those that came in since {since} are inactive and were never met"),
    ]  # fmt: skip


def meetings_sql(state: State) -> str:
    """A query: every meeting of every record, as id and happened (UTC): activities linked to it either way round, or to the party of a role."""
    activities = " union all ".join(
        f"select id, {quoted(HAPPENED)}::timestamp as happened from {state.records(kind.name)} where live and {quoted(HAPPENED)} is not null"
        for kind in state.catalog.active_types
        if moments(kind, [HAPPENED])
    )
    return f"""
        with activity as ({activities or "select null::bigint as id, null::timestamp as happened where false"})
        select l.to_golden as id, a.happened from {state.link} l join activity a on a.id = l.from_golden where l.ended_at is null
        union all
        select l.from_golden, a.happened from {state.link} l join activity a on a.id = l.to_golden where l.ended_at is null
    """


_CHANGE = """
    with met as (
        select id, max(happened) filter (where happened < $day::date + interval 1 day) as met_now,
               max(happened) filter (where happened < $since::date + interval 1 day) as met_then
        from ({met}) group by id
    ), life as (
        select e.created_at >= $since::date + interval 1 day as came, m.met_now is null as never,
               coalesce(greatest({born}, m.met_now), {born}) < $day::date - to_days($limit_days) as bad,
               coalesce(greatest({born}, m.met_then), {born}) < $since::date - to_days($limit_days) as was_bad, {born} as born
        from {records} r join {entity} e on e.id = r.id left join met m on m.id = r.id where r.live
    )
    select count(*) as n, count(*) filter (where bad) as bad, count(*) filter (where came) as came,
           count(*) filter (where not came and not was_bad) as in_time,
           count(*) filter (where not came and not was_bad and bad) as aged_out,
           count(*) filter (where not came and was_bad) as was_bad,
           count(*) filter (where not came and was_bad and not bad) as met_again,
           count(*) filter (where came and bad and never) as untouched
    from life where born < $day::date + interval 1 day
"""
