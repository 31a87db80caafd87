"""
Writing back: the merges and corrections made here, as files that the source system can take in.

Each file speaks of one source and one kind of record, in the source's own ids and headers, and of nothing that the source says
already. What its import cannot do is not left out in silence: it stands in the file of old values with a note.
"""

from pathlib import Path

import polars as pl

from xrm_lake.errors import UnknownName
from xrm_lake.ingest.known_presets import known_presets
from xrm_lake.ingest.write_back.files import (
    CELLS,
    Sheet,
    cross_sheet,
    links_sheet,
    merges_sheet,
    old_values_sheet,
    updates_sheet,
    with_notes,
    write_sheets,
)  # fmt: skip
from xrm_lake.ingest.write_back.records import DERIVED, cross_reference, moved_links, touched_records
from xrm_lake.ingest.write_back.target import PLAIN, sources_of, target_of
from xrm_lake.model.results import Fixes
from xrm_lake.store.lake import Lake
from xrm_lake.store.said import differing_cells
from xrm_lake.store.trust import list_sources

FILES = pl.Schema(
    {"file": pl.String(), "source": pl.String(), "type": pl.String(), "what": pl.String(), "rows": pl.Int64()}
)


def export_fixes(
    lake: Lake, *, out: str | Path, target: str = PLAIN, source: str | None = None, replace: bool = False
) -> Fixes:
    """
    Write merges and corrections to the folder `out`, as CSV files for a system.

    `target` is a system that there is a preset of (`salesforce`, `hubspot` …), or `csv`. It takes in the records of its sources: those
    that are called like the system, or `source`; for `csv` every source. For each source and kind of record there are
    `…_merges.csv` (survivor_id, merged_id), `…_updates.csv` (its id and changed cells only, in its own headers) and `…_old_values.csv`
    (what was there, and what could not be written); for each source `…_links_moved.csv`; and `cross_reference.csv` for what was merged
    across sources. No cell can become a formula. A file without rows is not written.

    Raises UnknownName for another system, or if no record comes from such a source, Refused if a file is there already, LakeFull if
    one cannot be written.
    """
    chosen = _sources(lake, target, source)
    sheets = [sheet for name in chosen for sheet in _of_source(lake, name, target)]
    sheets.append(cross_sheet(cross_reference(lake, chosen)))
    filled = [sheet for sheet in sheets if sheet.rows.height]
    write_sheets(Path(out), filled, replace=replace)
    rows = [(sheet.name, sheet.source, sheet.type, sheet.what, sheet.rows.height) for sheet in filled]
    notes = [sheet.rows["note"] for sheet in filled if sheet.what == "old_values"]
    cells = pl.concat(notes) if notes else pl.Series("note", [], dtype=pl.String)
    return Fixes(
        folder=Path(out),
        files=pl.DataFrame(rows, schema=FILES, orient="row"),
        cells=cells.null_count(),
        not_written=cells.drop_nulls().value_counts(sort=True).rename({"count": "cells"}).cast({"cells": pl.Int64}),
    )


def _sources(lake: Lake, target: str, source: str | None) -> list[str]:
    named = sources_of(target, known_presets(lake.path))
    known: list[str] = list_sources(lake)["source"].to_list()
    if source is not None:
        if source not in known:
            raise UnknownName("source", source, known)
        return [source]
    if not named:
        return known
    found = [name for name in known if name.casefold() in {each.casefold() for each in named}]
    if not found:
        raise UnknownName("source", target, known)
    return found


def _of_source(lake: Lake, source: str, system: str) -> list[Sheet]:
    records = touched_records(lake, source)
    sheets = []
    for (name,), part in records.group_by("object", maintain_order=True):
        sheets += _of_object(lake, source, system, str(name), part)
    moved = moved_links(lake, source, records)
    return [*sheets, links_sheet(source, moved)]


def _of_object(lake: Lake, source: str, system: str, name: str, records: pl.DataFrame) -> list[Sheet]:
    target = target_of(system, name, lake.catalog.fields_for_import(name), known_presets(lake.path))
    cells = with_notes(_cells(lake, source, records), target)
    # What has no id there can be told of neither.
    known = records.filter(~pl.col("source_key").str.contains(DERIVED))
    return [
        merges_sheet(source, name, known),
        updates_sheet(source, name, cells, target),
        old_values_sheet(source, name, cells),
    ]


def _cells(lake: Lake, source: str, records: pl.DataFrame) -> pl.DataFrame:
    """The cells in which the records that survive differ from what their source said last: CELLS."""
    parts = [pl.DataFrame(schema=CELLS)]
    survivors = records.filter(pl.col("id") == pl.col("survivor_id"))
    for (type_name,), part in survivors.group_by("type", maintain_order=True):
        entity_type = lake.catalog.type(str(type_name))
        many = [field.name for field in entity_type.active_fields if field.many]
        found = differing_cells(lake, entity_type, source, part).join(part.select("id", "source_key"), on="id")
        parts.append(found.with_columns(many=pl.col("field").is_in(many)).select(list(CELLS)))
    return pl.concat(parts)
