"""Rows that an import holds back: left out by the one who imports, or nearly like a record that is there. They can come in later."""

import re
from dataclasses import replace

import polars as pl

from xrm_lake.errors import Misuse
from xrm_lake.ingest.landed import HELD, Landed
from xrm_lake.ingest.raw import raw_records
from xrm_lake.ingest.terms import Terms
from xrm_lake.store.lake import Lake
from xrm_lake.store.write import Batch

LISTED_HELD = pl.Schema(
    {
        "batch_id": pl.Int64(), "file_name": pl.String(), "record_no": pl.Int64(), "line_no": pl.Int64(), "reason": pl.String(),
        "candidates": pl.List(pl.Int64()), "scores": pl.List(pl.Float64()), "raw": pl.String(),
    }
)  # fmt: skip


def choose(landed: Landed, terms: Terms) -> Landed:
    """A landed file without the rows that `only`, `skip` and `left_out` leave out; those are held back."""
    skip = ",".join(filter(None, (terms.skip, terms.left_out.get(landed.layout.plan.delivery.name, ""))))
    if not terms.only and not skip:
        return landed
    number = pl.col("record_no")
    wanted = among(number, terms.only) if terms.only else pl.lit(True)
    wanted &= ~among(number, skip) if skip else pl.lit(True)
    left = landed.rows.filter(~wanted).select(
        "row",
        reason=pl.lit("left out"),
        candidates=pl.lit(None, HELD["candidates"]),
        scores=pl.lit(None, HELD["scores"]),
    )
    return replace(landed, rows=landed.rows.filter(wanted), held=pl.concat([landed.held, left]))


def among(number: pl.Expr, records: str) -> pl.Expr:
    """Whether a number is among those that a text such as `3,7-12` names. Raises Misuse if it names none."""
    found = pl.lit(False)
    for part in records.split(","):
        ends = re.fullmatch(r"\s*(\d{1,15})(?:\s*-\s*(\d{1,15}))?\s*", part)
        if ends is None or int(ends[1]) > int(ends[2] or ends[1]):
            raise Misuse("Records are named by their numbers in the file, such as 3,7-12. Nothing was imported.")
        found |= number.is_between(int(ends[1]), int(ends[2] or ends[1]))
    return found


def keep_held(batch: Batch, landed: Landed, held: pl.DataFrame) -> None:
    """Write the rows that were held back (frame HELD) with their text and their key."""
    if held.is_empty():
        return
    keys = landed.source_keys(held["row"])
    rows = (
        raw_records(landed.layout, held["row"])
        .join(held, on="row", maintain_order="left")
        .join(keys, on="row", how="left")
    )
    batch.append(
        "held_row",
        rows.drop("row").with_columns(
            batch_id=pl.lit(batch.id, pl.Int64), file_name=pl.lit(landed.layout.plan.delivery.name)
        ),
    )


def list_held(lake: Lake, batch_id: int | None = None) -> pl.DataFrame:
    """
    The rows that imports held back and that did not come in since (frame LISTED_HELD), oldest first.

    Where a row is nearly like records that are there, `candidates` are their ids and `scores` how alike each is (0 to 1), best first.
    """
    found = lake.query(
        """
        select h.batch_id, h.file_name, h.record_no, h.line_no, h.reason, h.candidates, h.scores, h.raw
        from held_row h join batch b on b.batch_id = h.batch_id and b.undone_by is null
        left join batch s on s.batch_id = h.settled_by
        where (h.settled_by is null or s.undone_by is not null) and ($batch_id::bigint is null or h.batch_id = $batch_id)
        order by h.batch_id, h.record_no
        """,
        batch_id=batch_id,
    ).frame()
    texts = [None if raw is None else bytes(raw).decode("utf-8", "replace").rstrip("\r\n") for raw in found["raw"]]
    return found.with_columns(raw=pl.Series(texts, dtype=pl.String)).cast(LISTED_HELD)
