"""What an import refused or could not read: kept with its raw text, listed, and written out to be mended."""

from pathlib import Path

import polars as pl

from xrm_lake.errors import Refused, UnknownRecord
from xrm_lake.ingest.batch_plan import file_of
from xrm_lake.ingest.come_again import mended_before
from xrm_lake.ingest.landed import Landed
from xrm_lake.ingest.mend_file import mend_rows, write_mend_file
from xrm_lake.store.lake import Lake
from xrm_lake.store.write import Batch

LISTED = pl.Schema(
    {
        "file_name": pl.String, "record_no": pl.Int64, "line_no": pl.Int64, "column_name": pl.String, "reason": pl.String, "raw": pl.String,
    }
)  # fmt: skip
# Records that were taken in after a mend are listed beside those refused; their reason begins so.
MENDED = "mended: "


def keep_rejects(batch: Batch, landed: Landed, found: list[pl.DataFrame]) -> pl.DataFrame:
    """
    Write what a file's import refused, could not read or had to mend, in the order of the file; cells with their row's key.

    Gives those that were mended before and come again as they were: record_no, column_name. They are open no more.
    """
    delivery = landed.layout.plan.delivery
    rows = pl.concat([delivery.rejects, *found])
    numbers = pl.concat([rows["record_no"], delivery.repairs["record_no"]]).drop_nulls().unique()
    keys = (
        landed.rows.lazy()
        .filter(pl.col("record_no").is_in(numbers.implode()))
        .select("record_no", "source_key")
        .collect()
    )
    rows = mended_before(batch, landed, rows.join(keys, on="record_no", how="left", maintain_order="left"))
    repairs = delivery.repairs.with_columns(reason=MENDED + pl.col("reason"))
    repairs = repairs.join(keys, on="record_no", how="left", maintain_order="left")
    kept = pl.concat([rows, repairs], how="diagonal").sort("record_no", maintain_order=True, nulls_last=True)
    batch.append("reject", kept.with_columns(batch_id=pl.lit(batch.id, pl.Int64), file_name=pl.lit(delivery.name)))
    return rows.drop_nulls("mended_by").select("record_no", "column_name")


def list_rejects(lake: Lake, batch_id: int) -> pl.DataFrame:
    """
    What could not be taken in as it stood by an import, in the order of its file (frame LISTED).

    Those that were mended and came in since are not among them. `column_name` is null where the record as a whole was refused,
    else the cell of a record that was taken in without it.
    `raw` is the text as far as it can be shown. Raises UnknownRecord if there is no such batch.
    """
    _check_batch(lake, batch_id)
    found = _open(lake, batch_id)
    texts = [None if raw is None else bytes(raw).decode("utf-8", "replace").rstrip("\r\n") for raw in found["raw"]]
    return found.with_columns(raw=pl.Series(texts, dtype=pl.String)).cast(LISTED)


def export_rejects(lake: Lake, batch_id: int, out: str | Path) -> int:
    """
    Write the records that were refused, or lack a cell, as a table like the one they came in; gives how many.

    It is a workbook if the file's name ends in .xlsx, else text with the delimiter of the file. Two columns more stand before the
    others: which reject a row is, and why. Mended, the file is imported as it is: its rows are read as the import read its own, and
    take the place of the rejects. Raises UnknownRecord if there is no such batch, Refused if nothing of it waits to be mended, if the
    import's own file is no longer in the landing, or if `out` cannot be written.
    """
    _check_batch(lake, batch_id)
    rejects = _open(lake, batch_id).filter(~pl.col("reason").str.starts_with(MENDED))
    if rejects.is_empty():
        raise Refused(f"Of batch {batch_id} nothing waits to be mended, so there is nothing to write.")
    delivery = file_of(lake, batch_id)
    rows = mend_rows(delivery, batch_id, rejects)
    write_mend_file(Path(out), delivery.headers, rows, delivery.dialect.delimiter)
    return len(rows)


def _open(lake: Lake, batch_id: int) -> pl.DataFrame:
    """The rejects of a batch but those whose place a mended row has taken."""
    return lake.query(
        """
        select r.file_name, r.record_no, r.line_no, r.column_name, r.reason, r.raw
        from reject r left join batch m on m.batch_id = r.mended_by
        where r.batch_id = $batch_id and (r.mended_by is null or m.undone_by is not null)
        order by r.record_no nulls last, r.column_name nulls first
        """,
        batch_id=batch_id,
    ).frame()


def _check_batch(lake: Lake, batch_id: int) -> None:
    if lake.query("select 1 from batch where batch_id = $id", id=batch_id).one() is None:
        raise UnknownRecord("batch", batch_id)
