-- The links that batch $subject touched, and whether they stand by the batches that count. Where a record may have
-- one link of a type ($singles), the one that was made last pushes the others aside; they come back when it goes.
with touched as (
    select distinct coalesce(new, old)::bigint as id from change where batch_id = $subject and op in ('link', 'unlink')
), concerned as (
    select distinct l.id from link l join link t on t.type = l.type and t.from_id = l.from_id
    where t.id in (select id from touched) and (l.id = t.id or list_contains($singles::varchar[], l.type))
), said as (
    select coalesce(c.new, c.old)::bigint as id, c.op, c.seq, c.batch_id, b.undone_by is null and b.kind <> 'undo' as counts
    from change c join batch b on b.batch_id = c.batch_id
    where c.op in ('link', 'unlink') and coalesce(c.new, c.old)::bigint in (select id from concerned)
), told as (
    select id, coalesce(arg_max(op, seq) filter (where counts), 'unlink') = 'link' as stands,
           max(seq) filter (where counts) as seq, arg_max(batch_id, seq) filter (where counts) as batch_id
    from said group by id
), ranked as (
    select l.id, l.type, l.from_id, l.ended_at is null as stood, t.stands,
           case when t.stands and list_contains($singles::varchar[], l.type)
                then first_value(t.batch_id) over (partition by l.type, l.from_id, t.stands order by t.seq desc) end as last_batch,
           first_value(l.id) over (partition by l.type, l.from_id, t.stands order by t.seq desc) as last_id
    from told t join link l on l.id = t.id
)
select id, type, from_id, stood, id in (select id from touched) as touched,
       stands and (last_batch is null or last_id = id) as stands,
       case when last_batch is not null and last_id <> id then last_batch end as pushed_by
from ranked order by id
