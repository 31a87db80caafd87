/*
Pairs of records that must not become one unasked, one row for each guard that stands between them.

`sides` has part, left_id and right_id (records as their sources gave them), one and other (what stands for them now);
`facts` and `identifiers` are as guard_facts.py tells them; `hierarchy` has type and label of the link types.
*/
with told as (
    select s.*, l.given as given, r.given as given_, l.form as form, r.form as form_, l.generation as generation,
           r.generation as generation_, l.birth as birth, r.birth as birth_, l.family = r.family as same_family,
           l.address = r.address as same_address, list_has_any(l.reach, r.reach) as same_reach,
           list_has_any(l.mailboxes, r.mailboxes) as same_mailbox,
           -- An initial or a slip within a longer name is no other name. Martin and Martina, Mario and Dario differ at an end.
           l.given <> r.given and not (
               left(l.given, 1) = left(r.given, 1) and (
                   least(len(l.given), len(r.given)) = 1
                   or least(len(l.given), len(r.given)) >= 5 and right(l.given, 1) = right(r.given, 1)
                      and damerau_levenshtein(l.given, r.given) <= least(len(l.given), len(r.given)) // 3
               )
           ) as other_given,
           -- Nor is a date of which one part was mistyped another date, save a year of another generation.
           l.birth <> r.birth and (
               (year(l.birth) <> year(r.birth))::int + (month(l.birth) <> month(r.birth))::int + (day(l.birth) <> day(r.birth))::int > 1
               and not (year(l.birth) = year(r.birth) and month(l.birth) = day(r.birth) and day(l.birth) = month(r.birth))
               or abs(year(l.birth) - year(r.birth)) >= 12
           ) as other_birth
    from sides s join facts l on l.id = s.left_id join facts r on r.id = s.right_id
), told_identifiers as (
    select s.part, s.left_id, s.right_id, l.label
    from sides s join identifiers l on l.id = s.left_id join identifiers r on r.id = s.right_id and r.field = l.field
    group by all having not bool_or(l.value = r.value)
), ends as (select one as id from sides union select other from sides
), joined as (
    select l.from_golden, l.to_golden, h.label from link l join hierarchy h on h.type = l.type
    where l.ended_at is null and l.from_golden <> l.to_golden
      and l.from_golden in (select id from ends) and l.to_golden in (select id from ends)
)
select part, left_id, right_id, 'identifier' as guard,
       'Each has its own ' || label || ', which tells records apart.' as reason
from told_identifiers
union
select s.part, s.left_id, s.right_id, 'linked', 'Record ' || j.from_golden || ' ' || j.label || ' record ' || j.to_golden || '.'
from sides s join joined j
  on j.from_golden = s.one and j.to_golden = s.other or j.from_golden = s.other and j.to_golden = s.one
union
select part, left_id, right_id, 'person_firm', 'One is called like a firm, the other like a person.'
from told where $of_people and (form is null) <> (form_ is null)
union
select part, left_id, right_id, 'legal_form', 'Their legal forms differ: ' || least(form, form_) || ' and ' || greatest(form, form_) || '.'
from told where not $of_people and form <> form_
union
select part, left_id, right_id, 'twins', 'Same family name and date of birth, but another given name: perhaps twins.'
from told where same_family and birth = birth_ and other_given
union
select part, left_id, right_id, 'household',
       'Same family name and ' || case when same_address then 'address' else 'phone' end || ', but another '
       || case when other_given then 'given name' when other_birth then 'date of birth' else 'generation' end
       || ': perhaps two people of one household.'
from told
where same_family and (same_address or same_reach) and (other_given or other_birth or generation <> generation_)
  and not (coalesce(birth = birth_, false) and coalesce(other_given, false))
union
select part, left_id, right_id, 'mailbox', 'They share the mailbox of an office, and their names differ.'
from told where $of_people and same_mailbox and not coalesce(same_family and not other_given, false)
order by part, left_id, right_id, guard, reason
