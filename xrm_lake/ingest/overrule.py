"""Overruling a plan: what a person may say of each column instead, and the plan that follows from it."""

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from xrm_lake.errors import Misuse
from xrm_lake.ingest.plan import ColumnPlan, FilePlan, LinkTarget, MatchBy
from xrm_lake.ingest.read import Delivery
from xrm_lake.model.catalog import Catalog

_LOOKED_AT = 400


def choices(plan: FilePlan, catalog: Catalog) -> dict[str, str]:
    """All that a column of a table of records may become: a code for `overrule`, and what it is called."""
    fields = {f"field:{field.name}": field.label for field in catalog.fields_for_import(plan.type)}
    links = {
        f"link:{item.name}:{to}:{by}": f"{item.label} {catalog.type(to).label.lower()}, by {by}"
        for item in catalog.links_from(plan.type)
        if item.name != "role_of"
        for to in item.to_types
        for by in ("name", "id")
    }
    kept = {"key": "The record's own id", "extra": "Keep it beside the fields", "ignore": "Leave it out"}
    planned = {
        code_of(column): _said(column, catalog)
        for column in plan.columns
        if code_of(column) not in fields | links | kept
    }
    return {**fields, **kept, **links, **planned}


def code_of(column: ColumnPlan) -> str:
    """The code of what a column is planned to become."""
    if column.to == "field":
        return f"field:{column.field}"
    if column.to == "link" and column.link is not None:
        return (
            f"link:{column.link.link_type}:{'|'.join(column.link.to_types)}:{column.link.field or column.link.match_by}"
        )
    return (
        "key"
        if column.to == "key"
        else "ignore"
        if column.to == "ignore"
        else "extra"
        if column.to == "extra"
        else f"as planned:{column.position}"
    )


def overrule(plan: FilePlan, codes: Mapping[int, str]) -> FilePlan:
    """
    The plan with other columns; `codes` is by the position of the column.

    A field that two columns would fill keeps the one that was named last, and the other is kept beside. Raises Misuse
    for a table of links, whose columns follow from what it is, and for a code that is not known.
    """
    changed = {
        column.position: codes[column.position]
        for column in plan.columns
        if codes.get(column.position, code_of(column)) != code_of(column)
    }
    if not changed:
        return plan
    if plan.shape == "links":
        raise Misuse("The columns of a table of links follow from its ends. Nothing was changed.")
    taken = set(changed.values())
    columns = tuple(
        _told(column, changed[column.position])
        if column.position in changed
        else replace(column, to="extra", field="", link=None, reason="another column was named for it")
        if code_of(column) in taken and column.to in ("field", "key")
        else column
        for column in plan.columns
    )
    return replace(plan, columns=columns, key=_key(plan, changed))


def samples(delivery: Delivery, *, most: int = 3) -> tuple[str, ...]:
    """For each column a few of its first different values, as the file has them."""
    rows = pl.scan_parquet(delivery.staged, glob=False).head(_LOOKED_AT).collect()
    found = []
    for place in range(len(delivery.headers)):
        texts = rows[f"c{place}"].drop_nulls()
        found.append(" · ".join(texts.filter(texts != "").unique(maintain_order=True).head(most).to_list()))
    return tuple(found)


def _told(column: ColumnPlan, code: str) -> ColumnPlan:
    plain = ColumnPlan(column.position, column.header, "extra", runner_up=column.runner_up, reason="as told")
    what, _, rest = code.partition(":")
    match what:
        case "field":
            return replace(plain, to="field", field=rest, options=column.options)
        case "key":
            return replace(plain, to="key")
        case "ignore":
            return replace(plain, to="ignore")
        case "extra":
            return plain
        case "link":
            return replace(plain, to="link", link=_target(rest))
    raise Misuse(f"A column cannot become {code!r}. Nothing was changed.")


def _target(code: str) -> LinkTarget:
    name, types, by = code.split(":", 2)
    field = by if by not in ("id", "name") else ""
    match_by: MatchBy = "key" if field else "id" if by == "id" else "name"
    return LinkTarget(name, tuple(each for each in types.split("|") if each), match_by, field=field)


def _key(plan: FilePlan, changed: Mapping[int, str]) -> tuple[int, ...]:
    named = tuple(position for position, code in changed.items() if code == "key")
    return named or tuple(position for position in plan.key if changed.get(position, "key") == "key")


def _said(column: ColumnPlan, catalog: Catalog) -> str:
    if column.link is None:
        return f"As planned: {column.to.replace('_', ' ')} {column.field}".strip()
    words = catalog.link_type(column.link.link_type).label
    to = " or ".join(column.link.to_types) or "record"
    return f"{words} {to}, by {column.link.field or column.link.match_by}"
