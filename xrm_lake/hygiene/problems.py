"""
The five problems as flows: who is in a bad state now, who was before, and what entered and left, over all and by source, owner and field.

Reads the temporary tables that `find_faults` leaves, and `before_` (metric, entity_id, since_snapshot): who was bad at the
snapshot before. Leaves `bad_` (metric, type, id) and `was_` behind.
"""

from collections.abc import Collection

import polars as pl

from xrm_lake.hygiene.measures import FIGURES, MEASURES
from xrm_lake.store.as_of import State
from xrm_lake.store.write import Batch


def measure_problems(
    batch: Batch, state: State, looked: pl.DataFrame, *, first: Collection[str] | None
) -> pl.DataFrame:
    """
    The measures of the five problems, a frame MEASURES.

    H1-H5: num = records that a measured check found at fault, den = records looked at, at_risk = den - those that were bad before and
    stand still, entered = bad and not before, left_ = before - num + entered (formulas: docs/hygiene.md; incidence as epidemiology
    counts it). `looked` has problem, type and den. Of the metrics in `first` (None: of all) there is nothing to compare with: their
    flows are null. By field there are no flows: a record that is bad in one field may be so in another before.
    """
    batch.execute(_BAD)
    batch.execute(_WAS.format(entity=state.entity))
    batch.execute(_SEGMENTS.format(entity=state.entity, link=state.link))
    for sums in (_NOW, _THEN, _THERE):
        batch.execute(sums)
    with batch.frame("looked_", looked):
        whole = batch.query(
            _FLOWS.format(looked="select problem, type, '' as part, den from looked_", part="''")
        ).frame()
        parts = [
            batch.query(_FLOWS.format(looked=_LOOKED.format(part=split), part=split))
            .frame()
            .with_columns(split=pl.lit(split))
            for split in ("source", "owner")
        ]
    flows = pl.concat(item.select(MEASURES.names()).cast(MEASURES) for item in (whole, *parts))
    unknown = pl.lit(True) if first is None else pl.col("metric").is_in(list(first))
    flows = flows.with_columns(pl.when(unknown).then(None).otherwise(pl.col(name)).alias(name) for name in FIGURES[2:])
    return pl.concat([flows, batch.query(_BY_FIELD).frame().cast(MEASURES)])


# A record is incomplete if a required field is missing, or more than half of its expected ones.
_BAD = """
    create or replace temp table bad_ as
    with expected as (
        select type, count(*) as fields from checks_ where check_name = 'expected_missing' group by type
    )
    select c.problem as metric, c.type, f.id
    from flagged_ f join checks_ c on c.place = f.place left join expected x on x.type = c.type
    left join exempt_ n on n.id = f.id
    where c.measured group by c.problem, c.type, f.id, x.fields, n.fields
    having c.problem <> 'incomplete' or bool_or(c.severity = 'error')
        or count(*) filter (where c.check_name = 'expected_missing') > (x.fields - coalesce(n.fields, 0)) / 2
"""

# Who was bad then, each under the id that stands for it now: a golden record, or its oldest member if that is no more. `n` of them
# were merged into one since.
_WAS = """
    create or replace temp table was_ as
    select s.metric, coalesce(e.type, m.type) as type, coalesce(e.golden_id, e.id, m.golden_id, m.id) as id,
           min(s.since_snapshot) as since_snapshot, count(*) as n
    from before_ s left join {entity} e on e.id = s.entity_id left join {entity} m on m.id = s.entity_id - 1 and e.id is null
    group by all
"""

# Where each record comes from (a golden record: its oldest member) and who looks after it; those that were bad and are no more, too.
_SEGMENTS = """
    create or replace temp table segment_ as
    with owned as (
        select from_golden as id, min(to_golden)::varchar as owner from {link}
        where type = 'owned_by' and ended_at is null group by from_golden
    ), record as (
        select e.id, e.type, e.golden_id is null and e.deleted_at is null as live,
               case when e.source = 'golden' then o.source else e.source end as source
        from {entity} e left join {entity} o on o.id = e.id - 1 and e.source = 'golden'
        where (e.golden_id is null and e.deleted_at is null) or e.id in (select id from was_)
    )
    select r.*  replace (coalesce(r.source, '') as source), coalesce(w.owner, '') as owner
    from record r left join owned w on w.id = r.id
"""

# Summed once by source and owner, so that each split adds up few rows.
_NOW = """
    create or replace temp table now_ as
    select b.metric, b.type, s.source, s.owner, count(*) as num, count(*) filter (where w.id is null) as entered
    from bad_ b join segment_ s on s.id = b.id left join was_ w on w.metric = b.metric and w.id = b.id group by all
"""
_THEN = """
    create or replace temp table then_ as
    select w.metric, w.type, s.source, s.owner, sum(w.n) as before,
           count(*) filter (where if(w.metric = 'stale', l.id is not null, s.live)) as standing
    from was_ w join segment_ s on s.id = w.id left join life_ l on l.id = w.id group by all
"""
_THERE = """
    create or replace temp table there_ as
    select s.type, s.source, s.owner, count(*) as live, count(l.id) as open
    from segment_ s left join life_ l on l.id = s.id where s.live group by all
"""

# All live records are looked at, save for what goes stale: the open ones. A check that looked at fewer has no parts.
_LOOKED = """
    select l.problem, l.type, t.{part} as part, sum(if(l.problem = 'stale', t.open, t.live)) as den
    from looked_ l join there_ t on t.type = l.type group by l.problem, l.type, t.{part}, l.den
    qualify sum(sum(if(l.problem = 'stale', t.open, t.live))) over (partition by l.problem, l.type) = l.den
"""

_FLOWS = """
    with looked as ({looked}
    ), now_bad as (
        select metric, type, {part} as part, sum(num) as num, sum(entered) as entered from now_ group by all
    ), was_bad as (
        select metric, type, {part} as part, sum(before) as before, sum(standing) as standing from then_ group by all
    )
    select coalesce(l.problem, w.metric) as metric, coalesce(l.type, w.type) as scope, '' as split, coalesce(l.part, w.part) as part,
           coalesce(n.num, 0)::double as num, coalesce(l.den, 0)::double as den,
           greatest(coalesce(l.den, 0) - coalesce(w.standing, 0), 0)::double as at_risk,
           coalesce(n.entered, 0)::double as entered,
           (coalesce(w.before, 0) - coalesce(n.num, 0) + coalesce(n.entered, 0))::double as left_
    from looked l full join was_bad w on w.metric = l.problem and w.type = l.type and w.part = l.part
    left join now_bad n on n.metric = l.problem and n.type = l.type and n.part = l.part
    order by 1, 2, 4
"""

_BY_FIELD = """
    select c.problem as metric, c.type as scope, 'field' as split, c.field as part, count(distinct f.id)::double as num,
           max(c.checked)::double as den, null::double as at_risk, null::double as entered, null::double as left_
    from checks_ c left join flagged_ f on f.place = c.place
    where c.measured and c.field is not null group by c.problem, c.type, c.field order by 1, 2, 4
"""
