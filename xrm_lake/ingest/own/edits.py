"""
What a person changed in an exported file, cell by cell: the file, what was exported, and what stands here now.

A cell that says what was exported is not touched, whatever became of the value here since. Where both were changed the value here
stays, and the difference is noted: a conflict.
"""

import json

import polars as pl

from xrm_lake.ingest.diff import Differences, cells_that_differ, extras_that_differ
from xrm_lake.ingest.layout import Side
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.kinds import clean_many, kind
from xrm_lake.model.own_file import VERSION_PATTERN
from xrm_lake.store.counters import is_golden
from xrm_lake.store.references import golden_changed, noted_since, values_then
from xrm_lake.store.write import Batch

_CELLS = ("entity_id", "field", "old", "new")


def cleared_by_hand(side: Side) -> frozenset[str]:
    """The fields of a side that an emptied cell clears: those with a column of their own, but none that is required."""
    return frozenset(read.field.name for _, read in side.columns if read.field.level != "required")


def edits(batch: Batch, entity_type: EntityType, rows: pl.DataFrame, cleared: frozenset[str]) -> Differences:
    """
    How these rows were edited: `rows` has id, extra, version (text of an export) and a typed column for each field.

    An empty cell of a field in `cleared` says that there is no value, if there was one when it was exported.
    """
    number = pl.col("version").str.extract(VERSION_PATTERN, 2).cast(pl.Int64).fill_null(0)
    versions = rows.select(entity_id="id", version=number)
    rows = rows.drop("version")
    cells = cells_that_differ(batch, entity_type, rows, cleared)
    extra = extras_that_differ(batch, entity_type, rows)
    concerned = versions.filter(
        pl.col("entity_id").is_in(pl.concat([cells["entity_id"], extra["entity_id"]]).unique().implode())
    )
    if concerned.is_empty():
        return _differences(cells, cells, extra)
    then = values_then(batch, concerned)
    beside = then.filter(pl.col("field").is_null()).select("entity_id", then="base")
    moved = golden_changed(batch, concerned.filter(pl.col("entity_id").is_in(_golden(concerned).implode())))
    judged = cells.join(then.with_columns(since=True), on=["entity_id", "field"], how="left", maintain_order="left")
    merged = pl.col("entity_id").is_in(moved.implode())
    since = pl.col("since").fill_null(False)
    # Of a merged record only that it was changed is known, not what each of its values was.
    base = pl.when(since).then("base").when(~merged).then("old")
    judged = judged.with_columns(said=base)
    noted = noted_since(batch, concerned).with_columns(known=True)
    judged = judged.join(noted, on=["entity_id", "field", "new"], how="left", nulls_equal=True, maintain_order="left")
    judged = _with_reading(entity_type, judged)
    untouched = (
        (pl.col("new").eq_missing(pl.col("said")) | pl.col("new").eq(pl.col("read")).fill_null(False)) & ~merged
    ) | pl.col("known").fill_null(False)
    contested = (since | merged) & ~untouched
    return _differences(
        judged.filter(~untouched & ~contested), judged.filter(contested), _touched_extra(extra, rows, beside)
    )


def _with_reading(entity_type: EntityType, judged: pl.DataFrame) -> pl.DataFrame:
    """The cells with what is read of the value that was exported: one that was never tidied up is no edit for being so now."""
    fields = {field.name: field for field in entity_type.fields}
    parts = [judged.clear().with_columns(read=pl.lit(None, pl.String))]
    for (name,), part in judged.group_by(["field"], maintain_order=True):
        field = fields[str(name)]
        clean = clean_many if field.many else type(kind(field.kind)).clean
        parts.append(part.with_columns(clean(kind(field.kind), part["said"]).alias("read")))
    return pl.concat(parts, how="vertical_relaxed")


def _golden(versions: pl.DataFrame) -> pl.Series:
    return pl.Series("entity_id", [id for id in versions["entity_id"] if is_golden(id)], dtype=pl.Int64)


def _differences(changes: pl.DataFrame, contested: pl.DataFrame, extra: pl.DataFrame) -> Differences:
    said = pl.col("said") if "said" in contested.columns else pl.lit(None, pl.String)
    return Differences(
        changes=changes.select(_CELLS),
        conflicts=contested.select("entity_id", "field", old=said, new="new", stands="old"),
        agreed=changes.clear().select(_CELLS),
        extra=extra,
    )


def _touched_extra(extra: pl.DataFrame, rows: pl.DataFrame, then: pl.DataFrame) -> pl.DataFrame:
    """What stands beside the fields, but where the file says what was exported; of merged records nothing, for it is derived."""
    told = extra.join(rows.select(entity_id="id", told="extra"), on="entity_id", maintain_order="left")
    told = told.join(then.with_columns(since=True), on="entity_id", how="left", maintain_order="left")
    kept = [
        not is_golden(row["entity_id"]) and not (row["since"] and _same(row["told"], row["then"]))
        for row in told.iter_rows(named=True)
    ]
    return told.filter(pl.Series(kept, dtype=pl.Boolean)).select(extra.columns)


def _same(one: str | None, other: str | None) -> bool:
    return (json.loads(one) if one else {}) == (json.loads(other) if other else {})
