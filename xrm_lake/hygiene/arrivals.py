"""
Arrivals: how much of what entered a bad state came in with new records.

A lake that grows has ever more records that could go bad and do not, and the rate over all of them sinks, whatever the new ones are
like. So a problem is followed in two parts: the share of new records that have it, and the rate at which older ones get it.
"""

from datetime import datetime

import polars as pl

from xrm_lake.hygiene.measures import MEASURES
from xrm_lake.store.as_of import State
from xrm_lake.store.write import Batch

SPLIT, NEW, OLDER = "arrival", "new", "older"


def split_by_arrival(batch: Batch, state: State, problems: pl.DataFrame, border: datetime | None) -> pl.DataFrame:
    """
    The measures of problems in two parts each, a frame MEASURES: `new` are records that came after `border`, the snapshot before.

    `left_` of new records is null: they had nothing to leave. Where the whole has no flow, no part has. Reads the tables that
    the measuring of a snapshot leaves behind: who is bad (`bad_`), who was (`was_`), who is open (`life_`).
    """
    known = problems.filter(pl.col("entered").is_not_null())
    with batch.frame("problem_", known.select("metric", "scope")):
        came = batch.query(_ARRIVED.format(entity=state.entity), border=border).frame()
    new = known.join(came, on=["metric", "scope"], how="left").with_columns(pl.col("n_bad", "n_all").fill_null(0.0))
    flows = {"num": "n_bad", "den": "n_all", "at_risk": "n_all", "entered": "n_bad"}
    arrived = new.with_columns(pl.col(theirs).alias(name) for name, theirs in flows.items()).with_columns(
        left_=pl.lit(None, dtype=pl.Float64), part=pl.lit(NEW)
    )
    stayed = new.with_columns(
        *((pl.col(name) - pl.col(theirs)).clip(0).alias(name) for name, theirs in flows.items()), part=pl.lit(OLDER)
    )
    return pl.concat([arrived, stayed]).with_columns(split=pl.lit(SPLIT)).select(MEASURES.names())


# A golden record is as old as its oldest member, the record before it.
_ARRIVED = """
    with arrived as (
        select e.type, e.id from {entity} e left join {entity} m on m.id = e.id - 1 and e.source = 'golden'
        where e.deleted_at is null and e.golden_id is null
        and least(e.created_at, m.created_at) > $border::timestamp
    ), looked as (
        select p.metric, p.scope as type, a.id from problem_ p join arrived a on a.type = p.scope
        where p.metric <> 'stale' or a.id in (select id from life_)
    ), bad as (select distinct metric, id from bad_)
    select l.metric, l.type as scope, count(b.id)::double as n_bad, count(*)::double as n_all
    from looked l left join bad b on b.metric = l.metric and b.id = l.id group by l.metric, l.type
"""
