"""A plan for the columns of a known export: what its preset says, and the rest by header and content."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from xrm_lake.errors import InvalidDeclaration
from xrm_lake.ingest.mapping.columns import drop_lesser_links, plan_columns
from xrm_lake.ingest.mapping.header import plain
from xrm_lake.ingest.mapping.known import Known
from xrm_lake.ingest.mapping.sample import Column, Table
from xrm_lake.ingest.mapping.vocabulary import Vocabulary
from xrm_lake.ingest.plan import ColumnPlan, LinkTarget
from xrm_lake.ingest.preset import PresetColumn, Role
from xrm_lake.model.catalog import Catalog

_SURE = {"A": 1.0, "B": 0.98, "C": 0.93, "K": 0.8}
# A column that the preset does not know is mapped only if its header says plainly what it is.
_PLAIN = 0.85


def plan_known(table: Table, role: Role, known: Known, vocabulary: Vocabulary) -> list[ColumnPlan]:
    """The columns of a table of this role, in the order of the file."""
    told = {plain(column.header): column for column in reversed(role.columns)}
    order = {plain(column.header): place for place, column in enumerate(reversed(role.columns))}
    plans: list[ColumnPlan] = []
    unknown: list[Column] = []
    for column in table.columns:
        entry = told.get(plain(column.header))
        if entry is None:
            unknown.append(column)
        else:
            plans.append(_declared(column.position, column.header, entry, role, vocabulary.catalog))
    plans = _first_of_each(plans, table, order)
    plans += _rest(unknown, role, known, vocabulary, plans)
    return drop_lesser_links(sorted(plans, key=lambda plan: plan.position), vocabulary)


def _rest(
    columns: list[Column], role: Role, known: Known, vocabulary: Vocabulary, taken: list[ColumnPlan]
) -> list[ColumnPlan]:
    if role.type and columns:
        entity_type = vocabulary.catalog.type(role.type)
        return plan_columns(columns, entity_type, known, vocabulary, taken=taken, at_least=_PLAIN)
    return [
        ColumnPlan(column.position, column.header, "extra", score=0.0, reason="not part of the known export")
        for column in columns
    ]


def plan_header(column: PresetColumn, role: Role, catalog: Catalog) -> ColumnPlan:
    """What a preset makes of a column, if it is in a file and no other comes before it."""
    return _declared(0, column.header, column, role, catalog)


def _declared(position: int, header: str, entry: PresetColumn, role: Role, catalog: Catalog) -> ColumnPlan:
    plan = ColumnPlan(position, header, "extra", score=_SURE[entry.evidence])
    to = entry.to
    if not isinstance(to, str) and "before" in to:
        return replace(plan, to="ignore", reason=f"it is read as the beginning of {to['before']!r}")
    if not isinstance(to, str):
        return _linked(plan, to, role, catalog)
    if to.startswith("ignore"):
        return replace(plan, to="ignore", reason=to.partition(":")[2].strip())
    if to in ("key", "extra"):
        return replace(plan, to="key") if to == "key" else plan
    if to.startswith("link."):
        return _link_field(plan, to.removeprefix("link."), role, catalog)
    if not role.type or to not in {field.name for field in catalog.fields_for_import(role.type)}:
        return replace(plan, reason=f"{role.type} has no field {to!r} in this lake")
    return replace(plan, to="field", field=to)


def _linked(plan: ColumnPlan, to: Mapping[str, Any], role: Role, catalog: Catalog) -> ColumnPlan:
    name = to.get("link") or role.link_type
    types = to.get("to", ())
    types = (types,) if isinstance(types, str) else tuple(types)
    there = tuple(item for item in types if catalog.has_type(item))
    links = {link.name for link in catalog.link_types if not link.retired}
    if name not in links or (types and not there):
        return replace(plan, reason=f"this lake has no link {name!r} to {' or '.join(types)}")
    end = to.get("end")
    if end not in (None, "from", "to") or to.get("by") not in ("id", "key", "name"):
        raise InvalidDeclaration(
            f"The preset {role.full_name} declares the column {plan.header!r} in a way that cannot be."
        )
    target = LinkTarget(
        link_type=name,
        to_types=there,
        match_by=to["by"],
        direction="in" if end == "from" or to.get("direction") == "in" else "out",
        field=to.get("field", ""),
        separator=to.get("separator", ""),
        fixed=tuple(to.get("fixed", {}).items()),
    )
    return replace(plan, to="end" if end else "link", link=target)


def _link_field(plan: ColumnPlan, name: str, role: Role, catalog: Catalog) -> ColumnPlan:
    known = {field.name for field in catalog.link_type(role.link_type).fields} | {"since", "until"}
    if name not in known:
        return replace(plan, reason=f"the link {role.link_type} has no field {name!r} in this lake")
    return replace(plan, to="link_field", field=name)


def _first_of_each(plans: Iterable[ColumnPlan], table: Table, order: Mapping[str, int]) -> list[ColumnPlan]:
    """One column for each field: of several the first that has values, in the order of the preset."""
    plans = list(plans)
    filled = {column.position: column.filled > 0 for column in table.columns}
    best: dict[tuple[str, str], ColumnPlan] = {}

    def rank(plan: ColumnPlan) -> tuple[bool, int, int]:
        return not filled[plan.position], -order[plain(plan.header)], plan.position

    for plan in plans:
        if plan.to in ("field", "key", "link_field"):
            place = (plan.to, plan.field)
            best[place] = min(best.get(place, plan), plan, key=rank)
    return [
        plan
        if plan.to not in ("field", "key", "link_field") or best[plan.to, plan.field] is plan
        else replace(plan, to="extra", reason=f"{best[plan.to, plan.field].header!r} comes first")
        for plan in plans
    ]
