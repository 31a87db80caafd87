"""
Undefined values (D2): how far people rely on "Other", "Select", "n/a" and their like, in any language, instead of saying something.

A value is undefined if it is a placeholder (`model/placeholders.py`; `Select` is what a form shows before anybody chose) or a residual
(`model/residuals.py`). Of each field of text: undefined / all records, and undefined / set of what is new or was changed in the
window. Of each field of choices also the evenness of its values, H / log2(k) (Shannon 1948), and the share of the most used one: a
list that collapses to one value tells nothing, defined or not.
"""

from datetime import date

from xrm_lake.history.lifetime import born_sql
from xrm_lake.hygiene.decay.figure import TOO_FEW, Figure, share, too_few
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.model.kinds import kind
from xrm_lake.model.metrics import FEWEST
from xrm_lake.model.names import quoted
from xrm_lake.model.placeholders import PATTERN, placeholders
from xrm_lake.model.residuals import BEGINS, residual_values
from xrm_lake.store.as_of import State

UNDEFINED, EMPTY, UNEVEN, TOP = 0.10, 0.50, 0.20, 0.95
FEW_VALUES = 200
_LISTED = ("choice", "country", "city", "text")
_NO_VALUES = ("identifier", "long_text", "file")


def undefined_values(state: State, item: EntityType, since: date) -> list[Figure]:
    """The figures of each field of a type, split by field, and overall of what is new; none of a type without records."""
    fields = [each for each in item.active_fields if not each.many and each.kind not in _NO_VALUES]
    counted = _counted(state, item, fields, since) if fields else []
    if not counted or not counted[0]["records"]:
        return []
    texts = [row for row, field in zip(counted, fields, strict=True) if _is_text(field)]
    total = {name: sum(row[name] for row in texts) for name in ("fresh_undefined", "fresh_set")}
    figures = [_of_set(total["fresh_undefined"], total["fresh_set"])]
    for row, field in zip(counted, fields, strict=True):
        figures += [
            each.of("field", field.name) for each in (_of_text(row) if _is_text(field) else []) + _of_any(row, field)
        ]
    return figures


def _of_text(row: dict[str, int]) -> list[Figure]:
    return [
        share("undefined", row["undefined"], row["records"], UNDEFINED, "of the records say nothing here"),
        _of_set(row["fresh_undefined"], row["fresh_set"]),
    ]


def _of_set(num: int, den: int) -> Figure:
    return share("undefined_new", num, den, UNDEFINED, "of the values that are new or were changed say nothing")


def _of_any(row: dict[str, int], field: Field) -> list[Figure]:
    figures = []
    if row["fresh"]:
        empty = row["created"] - row["created_set"]
        words = "of the new records have nothing here"
        figures.append(
            share("empty_at_creation", empty, row["created"], EMPTY if field.level != "optional" else 1.0, words)
        )
    figures.append(_constant(row))
    if 1 < row["values"] <= FEW_VALUES and row["filled"] >= FEWEST and field.kind in _LISTED:
        even, values = row["evenness"], row["values"]
        used = f"{values} values, used to {100 * even:.0f}% evenly"
        figures += [
            Figure("evenness", even, None, row["filled"], values > 2 and even < UNEVEN, used),
            share("top_value", row["top"], row["filled"], TOP, "of the values are the same one"),
        ]
    return figures


def _constant(row: dict[str, int]) -> Figure:
    if row["filled"] < FEWEST:
        return too_few("constant", row["filled"], TOO_FEW)
    one = row["values"] == 1
    words = "has the same value wherever it has one" if one else f"has {row['values']} values"
    return Figure("constant", float(one), row["values"], row["filled"], one, words)


