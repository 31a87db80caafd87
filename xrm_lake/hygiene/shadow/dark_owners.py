"""Dark users (S4): people who own open business here and leave no trace of working on it."""

from datetime import date

import polars as pl

from xrm_lake.history.lifetime import HAPPENED, is_open_sql, moments
from xrm_lake.hygiene.decay.figure import share
from xrm_lake.hygiene.shadow.sign import Sign, of_share, unknown
from xrm_lake.hygiene.stakes import pipelines
from xrm_lake.model.names import OWNED_BY, quoted
from xrm_lake.store.as_of import State

DAYS, LIMIT = 21, 0.20


def silent_owners(state: State, _since: date) -> list[Sign]:
    """
    Open deals whose owner has had no activity in 21 days / open deals that have an owner.

    An activity is an owner's if he owns it, or if it is linked to a deal of his. Source: quality.md §2.3, S4. Raised above 20 %; counted in
    deals, so that it is told of few owners too. Cannot be told where no activity is known, or no open deal has an owner.
    """
    worked = activities(state)
    if worked.is_empty():
        return [unknown("S4", "silent_owners", "no activity has an owner or a deal")]
    signs = []
    for item, _ in pipelines(state.catalog):
        deals = state.query(
            f"""
            select l.to_golden as owner, r.id from {state.records(item.name)} r
            join {state.link} l on l.from_golden = r.id and l.type = '{OWNED_BY}' and l.ended_at is null
            where r.live and {is_open_sql(item, "r")} and $as_of::date is not null order by all
            """,
            as_of=state.day,
        ).frame()
        if deals.is_empty():
            continue
        recent = worked.filter(pl.col("days") < DAYS)["owner"].unique()
        silent = deals.filter(~pl.col("owner").is_in(recent.implode()))
        words = f"of the open, owned records are those of {silent['owner'].n_unique()} of {deals['owner'].n_unique()} owners"
        figure = share(
            "silent_owners", silent.height, deals.height, LIMIT, f"{words} without an activity in {DAYS} days"
        )
        signs.append(of_share("S4", figure, silent["id"].to_list(), type=item.name, personal=True))
    return signs or [unknown("S4", "silent_owners", "no open deal has an owner")]


def logins(_state: State, _since: date) -> list[Sign]:
    """Users with a licence and no login in 30 days, and with logins and no write: cannot be told, for no lake holds licences or logins."""
    return [unknown("S4", "logins", "the lake has no licences and no logins of the systems that its records come from")]


def activities(state: State) -> pl.DataFrame:
    """What happened, once for each owner whose work it is: owner, id, days (whole days before the state's day; none to come)."""
    happened = " union all ".join(
        f"select id, date_diff('day', {quoted(HAPPENED)}::date, $day::date) as days from {state.records(item.name)}"
        f" where live and {quoted(HAPPENED)} is not null"
        for item in state.catalog.active_types
        if moments(item, [HAPPENED])
    )
    business = ", ".join(f"'{item.name}'" for item, _ in pipelines(state.catalog)) or "''"
    return state.query(
        f"""
        with happened as ({happened or "select null::bigint as id, 0 as days where false"}),
        owned as (select from_golden as id, to_golden as owner from {state.link} where type = '{OWNED_BY}' and ended_at is null),
        deal as (select o.id, o.owner from owned o join {state.entity} e on e.id = o.id and e.type in ({business})),
        joined as (
            select h.id, o.owner from happened h join owned o on o.id = h.id
            union select h.id, d.owner from happened h join {state.link} l on l.from_golden = h.id and l.ended_at is null
                  join deal d on d.id = l.to_golden
            union select h.id, d.owner from happened h join {state.link} l on l.to_golden = h.id and l.ended_at is null
                  join deal d on d.id = l.from_golden
        )
        select j.owner, h.id, h.days::bigint as days from joined j join happened h on h.id = j.id where h.days >= 0 order by all
        """,
        day=state.day,
    ).frame()
