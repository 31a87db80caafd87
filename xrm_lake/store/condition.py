"""
Conditions that people write: what may stand in one is read from its syntax tree, not from its text.

One boolean expression over the fields of one type. No subquery, no window, no other table, no setting; only functions that
are listed here, all of which look at one record and take time in proportion to its values.
"""

import json
from collections.abc import Iterator
from typing import Any

import duckdb

from xrm_lake.errors import InvalidQuery
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.names import quoted
from xrm_lake.store.settings import Reader
from xrm_lake.store.views import duck_type

LONGEST = 4_000
# The day of the check, as a condition may speak of it.
AS_OF = "as_of"

_CLASSES = frozenset(
    ("COMPARISON", "CONJUNCTION", "OPERATOR", "BETWEEN", "CASE", "CAST", "COLUMN_REF", "CONSTANT", "FUNCTION", "PARAMETER", "TYPE")
)  # fmt: skip
# Left out on purpose: what makes texts or lists of any length (repeat, range, replace, lpad, printf), what compares letter by letter
# (levenshtein), what reads settings, time or chance, and what takes another expression apart (lambdas).
FUNCTIONS = frozenset(
    """
    lower upper trim ltrim rtrim length len strlen left right substr substring substring_grapheme contains starts_with prefix
    ends_with suffix regexp_matches regexp_full_match regexp_extract strip_accents split_part reverse position instr strpos ascii
    unicode concat concat_ws || + - * / // % ** ^ abs round floor ceil ceiling trunc sign greatest least mod sqrt ln log10 isnan
    isfinite ~~ !~~ ~~* !~~* ~~~ like_escape not_like_escape ilike_escape not_ilike_escape date_diff datediff date_sub datesub
    date_part datepart date_trunc datetrunc year month day hour minute dayofweek isodow dayofyear week quarter dayname monthname
    last_day age make_date to_days to_weeks to_months to_years to_hours to_minutes to_seconds date_add coalesce nullif ifnull if
    list_value list_contains list_has list_has_any list_has_all list_distinct array_length
    """.split()  # noqa: SIM905
)


def judged_sql(condition: str) -> str:
    """
    The condition as an expression that is never an error: true, false where it is false or null, and null where it cannot be told.
    """
    return f"try(coalesce(({condition}\n)::boolean, false))"


def refuse_condition(reader: Reader, entity_type: EntityType, condition: str) -> list[str]:
    """
    The fields that a condition speaks of, in their order.

    Raises InvalidQuery if it is not one boolean expression over the fields of the type. Nothing is read but the syntax; a batch in
    which it raises cannot go on.
    """
    if not condition.strip():
        raise InvalidQuery('A condition is needed, such as "close_date < opened_on". Nothing was changed.')
    if len(condition) > LONGEST:
        raise InvalidQuery(f"A condition has {LONGEST} characters at most. Nothing was changed.")
    # What closes a bracket to open it again would pass in one of these, but not in both.
    for place in (f"select 1 where ({condition}\n)", f"select case when {condition}\n then 1 end"):
        tree = _tree(reader, place)
    columns = {item.name: duck_type(item) for item in entity_type.fields}
    nodes = list(_nodes(tree))
    for node in nodes:
        _refuse_node(node, set(columns), entity_type.name)
    row = ", ".join(f"null::{kind} as {quoted(name)}" for name, kind in columns.items()) or "null as nothing"
    _refuse_unbound(reader, f"select typeof(({condition}\n)) from (select {row}), (select ${AS_OF}::date)")
    named = {node["column_names"][0].lower() for node in nodes if node["class"] == "COLUMN_REF"}
    return [name for name in columns if name in named]


def refuse_conditions(reader: Reader, entity_type: EntityType) -> None:
    """As `refuse_condition`, of the conditions under which the fields of a type apply."""
    for field in entity_type.fields:
        if field.applies_if:
            refuse_condition(reader, entity_type, field.applies_if)


def _tree(reader: Reader, statement: str) -> Any:
    answer = json.loads(reader.query("select json_serialize_sql($statement)", statement=statement).value())
    if answer.get("error"):
        raise InvalidQuery(f"The condition cannot be read: {answer.get('error_message')}. Nothing was changed.")
    if len(answer["statements"]) != 1:
        raise InvalidQuery("A condition is one expression, not several statements. Nothing was changed.")
    return answer["statements"][0]["node"]["select_list"]


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        if "class" in tree:
            yield tree
        for part in tree.values():
            yield from _nodes(part)
    elif isinstance(tree, list):
        for part in tree:
            yield from _nodes(part)


def _refuse_node(node: dict[str, Any], columns: set[str], type_name: str) -> None:
    found = node["class"]
    if found not in _CLASSES or node["type"] in ("OPERATOR_TRY", "ARRAY_SLICE", "OPERATOR_UNPACK"):
        raise InvalidQuery(
            f"A condition looks at one record: {found.lower().replace('_', ' ')} cannot stand in it. Nothing was changed."
        )
    if found == "COLUMN_REF":
        names = node["column_names"]
        if len(names) != 1 or names[0].lower() not in columns:
            raise InvalidQuery(
                f"{'.'.join(names)} is no field of {type_name}. It has: {', '.join(sorted(columns))}. The day of the check is ${AS_OF}."
                " Nothing was changed."
            )
    if found == "FUNCTION" and node["function_name"].lower() not in FUNCTIONS:
        raise InvalidQuery(
            f"The function {node['function_name']} cannot be used in a condition; see docs/hygiene.md. Nothing was changed."
        )
    if found == "PARAMETER" and node.get("identifier", "").lower() != AS_OF:
        raise InvalidQuery(f"A condition knows no value but ${AS_OF}, the day of the check. Nothing was changed.")


def _refuse_unbound(reader: Reader, statement: str) -> None:
    try:
        kind = reader.query(statement, as_of="2000-01-01").value()
    except duckdb.Error as problem:
        raise InvalidQuery(f"The condition cannot be run: {_first_line(problem)}. Nothing was changed.") from problem
    if kind not in ("BOOLEAN", '"NULL"'):
        raise InvalidQuery(f"A condition is true or false; this one gives a {str(kind).lower()}. Nothing was changed.")


def _first_line(problem: duckdb.Error) -> str:
    return str(problem).strip().splitlines()[0].rstrip(".")[:200]
