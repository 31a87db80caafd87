"""The files of a write-back: merges, updates with changed cells only, old values, links that move, and who is who across sources."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from xrm_lake.errors import LakeFull, Refused
from xrm_lake.ingest.write_back.records import DERIVED
from xrm_lake.ingest.write_back.target import Target
from xrm_lake.model.formula_guard import guarded

CELLS = pl.Schema(
    {"source_key": pl.String(), "field": pl.String(), "many": pl.Boolean(), "value": pl.String(), "said": pl.String()}
)
CLEARED, NO_COLUMN, NO_ID = "cleared: to be done by hand", "no column there", "no id there"
OWN = "made by the system itself"


@dataclass(frozen=True)
class Sheet:
    """One file to write; `what` is merges, updates, old_values, links or cross_reference."""

    name: str
    source: str
    type: str
    what: str
    rows: pl.DataFrame


def merges_sheet(source: str, object: str, records: pl.DataFrame) -> Sheet:
    """Which record is merged into which, in the ids of their source: one row for each that gives way."""
    gone = records.filter(pl.col("id") != pl.col("survivor_id")).sort("survivor_id", "id")
    rows = gone.select(survivor_id="survivor_key", merged_id="source_key")
    return Sheet(_name(source, object, "merges"), source, object, "merges", rows)


def with_notes(cells: pl.DataFrame, target: Target) -> pl.DataFrame:
    """The cells (CELLS) with the header each has there, and a note where it cannot be written: CELLS, header, note."""
    headers = {name: target.header(name) for name in cells["field"].unique()}
    header = pl.Series("header", [headers[name] for name in cells["field"]], dtype=pl.String)
    return cells.with_columns(header).with_columns(
        note=pl.when(pl.col("source_key").str.contains(DERIVED)).then(pl.lit(NO_ID))
        .when(pl.col("field").is_in(list(target.own))).then(pl.lit(OWN))
        .when(pl.col("header").is_null()).then(pl.lit(NO_COLUMN))
        .when(pl.col("value").is_null()).then(pl.lit(CLEARED))
    )  # fmt: skip


def updates_sheet(source: str, object: str, cells: pl.DataFrame, target: Target) -> Sheet:
    """A row for each record that has something to change, a column for each header that something changes in; the rest is empty."""
    written = cells.filter(pl.col("note").is_null()).with_columns(_listed(cells.filter(pl.col("note").is_null())))
    order = written["header"].unique(maintain_order=True).to_list()
    wide = written.pivot("header", index="source_key", values="value", aggregate_function="first", maintain_order=True)
    rows = wide.select(pl.col("source_key").alias(target.id_header), *order)
    return Sheet(_name(source, object, "updates"), source, object, "updates", rows)


def old_values_sheet(source: str, object: str, cells: pl.DataFrame) -> Sheet:
    """Every cell that differs: id, field, header, old, new, and a note where it was not written."""
    rows = cells.select("field", "header", "note", id="source_key", old="said", new="value")
    return Sheet(
        _name(source, object, "old_values"), source, object, "old_values",
        rows.select("id", "field", "header", "old", "new", "note"),
    )  # fmt: skip


def links_sheet(source: str, rows: pl.DataFrame) -> Sheet:
    """The links that move with a merge."""
    return Sheet(_name(source, "links", "moved"), source, "", "links", rows)


def cross_sheet(rows: pl.DataFrame) -> Sheet:
    """Who is who across sources."""
    return Sheet("cross_reference.csv", "", "", "cross_reference", rows)


def write_sheets(folder: Path, sheets: list[Sheet], *, replace: bool) -> None:
    """Write all files, or none. Raises Refused if one is there already, LakeFull if one cannot be written."""
    there = [sheet.name for sheet in sheets if (folder / sheet.name).exists()]
    if there and not replace:
        raise Refused(
            f"{folder} holds {', '.join(there[:3])}{' …' if len(there) > 3 else ''} already. Nothing was written."
            " Choose another folder, or let them be replaced."
        )
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for sheet in sheets:
            written.append(folder / f".{sheet.name}.part")
            written[-1].write_bytes(_csv(sheet.rows))
        for part, sheet in zip(written, sheets, strict=True):
            part.replace(folder / sheet.name)
    except OSError as problem:
        raise LakeFull(
            f"{folder} cannot be written to: {problem.strerror or problem}. The lake is as it was."
        ) from problem
    finally:
        for part in written:
            part.unlink(missing_ok=True)


def _csv(rows: pl.DataFrame) -> bytes:
    texts = rows.with_columns(guarded(rows[name]) for name, kind in rows.schema.items() if kind == pl.String)
    return texts.write_csv().encode()


def _listed(cells: pl.DataFrame) -> pl.Series:
    """Lists as these systems write them, parted by `;`; as JSON where an item holds one."""
    return pl.Series(
        "value",
        [_list_text(value) if many else value for value, many in cells.select("value", "many").iter_rows()],
        dtype=pl.String,
    )


def _list_text(value: str) -> str:
    items = [str(item) for item in json.loads(value)]
    return value if any(";" in item for item in items) else ";".join(items)


def _name(source: str, object: str, what: str) -> str:
    return "_".join(re.sub(r"[^\w.-]+", "-", part).strip("-.") or "source" for part in (source, object, what)) + ".csv"
