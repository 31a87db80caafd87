"""What a plan says of the columns of a file, as JSON text that reads back as the same columns of another file with these headers."""

import dataclasses
import json
from collections.abc import Iterator, Sequence
from typing import Any

from xrm_lake.ingest.mapping.header import plain
from xrm_lake.ingest.plan import ColumnPlan, FilePlan, LinkTarget

_SHAPES = ("type", "preset", "shape", "link_type")


def plan_text(plan: FilePlan) -> str:
    """The plan without its file, as JSON; `said` tells people what becomes of each column that has a place."""
    placed = [column for column in plan.columns if column.to not in ("extra", "ignore")]
    return json.dumps(
        {
            **{name: getattr(plan, name) for name in _SHAPES},
            "columns": [
                {**dataclasses.asdict(column), "nth": nth}
                for column, nth in zip(plan.columns, _counted(plan.columns), strict=True)
            ],
            "key": [_named(plan, position) for position in plan.key],
            "constants": plan.constants,
            "match_on": plan.match_on,
            "said": [f"{column.header} → {_goal(column)}" for column in placed],
        },
        ensure_ascii=False,
        sort_keys=True,
    )


def headers_text(headers: Sequence[str]) -> str:
    """
    The headers of a file as one text, whatever their order.

    >>> headers_text(["Name", " e-mail "]) == headers_text(["E-Mail", "name"])
    True
    """
    return json.dumps(sorted(plain(header) for header in headers), ensure_ascii=False)


def read_plan(text: str, fresh: FilePlan) -> FilePlan:
    """The file of a fresh plan, read as the saved text says; columns that it gave no place keep their fresh one, if it is free."""
    saved = json.loads(text)
    own = {(plain(c.header), nth): c for c, nth in zip(fresh.columns, _counted(fresh.columns), strict=True)}
    columns = []
    for item in saved["columns"]:
        now = own[plain(item["header"]), item["nth"]]
        columns.append(_column(item, now))
    taken: set[tuple[str, str]] = {(column.to, column.field) for column in columns if column.to in ("field", "key")}
    settled = tuple(
        _settled(column, own_plan, taken) for column, own_plan in zip(columns, _fresh(columns, fresh), strict=True)
    )
    positions = {
        (plain(column.header), nth): column.position
        for column, nth in zip(fresh.columns, _counted(fresh.columns), strict=True)
    }
    return dataclasses.replace(
        fresh,
        **{name: saved[name] for name in _SHAPES},
        columns=settled,
        key=tuple(positions[plain(header), nth] for header, nth in saved["key"]),
        constants=tuple((name, value) for name, value in saved["constants"]),
        match_on=tuple(saved["match_on"]),
    )


def _column(item: dict[str, Any], now: ColumnPlan) -> ColumnPlan:
    link = item["link"]
    target = None
    if link is not None:
        fixed = tuple((name, value) for name, value in link["fixed"])
        target = LinkTarget(**{**link, "to_types": tuple(link["to_types"]), "fixed": fixed})
    options = now.options or tuple((name, value) for name, value in item["options"])
    known = {name: item[name] for name in ("to", "field", "score", "runner_up", "reason")}
    return ColumnPlan(now.position, now.header, link=target, options=options, **known)


def _fresh(columns: Sequence[ColumnPlan], fresh: FilePlan) -> Iterator[ColumnPlan]:
    by_position = {column.position: column for column in fresh.columns}
    return (by_position[column.position] for column in columns)


def _settled(column: ColumnPlan, now: ColumnPlan, taken: set[tuple[str, str]]) -> ColumnPlan:
    """A column that had no place before, and that nobody spoke of, may have found one since."""
    waits = column.to == "extra" and column.reason != "as told"
    return now if waits and (now.to, now.field) not in taken and now.to not in ("key", "end") else column


def _named(plan: FilePlan, position: int) -> tuple[str, int]:
    return next(
        (column.header, nth)
        for column, nth in zip(plan.columns, _counted(plan.columns), strict=True)
        if column.position == position
    )


def _counted(columns: Sequence[ColumnPlan]) -> list[int]:
    """For each column, which of those with its header it is, in the order of the file."""
    seen: dict[str, int] = {}
    numbers: dict[int, int] = {}
    for column in sorted(columns, key=lambda each: each.position):
        header = plain(column.header)
        numbers[column.position] = seen[header] = seen.get(header, -1) + 1
    return [numbers[column.position] for column in columns]


def _goal(column: ColumnPlan) -> str:
    return column.link.link_type if column.link is not None else column.field or column.to
