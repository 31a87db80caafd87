-- Records that were judged different although one record (hub) is tied to both, or although they are tied to each other (no hub): of
-- the records of `judged`, what is merged counting as one. What is deleted can neither be judged nor part anything.
with touched as (
    select distinct coalesce(golden_id, id) as id from entity
    where id in (select left_id from judged union select right_id from judged)
), tied as (
    select l.from_golden, l.to_golden from link l
    join entity f on f.id = l.from_golden and f.deleted_at is null
    join entity t on t.id = l.to_golden and t.deleted_at is null
    where l.ended_at is null and list_contains($names, l.type)
), tie as (
    select from_golden as hub, to_golden as id from tied union select to_golden, from_golden from tied
), different as (
    -- The batch that is being written has no row yet: it counts.
    select v.left_id, v.right_id from verdict v left join batch b on b.batch_id = v.decision_id
    where b.undone_by is null group by v.left_id, v.right_id having arg_max(v.verdict, v.seq) = 'different'
), parted as (
    select d.left_id, d.right_id, coalesce(l.golden_id, l.id) as one, coalesce(r.golden_id, r.id) as other
    from different d
    join entity l on l.id = d.left_id and l.deleted_at is null
    join entity r on r.id = d.right_id and r.deleted_at is null
)
select p.left_id, p.right_id, t.hub from parted p
join tie t on t.id = p.one join tie u on u.id = p.other and u.hub = t.hub
where t.hub in (from touched) or p.one in (from touched) or p.other in (from touched)
union all
select p.left_id, p.right_id, null from parted p join tie t on t.hub = p.one and t.id = p.other
where p.one in (from touched) or p.other in (from touched)
order by all limit 1
