/*
Which of these cells differ from what their source said last of them.

`cells` has id, field, value (what stands now) and own (what the source's own record holds). What an import only noted was never
written: it counts for as long as somebody else's value stands in its way.
*/
with told as (
    select c.entity_id as id, c.field, c.op, c.old, c.new, c.seq, b.undone_by is null and b.kind <> 'undo' as counts,
           b.kind = 'import' and b.source is not distinct from $source as by_source
    from change c join batch b on b.batch_id = c.batch_id
    where c.op in ('set', 'source') and c.entity_id in (select id from cells)
), summed as (
    select id, field, arg_min_null(old, seq) filter (where op = 'set') as began_with, count(*) filter (where op = 'set') > 0 as was_set,
           coalesce(arg_max(by_source, seq) filter (where counts and op = 'set'), true) as source_stands,
           count(*) filter (where counts and by_source) > 0 as noted,
           arg_max_null(new, seq) filter (where counts and by_source) as noted_last,
           count(*) filter (where counts and by_source and op = 'set') > 0 as wrote,
           arg_max_null(new, seq) filter (where counts and by_source and op = 'set') as wrote_last
    from told group by id, field
), compared as (
    select c.id, c.field, c.value,
           case when s.source_stands and s.wrote then s.wrote_last
                when not s.source_stands and s.noted then s.noted_last
                when s.was_set then s.began_with
                else c.own end as said
    from cells c left join summed s on s.id = c.id and s.field = c.field
)
from compared where value is distinct from said order by id, field