def _counted(state: State, item: EntityType, fields: list[Field], since: date) -> list[dict[str, int]]:
    """The counts of each field, in the order of the fields, by one reading of the records."""
    residuals = _residuals(state, item, [each for each in fields if _is_text(each)])
    words = {f"words_{place}": list(placeholders(each.kind)) for place, each in enumerate(fields) if _is_text(each)}
    others = {f"others_{place}": residuals.get(each.name, []) for place, each in enumerate(fields) if _is_text(each)}
    branches = " union all ".join(_branch(place, each) for place, each in enumerate(fields))
    columns = ", ".join(f"r.{quoted(each.name)}::varchar as {quoted(each.name)}" for each in fields)
    found = state.query(
        _COUNT.format(
            columns=columns, branches=branches, born=born_sql(item, "r"), records=state.records(item.name), entity=state.entity,
            change=state.change, batch=state.batch,
        ),
        type=item.name, since=since, day=state.day, **({"pattern": PATTERN} if words else {}), **words, **others,
    ).dicts()  # fmt: skip
    by_place = {row["place"]: row for row in found}
    # A type without records has no row for any field.
    return [by_place[place] for place in range(len(fields)) if place in by_place]


def _branch(place: int, field: Field) -> str:
    """The values of one field, each with how often it stands and whether it says nothing."""
    name = quoted(field.name)
    undefined = "false"
    if _is_text(field):
        undefined = (
            f"lower(trim({name})) in (select unnest($words_{place}::varchar[])) or regexp_matches(lower(trim({name})), $pattern)"
            f" or {name} in (select unnest($others_{place}::varchar[]))"
        )
    return f"""
        select {place} as place, value, n, fresh, created, coalesce(undefined, false) as undefined from (
            select {name} as value, count(*) as n, count(*) filter (where b.created_ or c.id is not null) as fresh,
                   count(*) filter (where b.created_) as created, {undefined} as undefined
            from base b left join changed c on c.id = b.id and c.field = '{field.name}' group by {name}
        )
    """


def _residuals(state: State, item: EntityType, texts: list[Field]) -> dict[str, list[str]]:
    if not texts:
        return {}
    begun = state.query(
        " union all ".join(
            f"(select distinct '{each.name}' as field, {quoted(each.name)} as value from {state.records(item.name)} where live"
            f" and regexp_matches(lower(trim({quoted(each.name)})), $begins) limit 1000)"
            for each in texts
        ),
        begins=BEGINS,
    ).rows()
    fields = {each.name: each for each in texts}
    return {
        name: residual_values([value for field, value in begun if field == name], item, fields[name])
        for name in {field for field, _ in begun}
    }


def _is_text(field: Field) -> bool:
    return kind(field.kind).duck_type == "varchar"


_COUNT = """
    with changed as materialized (
        select distinct c.field, coalesce(x.golden_id, x.id) as id from {change} c
        join {batch} b on b.batch_id = c.batch_id and b.undone_by is null and b.kind <> 'undo' join {entity} x on x.id = c.entity_id
        where c.type = $type and c.op = 'set' and c.made_at >= $since::date + interval 1 day
    ), base as materialized (
        select r.id, {columns},
               coalesce({born} >= $since::date + interval 1 day and {born} < $day::date + interval 1 day, false) as created_
        from {records} r join {entity} e on e.id = r.id where r.live
    ), counted as ({branches}
    ), judged as (
        select *, n / sum(n) filter (where value is not null) over (partition by place) as p from counted
    )
    select place, sum(n)::bigint as records, coalesce(sum(n) filter (where value is not null), 0)::bigint as filled,
           count(value) as values, coalesce(max(n) filter (where value is not null), 0)::bigint as top,
           coalesce(sum(n) filter (where undefined), 0)::bigint as undefined,
           coalesce(sum(fresh), 0)::bigint as fresh, coalesce(sum(fresh) filter (where value is not null), 0)::bigint as fresh_set,
           coalesce(sum(fresh) filter (where undefined), 0)::bigint as fresh_undefined,
           coalesce(sum(created), 0)::bigint as created, coalesce(sum(created) filter (where value is not null), 0)::bigint as created_set,
           coalesce(-sum(p * log2(p)) filter (where value is not null) / nullif(log2(count(value)), 0), 0)::double as evenness
    from judged group by place
"""
