"""
Tables of one source whose ids are the same and whose records are not: each numbers its rows from one.

Taken as one source, the rows of the one would be read as news of the other's, and be lost. So the later is a source of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from xrm_lake.ingest.mapping.header import file_words
from xrm_lake.ingest.mapping.identify import Identity
from xrm_lake.ingest.mapping.references import Reference
from xrm_lake.ingest.mapping.sample import Column, Table
from xrm_lake.ingest.plan import ColumnPlan, FilePlan
from xrm_lake.model.catalog import Catalog

_AGREE = 0.5
_LOOKED_AT = 2_000
_MAX_LENGTH = 60


@dataclass(frozen=True)
class _Numbered:
    """A table with the types that its rows become (of a role also the party's), and the place of its ids (None: it has none)."""

    table: Table
    types: frozenset[str]
    key: int | None


def keep_apart(
    identities: Sequence[Identity], sources: Sequence[str], references: Sequence[Reference], catalog: Catalog
) -> list[str]:
    """
    The sources, with a name of its own for each table whose ids another of its source and types has for other records.

    The tables that columns refer to keep theirs before the others do.
    """
    tables = [_numbered(identity, catalog) for identity in identities]
    named, referred = list(sources), {to for each in references for to in (each.to, *each.also)}
    kept: list[int] = []
    for place in sorted(range(len(tables)), key=lambda place: (place not in referred, place)):
        if any(named[place] == named[other] and _clash(tables[place], tables[other]) for other in kept):
            words = file_words(tables[place].table.delivery.name) or str(place)
            named[place] = f"{named[place]} {words}"[:_MAX_LENGTH].strip()
        kept.append(place)
    return named


def with_sources(
    columns: Sequence[ColumnPlan], place: int, references: Sequence[Reference], sources: Sequence[str]
) -> list[ColumnPlan]:
    """The plans of a table, its links by id with the source of the records that they name, where it is not the table's own."""
    elsewhere = {
        each.column: sources[each.to]
        for each in references
        if each.table == place and sources[each.to] != sources[place]
    }
    return [
        replace(plan, link=replace(plan.link, source=elsewhere[plan.position]))
        if plan.link and plan.link.match_by == "id" and plan.position in elsewhere
        else plan
        for plan in columns
    ]


def of_own_source(plan: FilePlan, system: str) -> FilePlan:
    """The plan with a note, if it is of another source than its system."""
    if plan.source == system:
        return plan
    note = f"Its ids are those of other records of {system} too, so it is a source of its own: {plan.source!r}."
    return replace(plan, notes=(*plan.notes, note))


def _numbered(identity: Identity, catalog: Catalog) -> _Numbered:
    keys = [column.position for column in identity.columns if column.to == "key"]
    there = bool(identity.type) and catalog.has_type(identity.type)
    types = {identity.type, *catalog.type(identity.type).party_types} if there else set()
    return _Numbered(identity.table, frozenset(types), keys[0] if len(keys) == 1 else None)


def _clash(mine: _Numbered, other: _Numbered) -> bool:
    if mine.key is None or other.key is None or not mine.types & other.types:
        return False
    known = other.table.texts(other.key)
    if not mine.table.texts(mine.key).is_in(known.implode()).any():
        return False
    if file_words(mine.table.delivery.name) == file_words(other.table.delivery.name):
        return False
    pairs = [
        (column, match)
        for column in mine.table.columns
        for match in other.table.columns
        if column.position != mine.key and match.position != other.key and _said_alike(column, match)
    ]
    return bool(pairs) and _agreement(mine, other, pairs) < _AGREE


def _said_alike(column: Column, match: Column) -> bool:
    return column.words == match.words and len(column.values) > 1 and len(match.values) > 1


def _agreement(mine: _Numbered, other: _Numbered, pairs: Sequence[tuple[Column, Column]]) -> float:
    """Which share of the cells that stand under one id and one header in both tables say the same."""

    def rows(numbered: _Numbered, positions: list[int]) -> pl.DataFrame:
        cells = [
            pl.col(f"c{position}").str.strip_chars().alias(f"v{place}") for place, position in enumerate(positions)
        ]
        staged = pl.scan_parquet(numbered.table.delivery.staged, glob=False)
        return staged.select(pl.col(f"c{numbered.key}").str.strip_chars().alias("key"), *cells).collect()

    left = rows(mine, [column.position for column, _ in pairs]).head(_LOOKED_AT)
    met = left.join(rows(other, [match.position for _, match in pairs]), on="key", suffix="_other")
    both = [
        met.filter((pl.col(f"v{place}") != "") & (pl.col(f"v{place}_other") != "")).select(
            pl.col(f"v{place}").str.to_lowercase() == pl.col(f"v{place}_other").str.to_lowercase()
        )
        for place in range(len(pairs))
    ]
    cells = sum(each.height for each in both)
    return sum(int(each.to_series().sum()) for each in both) / cells if cells else 1.0
