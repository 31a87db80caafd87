"""
What tells more of the five problems than how many records have them: how incomplete, how odd, which links are at fault.

Each is a function of a state, gives a frame MEASURES, and stands in `model/metrics.py` with its meaning and version.
"""

import polars as pl

from xrm_lake.hygiene.measures import MEASURES
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.names import quoted
from xrm_lake.store.as_of import State

# A required field weighs as much as three expected ones: a choice of this project.
WEIGHTS = {"required_missing": 3, "expected_missing": 1}
# Kinds without a rule, whose values may still be written in a few ways.
RULELESS = ("text", "identifier")
# Patterns are usual that together cover this share of the values.
USUAL = 0.95


def incompleteness(state: State) -> pl.DataFrame:
    """
    How incomplete records are on average: 1 - mean of c, where c = sum(weight * filled) / sum(weight) over required and expected fields.

    num = the sum of 1 - c over live records, den = their number. A required field weighs 3, an expected one 1; expected fields that do
    not apply to a record are left out of its sum. After the completeness of Batini and Scannapieco (2006), weighted. Reads the tables
    of `find_faults`.
    """
    return _frame(
        state,
        f"""
        with weighed as (
            select place, type, check_name, checked, case check_name when 'required_missing' then {WEIGHTS["required_missing"]}
                   else {WEIGHTS["expected_missing"]} end as weight
            from checks_ where check_name in ('required_missing', 'expected_missing')
        ), total as (
            select type, sum(weight) as weight from weighed group by type
        ), missing as (
            select w.type, f.id, sum(w.weight) as weight from flagged_ f join weighed w on w.place = f.place group by w.type, f.id
        ), records as (select type, count(*) as den from segment_ where live group by type)
        select 'incompleteness' as metric, t.type as scope, '' as split, '' as part,
               coalesce(sum(m.weight / (t.weight - coalesce(x.fields, 0))), 0) as num, any_value(r.den) as den
        from total t join records r on r.type = t.type left join missing m on m.type = t.type left join exempt_ x on x.id = m.id
        group by t.type order by t.type
        """,
    )


def links_at_fault(state: State) -> pl.DataFrame:
    """
    Links that lead nowhere, and links that contradict each other.

    `dangling`: num = standing links whose other end was deleted, den = standing links of records that stand. `contradictory`: num =
    records that have two other ends or more by a link type that allows one, den = records that have such a link. By type of the record
    that the links leave.
    """
    singles = ", ".join(f"'{item.name}'" for item in state.catalog.link_types if item.cardinality == "one") or "''"
    return _frame(
        state,
        f"""
        select 'dangling' as metric, f.type as scope, '' as split, '' as part, count(*) filter (where t.deleted_at is not null) as num,
               count(*) as den
        from {state.link} l join {state.entity} f on f.id = l.from_golden and f.deleted_at is null
        join {state.entity} t on t.id = l.to_id where l.ended_at is null group by f.type
        union all
        select 'contradictory', e.type, '', '', count(*) filter (where k.ends > 1), count(*)
        from (
            select from_golden, type, count(distinct to_golden) as ends from {state.link}
            where ended_at is null and type in ({singles}) group by from_golden, type
        ) k join {state.entity} e on e.id = k.from_golden and e.deleted_at is null group by e.type
        order by 1, 2
        """,
    )


def patterns(state: State, types: list[EntityType]) -> pl.DataFrame:
    """
    How far the values of fields without a rule are written in a few ways, by field.

    A pattern is the value with capitals as A, small letters as a, digits as 9, runs as one. `odd_pattern`: num = values outside the
    most frequent patterns that together cover 95 %, den = filled values. `pattern_entropy`: num = Shannon's entropy
    H = -sum p log2 p of the patterns in bits (Shannon 1948), den = log2 of their number, so that the share is 0 where all are
    alike and 1 where all differ; not measured of one pattern only.
    """
    queries = [
        _PATTERNS.format(
            type=item.name, field=field.name, column=quoted(field.name), table=state.records(item.name), usual=USUAL
        )
        for item in types
        for field in item.active_fields
        if field.kind in RULELESS and not field.many and not field.allowed
    ]
    found = [_frame(state, query) for query in queries]
    return pl.concat([pl.DataFrame(schema=MEASURES), *found])


_PATTERNS = """
    with pattern as (
        select regexp_replace(regexp_replace(regexp_replace({column}, '[A-Z]+', 'A', 'g'), '[a-z]+', 'a', 'g'), '[0-9]+', '9', 'g') as p,
               count(*) as n from {table} where live and {column} is not null group by 1
    ), ranked as (
        select n, sum(n) over () as total, sum(n) over (order by n desc, p rows unbounded preceding) - n as before from pattern
    ), told as (
        select coalesce(sum(n) filter (where before >= {usual} * total), 0) as odd, sum(n) as total,
               -sum(n / total * log2(n / total)) as bits, count(*) as patterns from ranked
    )
    select 'odd_pattern' as metric, '{type}' as scope, 'field' as split, '{field}' as part, odd as num, total as den
    from told where total > 0
    union all
    select 'pattern_entropy', '{type}', 'field', '{field}', least(bits, log2(patterns)), log2(patterns) from told where patterns > 1
"""


def _frame(state: State, query: str) -> pl.DataFrame:
    found = state.query(query).frame()
    return found.with_columns(at_risk=None, entered=None, left_=None).select(MEASURES.names()).cast(MEASURES)
