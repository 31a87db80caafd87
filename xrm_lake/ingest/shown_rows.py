"""The account of an import a page at a time, as people look at it: each record with its own text, each cell from old to new."""

from collections.abc import Collection, Sequence

import polars as pl

from xrm_lake.ingest.plan import FilePlan
from xrm_lake.model.results import ImportResult

SHOWN = pl.Schema(
    {
        "file": pl.String(), "record_no": pl.Int64(), "line_no": pl.Int64(), "verdict": pl.String(), "text": pl.String(),
        "field": pl.String(), "old": pl.String(), "new": pl.String(), "reason": pl.String(), "record_id": pl.Int64(),
    }
)  # fmt: skip
COUNTED = pl.Schema({"verdict": pl.String(), "rows": pl.Int64(), "cells": pl.Int64()})
_CELLS_OF_TEXT = 4


def show_rows(
    result: ImportResult,
    plans: Sequence[FilePlan],
    *,
    verdicts: Collection[str] = (),
    file: str | None = None,
    limit: int = 100,
    offset: int = 0,
) -> tuple[pl.DataFrame, int]:
    """
    A part of what became of rows and cells (frame SHOWN), and how many lines there are in all; `verdicts` empty: any.

    `text` is the beginning of the record as its file has it. The result must have been asked for its rows.
    """
    found = result.rows
    if found.is_empty():
        return pl.DataFrame(schema=SHOWN), 0
    if verdicts:
        found = found.filter(pl.col("verdict").is_in(list(verdicts)))
    if file is not None:
        found = found.filter(pl.col("file") == file)
    page = found.slice(offset, limit)
    texts = _texts(page, plans)
    shown = page.join(texts, on=["file", "record_no"], how="left", maintain_order="left").select(list(SHOWN))
    return shown.cast(SHOWN), found.height


def count_rows(result: ImportResult) -> pl.DataFrame:
    """How many rows and cells there are of each verdict (frame COUNTED), in the order new, changed, same, conflict, held, rejected."""
    if result.rows.is_empty():
        return pl.DataFrame(schema=COUNTED)
    order = pl.Enum(["new", "changed", "same", "conflict", "held", "rejected"])
    is_cell = pl.col("field").is_not_null()
    counted = result.rows.group_by("verdict").agg(
        rows=(~is_cell).sum().cast(pl.Int64), cells=is_cell.sum().cast(pl.Int64)
    )
    return counted.sort(pl.col("verdict").cast(order)).cast(COUNTED)


def _texts(page: pl.DataFrame, plans: Sequence[FilePlan]) -> pl.DataFrame:
    """file, record_no, text of the records of a page; those that could not be read have none."""
    parts = [pl.DataFrame(schema={"file": pl.String, "record_no": pl.Int64, "text": pl.String})]
    for plan in plans:
        delivery = plan.delivery
        wanted = page.filter(pl.col("file") == delivery.name)["record_no"].drop_nulls().unique()
        if wanted.is_empty():
            continue
        placed = [column.position for column in plan.columns if column.to not in ("ignore", "extra")]
        cells = [pl.col(f"c{place}") for place in sorted(placed)[:_CELLS_OF_TEXT]]
        if not cells:
            continue
        parts.append(
            pl.scan_parquet(delivery.staged, glob=False)
            .filter(pl.col("record_no").is_in(wanted.implode()))
            .select(pl.lit(delivery.name).alias("file"), "record_no", text=pl.concat_str(cells, separator=" · ", ignore_nulls=True))
            .collect()
        )  # fmt: skip
    return pl.concat(parts).unique(["file", "record_no"], keep="first", maintain_order=True)
