"""Open pairs: what the last match run guessed and nobody has answered yet."""

from xrm_lake.hygiene.watched import WATCHED

# Which types were ever matched, whether or not a pair was found.
MATCHED = "select source as type from batch where kind = 'match' union select type from match"

# The last word on each pair that is no `same`, and whether what matching looks at was changed since: what was said then may not
# hold now. That a value, or a link, went there and back changes nothing.
_SAID = f"""
    with last as (
        -- The batch that is being written has no row yet: it counts.
        select v.left_id, v.right_id, arg_max(v.verdict, v.seq) as verdict, max(v.decision_id) as decision_id
        from verdict v left join batch b on b.batch_id = v.decision_id
        where b.undone_by is null group by v.left_id, v.right_id
    ), standing as (from last where verdict in ('different', 'unsure')
    ), typed as (
        select s.*, l.type as left_type, r.type as right_type
        from standing s join entity l on l.id = s.left_id join entity r on r.id = s.right_id
    ), ends as (
        select left_id, right_id, decision_id, left_id as id, left_type as type, right_type as other from typed
        union all
        select left_id, right_id, decision_id, right_id, right_type, left_type from typed
    ), watched as ({WATCHED}
    ), since as materialized (
        select e.left_id, e.right_id, e.id, c.op, c.field, c.old, c.new, c.seq
        from ends e join change c on c.entity_id = e.id and c.op in ('set', 'link', 'unlink') and c.batch_id > e.decision_id
        semi join watched w on w.type = e.type and w.other = e.other and w.field = c.field and w.linked = (c.op <> 'set')
        left join batch b on b.batch_id = c.batch_id
        where b.undone_by is null and b.kind is distinct from 'undo'
    ), relinked as (
        select s.left_id, s.right_id, s.id, l.to_golden, arg_max(s.op, s.seq) as op
        from since s join link l on l.id = try_cast(coalesce(s.new, s.old) as bigint) where s.op <> 'set'
        group by s.left_id, s.right_id, s.id, l.id, l.to_golden having arg_min(s.op, s.seq) = arg_max(s.op, s.seq)
    ), named as materialized (
        -- What an organisation is called is seen with each of its people.
        select coalesce(o.golden_id, o.id) as standing, c.entity_id, c.field, c.old, c.new, c.seq, c.batch_id
        from change c join entity o on o.id = c.entity_id left join batch b on b.batch_id = c.batch_id
        where c.type = 'organisation' and c.op in ('set', 'pin') and b.undone_by is null and b.kind is distinct from 'undo'
          and c.field in (select unnest(caption) from entity_type where name = 'organisation')
    ), moved as (
        select left_id, right_id from since where op = 'set' group by left_id, right_id, id, field
        having arg_min_null(old, seq) is distinct from arg_max_null(new, seq)
        union
        select left_id, right_id from relinked group by left_id, right_id, id, to_golden
        having count(*) filter (where op = 'link') <> count(*) filter (where op = 'unlink')
        union
        select e.left_id, e.right_id from ends e
        join watched w on w.type = e.type and w.other = e.other and w.linked
        join link l on l.from_id = e.id and l.type = w.field and l.ended_at is null
        join named n on n.standing = l.to_golden and n.batch_id > e.decision_id
        group by e.left_id, e.right_id, e.id, n.entity_id, n.field
        having arg_min_null(n.old, n.seq) is distinct from arg_max_null(n.new, n.seq)
    )
    select s.*, (s.left_id, s.right_id) in (select (left_id, right_id) from moved) as changed from standing s
"""
# Records that are merged are asked about as one: an answer on any two of their members is an answer on them.
_OF_CLUSTERS = """
    select least(coalesce(l.golden_id, l.id), coalesce(r.golden_id, r.id)) as one,
           greatest(coalesce(l.golden_id, l.id), coalesce(r.golden_id, r.id)) as other, s.left_id, s.right_id, s.verdict, s.decision_id
    from said s join entity l on l.id = s.left_id join entity r on r.id = s.right_id
"""
ANSWERED = f"with said as ({_SAID}) {_OF_CLUSTERS} where not s.changed"
"""A query: one and other, the older and the younger of two clusters on which somebody said that they are different or was unsure."""

CHANGED_SINCE = f"with said as ({_SAID}) {_OF_CLUSTERS} where s.changed"
"""As ANSWERED, of answers that are asked for again, because a value that matching looks at was changed since; with left_id,
right_id (the records that were judged), verdict and decision_id."""

GUESSED = """
    select m.run_id, m.type, m.left_id, m.right_id, l.source_key as left_key, r.source_key as right_key, m.score,
           coalesce(m.sure, false) as sure, m.brought_by, m.evidence,
           l.source as left_source, r.source as right_source,
           least(coalesce(l.golden_id, l.id), coalesce(r.golden_id, r.id)) as one,
           greatest(coalesce(l.golden_id, l.id), coalesce(r.golden_id, r.id)) as other
    from match m
    join entity l on l.id = m.left_id and l.deleted_at is null
    join entity r on r.id = m.right_id and r.deleted_at is null
"""
"""A query: every guess of the last run, answered or not, with `one` and `other` as OPEN_PAIRS has them."""

OPEN_PAIRS = f"""
    with answered as ({ANSWERED}), guessed as ({GUESSED})
    select g.* from guessed g
    where g.one <> g.other and not exists (from answered a where a.one = g.one and a.other = g.other)
"""
"""
A query: type, left_id, right_id, left_key, right_key, score, sure, brought_by, evidence, and `one` and `other`, the older and the younger of
the two clusters: each the id of a golden record, or that of a record that stands alone.
"""
