with zone as (
    select g.left_id, g.right_id, coalesce(l.golden_id, l.id) as one, coalesce(r.golden_id, r.id) as other,
           l.deleted_at is not null or r.deleted_at is not null as deleted,
           {draw} as draw
    from match g join entity l on l.id = g.left_id join entity r on r.id = g.right_id
    where g.type = $type and g.sure and g.score >= $at_least
), standing as (
    select v.left_id, v.right_id, arg_max(v.verdict, v.seq) as verdict
    from verdict v join batch b on b.batch_id = v.decision_id and b.undone_by is null
    join entity e on e.id = v.left_id and e.type = $type
    where b.source is distinct from 'auto' group by v.left_id, v.right_id
), between_clusters as (
    -- A verdict on any two members is one on their clusters; different weighs more than unsure.
    select least(coalesce(l.golden_id, l.id), coalesce(r.golden_id, r.id)) as one,
           greatest(coalesce(l.golden_id, l.id), coalesce(r.golden_id, r.id)) as other, min(s.verdict) as said
    from standing s join entity l on l.id = s.left_id join entity r on r.id = s.right_id
    where s.verdict in ('different', 'unsure') group by all
)
select z.left_id, z.right_id, z.one, z.other, z.deleted, z.draw % $every = 0 as set_aside, b.said
from zone z left join between_clusters b on b.one = least(z.one, z.other) and b.other = greatest(z.one, z.other)
order by not set_aside, z.draw, z.left_id, z.right_id
