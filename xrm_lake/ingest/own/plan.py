"""What becomes of the columns of a file that was exported here: its headers say it, so nothing is guessed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from xrm_lake.errors import ImportRefused
from xrm_lake.ingest.parts import part_of
from xrm_lake.ingest.plan import OWN, ColumnPlan, FilePlan, LinkTarget
from xrm_lake.ingest.read.delivery import Delivery
from xrm_lake.model.catalog import Catalog
from xrm_lake.model.entity_type import EntityType, LinkType
from xrm_lake.model.own_file import (
    FROM,
    GOLDEN_RECORD,
    KEY,
    LINK,
    LINK_COLUMN,
    PARTY,
    RECORD,
    REFERENCE,
    SOURCE,
    TO,
    VERSION,
    VERSION_PATTERN,
    is_own,
    short_id,
)

# What an export says for its readers: the row's own columns say it for the import.
_FOR_READERS = ("id", "updated_at", "party_id", "party_type", "party")
_MARKS = {SOURCE: "source", KEY: "key", VERSION: "version", GOLDEN_RECORD: "golden"}


def comes_back(delivery: Delivery) -> bool:
    """Whether a table was exported here, from this lake or another."""
    return is_own(delivery.headers)


def plan_own(delivery: Delivery, catalog: Catalog, *, lake_id: str, source: str | None) -> list[FilePlan]:
    """
    The plans of an exported table: one for its type, or for a role's file one for each type of its parties.

    Raises ImportRefused if its rows are of no type, of several, of one that is not here, or of several lakes.
    """
    if RECORD not in delivery.headers:
        return [_plan_links(delivery, catalog, lake_id, source)]
    name = _only(delivery, _texts(delivery, RECORD).str.extract(REFERENCE, 1), "type")
    entity_type = _known_type(delivery, catalog, name)
    hand = _of_this_lake(delivery, lake_id)
    if entity_type.role_of is None or PARTY not in delivery.headers:
        return [_plan_records(delivery, catalog, entity_type, "", hand=hand, source=source)]
    parties = _texts(delivery, PARTY).str.extract(REFERENCE, 1)
    there = parties.drop_nulls().unique().sort().to_list() or [entity_type.party_types[0]]
    if len(there) == 1:
        return [_plan_records(delivery, catalog, entity_type, there[0], hand=hand, source=source)]
    rows = pl.read_parquet(delivery.staged, glob=False).with_columns(party_=parties.fill_null(there[0]))
    parts = [
        part_of(delivery, party, rows.filter(pl.col("party_") == party).drop("party_"), first=place == 0)
        for place, party in enumerate(there)
    ]
    return [
        _plan_records(part, catalog, entity_type, party, hand=hand, source=source)
        for part, party in zip(parts, there, strict=True)
    ]


def in_own_order(plans: Sequence[FilePlan], catalog: Catalog) -> list[FilePlan]:
    """Parties before their roles, what was merged before what stands for it, records before links."""

    def rank(plan: FilePlan) -> tuple[int, bool]:
        return 2 if plan.shape == "links" else int(
            catalog.type(plan.type).role_of is not None
        ), "golden" not in plan.own

    return sorted(plans, key=rank)


def _plan_records(
    delivery: Delivery, catalog: Catalog, entity_type: EntityType, party: str, *, hand: bool, source: str | None
) -> FilePlan:
    fields = {field.name for field in entity_type.active_fields}
    fields |= {field.name for field in catalog.type(party).active_fields} if party else set()
    others = {field.name for field in catalog.fields_for_import(entity_type.name)} - fields
    columns = []
    for place, header in enumerate(delivery.headers):
        plain = ColumnPlan(place, header, "extra", reason="no column of an export")
        columns.append(_column(plain, catalog, fields, others, party))
    return _plan(
        delivery, columns, hand=hand, source=source, type=entity_type.name, place=delivery.headers.index(RECORD)
    )


def _column(plain: ColumnPlan, catalog: Catalog, fields: set[str], others: set[str], party: str) -> ColumnPlan:
    header = plain.header
    if header == RECORD:
        return replace(plain, to="key", reason="the record itself")
    if header == PARTY:
        options = (("type", party),) if party else ()
        return replace(
            plain, to="own" if party else "ignore", field="party", options=options, reason="the role's party"
        )
    if header in _MARKS:
        return replace(plain, to="own", field=_MARKS[header], reason="as it was exported")
    if header == "extra":
        return replace(plain, to="own", field="extra", reason="what stands beside the fields")
    if header in _FOR_READERS or header in others:
        return replace(plain, to="ignore", reason="told by other columns")
    if header in fields:
        return replace(plain, to="field", field=header, reason="as it was exported")
    if header.startswith(LINK_COLUMN) and catalog.has_link_type(header.removeprefix(LINK_COLUMN)):
        link = catalog.link_type(header.removeprefix(LINK_COLUMN))
        return replace(plain, to="link", link=_target(link, "out", "json"), reason="as it was exported")
    return plain


def _plan_links(delivery: Delivery, catalog: Catalog, lake_id: str, source: str | None) -> FilePlan:
    name = _only(delivery, _texts(delivery, LINK), "link type")
    if not catalog.has_link_type(name):
        raise ImportRefused(
            f"{delivery.name} holds links of the type {name}, which this lake does not have. Nothing was imported."
            " Import the whole folder of the export, whose model it brings."
        )
    link = catalog.link_type(name)
    fields = {field.name for field in link.fields} | {"since", "until"}
    ends: dict[str, LinkTarget] = {FROM: _target(link, "in", ""), TO: _target(link, "out", "")}
    columns = []
    for place, header in enumerate(delivery.headers):
        plain = ColumnPlan(place, header, "ignore", reason="told by other columns")
        if header in ends:
            plain = replace(plain, to="end", link=ends[header], reason="an end of the link")
        elif header in fields:
            plain = replace(plain, to="link_field", field=header, reason="as it was exported")
        elif header in ("extra", VERSION):
            plain = replace(plain, to="own", field=_MARKS.get(header, header), reason="as it was exported")
        columns.append(plain)
    columns.sort(key=lambda column: (column.to != "end", column.header != FROM, column.position))
    hand = _of_this_lake(delivery, lake_id)
    return _plan(delivery, columns, hand=hand, source=source, link_type=link.name, type=(link.from_types or ("",))[0])


def _plan(
    delivery: Delivery,
    columns: Sequence[ColumnPlan],
    *,
    hand: bool,
    source: str | None,
    type: str,
    link_type: str = "",
    place: int | None = None,
) -> FilePlan:
    return FilePlan(
        delivery=delivery, type=type, source=source or OWN, preset=OWN, shape="links" if link_type else "records",
        link_type=link_type, columns=tuple(columns), key=() if place is None else (place,), score=1.0, runner_up="",
        notes=(), hand=hand,
    )  # fmt: skip


def _target(link: LinkType, direction: str, separator: str) -> LinkTarget:
    types: Mapping[str, tuple[str, ...]] = {"in": link.from_types, "out": link.to_types}
    return LinkTarget(
        link.name, types[direction], "uid", direction="in" if direction == "in" else "out", separator=separator
    )


def _of_this_lake(delivery: Delivery, lake_id: str) -> bool:
    """Whether the rows left this lake; those without a mark are new ones, and of no lake."""
    if VERSION not in delivery.headers:
        return False
    lakes = _texts(delivery, VERSION).str.extract(VERSION_PATTERN, 1).drop_nulls().unique()
    if len(lakes) > 1:
        raise ImportRefused(
            f"{delivery.name} holds rows that were exported from {len(lakes)} lakes. Nothing was imported. Import a file for each."
        )
    return lakes.to_list() == [short_id(lake_id)]


def _known_type(delivery: Delivery, catalog: Catalog, name: str) -> EntityType:
    if not catalog.has_type(name):
        raise ImportRefused(
            f"{delivery.name} holds records of the type {name}, which this lake does not have. Nothing was imported."
            " Import the whole folder of `xrm export --all`, whose model it brings, or make the type first: xrm type add."
        )
    if catalog.type(name).retired:
        raise ImportRefused(
            f"{delivery.name} holds records of the type {name}, which is retired here. Nothing was imported. Bring it back first."
        )
    return catalog.type(name)


def _only(delivery: Delivery, names: pl.Series, what: str) -> str:
    found = names.drop_nulls().unique().sort().to_list()
    if len(found) != 1:
        told = f"of {len(found)} {what}s" if found else f"of no {what}"
        raise ImportRefused(
            f"{delivery.name} was exported from a lake, but its rows are {told}: the column {RECORD if what == 'type' else LINK} says it."
            " Nothing was imported. Take --preset none to read it like any other file."
        )
    return str(found[0])


def _texts(delivery: Delivery, header: str) -> pl.Series:
    column = f"c{delivery.headers.index(header)}"
    return pl.scan_parquet(delivery.staged, glob=False).select(pl.col(column).str.strip_chars()).collect()[column]
