"""The spine and the links as they stood at the end of a day: what differs from now, put over what is there now."""

import polars as pl

from xrm_lake.store.past.golden import Clusters
from xrm_lake.store.past.moment import Moment


def lived_later(moment: Moment) -> str:
    """
    A table of the records that were made, deleted or brought back after the day, as they were then.

    Columns id, type, gone (not there yet), deleted_at.
    """
    ops = "op in ('create', 'delete', 'restore')"
    return moment.table(
        "lived",
        f"""
        with later as (select distinct entity_id from change where made_at >= {moment.end} and {ops})
        select e.id, e.type, p.op is null as gone, case when p.op = 'delete' then p.made_at end as deleted_at
        from later l join entity e on e.id = l.entity_id left join (
            select entity_id, arg_max(op, seq) as op, arg_max(made_at, seq) as made_at from change
            where made_at < {moment.end} and {ops} and entity_id in (from later) group by entity_id
        ) p on p.entity_id = e.id
        """,
    )


def spine_patch(moment: Moment, lived: str, clusters: Clusters) -> str:
    """
    A table of the records whose place differs from now: id, type, gone, deleted_at, golden_id, as they were.

    Golden records that are derived anew, or are no more, or were not yet, are gone in it.
    """
    anew = pl.DataFrame({"id": clusters.stirred}, schema={"id": pl.Int64})
    with moment.reader.frame("moved_", clusters.moved), moment.reader.frame("anew_", anew):
        return moment.table(
            "spine",
            f"""
            select e.id, e.type, coalesce(l.gone, false) as gone,
                   case when l.id is not null then l.deleted_at else e.deleted_at end as deleted_at,
                   case when m.id is not null then m.new_golden else e.golden_id end as golden_id
            from {lived} l full join moved_ m on m.id = l.id join entity e on e.id = coalesce(l.id, m.id)
            union all
            select a.id, e.type, true, null, null from anew_ a join entity e on e.id = a.id
            """,
        )


def entities_then(moment: Moment, spine: str, clusters: Clusters) -> str:
    """The spine at the end of the day."""
    if moment.is_empty(spine):
        return "entity"
    made = pl.DataFrame({"id": clusters.made}, schema={"id": pl.Int64})
    with moment.reader.frame("made_", made):
        # All of a golden record follows from its oldest member.
        golden = moment.table(
            "golden",
            """
            select m.id, e.type, md5(e.uid::varchar || 'golden')::uuid as uid, 'golden' as source,
                   e.id::varchar as source_key, null::bigint as batch_id, e.created_at, null::timestamp as deleted_at,
                   null::bigint as golden_id
            from made_ m join entity e on e.id = m.id - 1
            """,
        )
    return moment.view(
        "entity",
        f"""
        select e.* replace (case when s.id is null then e.deleted_at else s.deleted_at end as deleted_at,
                            case when s.id is null then e.golden_id else s.golden_id end as golden_id)
        from entity e left join {spine} s on s.id = e.id where not coalesce(s.gone, false)
        union all by name from {golden}
        """,
    )


def links_then(moment: Moment, spine: str) -> str:
    """The links at the end of the day, with what each of their ends was merged into then."""
    ops = "op in ('link', 'unlink')"
    patch = moment.table(
        "ends",
        f"""
        with later as (
            select distinct coalesce(new, old)::bigint as id from change where made_at >= {moment.end} and {ops}
        ), before as (
            select coalesce(new, old)::bigint as id, arg_max(op, seq) as op, arg_max(made_at, seq) as made_at from change
            where made_at < {moment.end} and {ops} and coalesce(new, old)::bigint in (from later) group by 1
        )
        select k.id, t.id is not null and b.id is null as gone,
               case when t.id is null then k.ended_at when b.op = 'unlink' then b.made_at end as ended_at,
               case when f.id is null then k.from_golden else coalesce(f.golden_id, k.from_id) end as from_golden,
               case when o.id is null then k.to_golden else coalesce(o.golden_id, k.to_id) end as to_golden
        from link k left join later t on t.id = k.id left join before b on b.id = k.id
        left join {spine} f on f.id = k.from_id left join {spine} o on o.id = k.to_id
        where t.id is not null or f.id is not null or o.id is not null
        """,
    )
    if moment.is_empty(patch):
        return "link"
    return moment.view(
        "link",
        f"""
        select k.* replace (case when p.id is null then k.ended_at else p.ended_at end as ended_at,
                            case when p.id is null then k.from_golden else p.from_golden end as from_golden,
                            case when p.id is null then k.to_golden else p.to_golden end as to_golden)
        from link k left join {patch} p on p.id = k.id where not coalesce(p.gone, false)
        """,
    )
