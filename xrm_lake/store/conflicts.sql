/*
What each source said last of a value that a person has set, unless somebody has answered or set it since.
*/
with told as (
    select c.entity_id, c.field, c.type, b.source, max(c.seq) as conflict_id, arg_max_null(c.old, c.seq) as said_before,
           arg_max_null(c.new, c.seq) as theirs, arg_max(c.batch_id, c.seq) as batch_id, max(c.made_at) as said_at
    from change c join batch b on b.batch_id = c.batch_id and b.undone_by is null
    where c.op = 'source' group by c.entity_id, c.field, c.type, b.source
), later as (
    select c.entity_id, c.field, max(c.seq) as seq
    from change c join batch b on b.batch_id = c.batch_id and b.undone_by is null and b.kind <> 'undo'
    where c.op in ('answer', 'set', 'link', 'unlink') and c.entity_id in (select entity_id from told) group by c.entity_id, c.field
)
select t.conflict_id, t.type, t.entity_id as record_id, t.field, t.theirs, t.said_before, t.source, t.batch_id, t.said_at
from told t join entity e on e.id = t.entity_id and e.deleted_at is null
left join later l on l.entity_id = t.entity_id and l.field = t.field
where t.conflict_id > coalesce(l.seq, 0)
  and ($type::varchar is null or t.type = $type) and ($source::varchar is null or t.source = $source)
order by t.conflict_id
