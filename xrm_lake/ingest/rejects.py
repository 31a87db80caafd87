"""What an import refused or could not read: kept with its raw text, listed, and written out to be mended."""

import csv
import io
from pathlib import Path

import polars as pl

from xrm_lake.errors import Refused, UnknownRecord
from xrm_lake.ingest.batch_plan import file_of
from xrm_lake.ingest.landed import Landed
from xrm_lake.ingest.read import Delivery
from xrm_lake.store.lake import Lake
from xrm_lake.store.write import Batch

LISTED = pl.Schema(
    {
        "file_name": pl.String, "record_no": pl.Int64, "line_no": pl.Int64, "column_name": pl.String, "reason": pl.String, "raw": pl.String,
    }
)  # fmt: skip
# Records that were taken in after a mend are listed beside those refused; their reason begins so.
MENDED = "mended: "


def keep_rejects(batch: Batch, landed: Landed, found: list[pl.DataFrame]) -> None:
    """Write what a file's import refused, could not read or had to mend, in the order of the file; cells with their row's key."""
    delivery = landed.layout.plan.delivery
    repairs = delivery.repairs.with_columns(reason=MENDED + pl.col("reason"))
    rows = pl.concat([delivery.rejects, repairs, *found]).sort("record_no", maintain_order=True, nulls_last=True)
    numbers = rows["record_no"].drop_nulls().unique()
    keys = (
        landed.rows.lazy()
        .filter(pl.col("record_no").is_in(numbers.implode()))
        .select("record_no", "source_key")
        .collect()
    )
    rows = rows.join(keys, on="record_no", how="left", maintain_order="left")
    batch.append(
        "reject",
        rows.with_columns(batch_id=pl.lit(batch.id, pl.Int64), file_name=pl.lit(delivery.name)),
    )


def list_rejects(lake: Lake, batch_id: int) -> pl.DataFrame:
    """
    What could not be taken in as it stood by an import, in the order of its file (frame LISTED).

    `column_name` is null where the record as a whole was refused, else the cell of a record that was taken in without it.
    `raw` is the text as far as it can be shown. Raises UnknownRecord if there is no such batch.
    """
    _check_batch(lake, batch_id)
    found = lake.query(
        """
        select file_name, record_no, line_no, column_name, reason, raw from reject where batch_id = $batch_id
        order by record_no nulls last, column_name nulls first
        """,
        batch_id=batch_id,
    ).frame()
    texts = [None if raw is None else bytes(raw).decode("utf-8", "replace").rstrip("\r\n") for raw in found["raw"]]
    return found.with_columns(raw=pl.Series(texts, dtype=pl.String)).cast(LISTED)


def export_rejects(lake: Lake, batch_id: int, out: Path) -> int:
    """
    Write the records that were refused, or lack a cell, as a table like the one they came in; gives how many.

    Mended, the file can be imported as it is, from the same source. Raises UnknownRecord if there is no such batch,
    Refused if nothing was refused, if the import's own file is no longer in the landing, or if `out` cannot be written.
    """
    _check_batch(lake, batch_id)
    rejects = lake.query(
        "select record_no, column_name, raw from reject"
        " where batch_id = $batch_id and not starts_with(reason, $mended) order by record_no",
        batch_id=batch_id,
        mended=MENDED,
    ).frame()
    if rejects.is_empty():
        raise Refused(f"Batch {batch_id} refused nothing, so there is nothing to write.")
    delivery = file_of(lake, batch_id)
    text, count = _table(delivery, rejects)
    try:
        out.write_text(text, encoding="utf-8", newline="")
    except OSError as trouble:
        raise Refused(f"{out} cannot be written: {trouble.strerror}. Nothing was changed.") from trouble
    return count


def _check_batch(lake: Lake, batch_id: int) -> None:
    if lake.query("select 1 from batch where batch_id = $id", id=batch_id).one() is None:
        raise UnknownRecord("batch", batch_id)


def _table(delivery: Delivery, rejects: pl.DataFrame) -> tuple[str, int]:
    """Header and records as text: read ones cell by cell, unreadable ones as they stood."""
    delimiter = delivery.dialect.delimiter if len(delivery.dialect.delimiter) == 1 else ","
    numbers = rejects["record_no"].unique()
    cells = [f"c{place}" for place in range(len(delivery.headers))]
    staged = pl.scan_parquet(delivery.staged, glob=False).filter(pl.col("record_no").is_in(numbers.implode())).collect()
    lines = {row[0]: _line(row[1:], delimiter) for row in staged.select("record_no", *cells).iter_rows()}
    unread = delivery.rejects.filter(pl.col("record_no").is_in(numbers.implode()))
    for number, raw in unread.select("record_no", "raw").iter_rows():
        lines[number] = bytes(raw or b"").decode("utf-8", "replace").strip("\r\n") + "\r\n"
    return _line(delivery.headers, delimiter) + "".join(lines[number] for number in sorted(lines)), len(lines)


def _line(cells: tuple[str | None, ...], delimiter: str) -> str:
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, lineterminator="\r\n").writerow(
        ["" if cell is None else cell for cell in cells]
    )
    return written.getvalue()
