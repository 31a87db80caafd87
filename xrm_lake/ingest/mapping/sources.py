"""What the source of each table is called: with a record's own id it tells whether the record is there already."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from xrm_lake.ingest.mapping.header import file_words
from xrm_lake.ingest.mapping.sample import Table

_POINTS = 0.8
_MAX_LENGTH = 60


@dataclass(frozen=True)
class Sourced:
    """A table, the source that its preset names (None: no preset), and all its own ids (None: it has none)."""

    table: Table
    source: str | None
    ids: pl.Series | None


def name_sources(tables: Sequence[Sourced], together: Sequence[tuple[int, int]] = (), *, called: str = "") -> list[str]:
    """
    The source of each table: its system's, that of the tables whose ids it holds, or the name of its file.

    Tables that name each other's records by id share a source, or the ids would mean nothing; `together` are pairs of tables,
    by place, that are known to. A file that is called after the system of others, such as `hubspot-users.csv` beside exports of
    HubSpot, is of that system. `called` is what tables without a system are called that came as one delivery.
    """
    systems = {table.source for table in tables if table.source is not None}
    tables = [replace(table, source=table.source or _called_after(table, systems)) for table in tables]
    groups = list(range(len(tables)))
    for here, table in enumerate(tables):
        for there, other in enumerate(tables):
            if here != there and groups[here] != groups[there] and _same(table, other):
                groups = _joined(groups, here, there)
    for here, there in together:
        if None in (tables[here].source, tables[there].source) or tables[here].source == tables[there].source:
            groups = _joined(groups, here, there)
    return [_name([other for other, other_group in zip(tables, groups, strict=True) if other_group == group], table, called)
            for table, group in zip(tables, groups, strict=True)]  # fmt: skip


def _called_after(table: Sourced, systems: set[str]) -> str | None:
    found = systems & set(file_words(table.table.delivery.name.partition("#")[0]).split())
    return found.pop() if len(found) == 1 else None


def _joined(groups: list[int], here: int, there: int) -> list[int]:
    return [groups[there] if group == groups[here] else group for group in groups]


def _same(table: Sourced, other: Sourced) -> bool:
    if table.source is not None and other.source is not None:
        return False
    return other.ids is not None and any(_holds(column.values, other.ids) for column in table.table.columns)


def _holds(values: pl.Series, ids: pl.Series) -> bool:
    """Whether nearly all values are among the ids; small numbers are among any."""
    if values.len() < 3 or (values.str.len_chars().mean() or 0) < 3:  # type: ignore[operator]
        return False
    pieces = values.str.split(";").explode(empty_as_null=True).str.strip_chars()
    return float(pieces.is_in(ids.implode()).sum()) >= _POINTS * pieces.len()


def _name(group: Sequence[Sourced], table: Sourced, called: str) -> str:
    if table.source is not None:
        return table.source
    systems = sorted({other.source for other in group if other.source is not None})
    if systems:
        return systems[0]
    if called:
        return called[:_MAX_LENGTH]
    return "+".join(sorted({_stem(other.table.delivery.name) for other in group}))[:_MAX_LENGTH]


def _stem(name: str) -> str:
    """
    A file's name as the name of a source: without folder, ending, and the date or number of this one export.

    >>> _stem("in/Contacts 2026-11-01.csv"), _stem("book.xlsx#Kunden")
    ('contacts', 'book')
    """
    stem = name.rsplit("/", 1)[-1].partition("#")[0]
    stem = re.sub(r"\.[A-Za-z0-9]{1,8}$", "", stem).casefold()
    kept = re.sub(r"[\s_.-]*(?:\d{4}[-_.]?\d{2}[-_.]?\d{2}|\(\d+\)|\bv\d+)[\s_.-]*", " ", stem)
    return re.sub(r"\s+", "_", kept.strip()) or stem
