"""Rows of a staged table written out again as they stood in their file, for those that are refused."""

import csv
import io

import polars as pl

from xrm_lake.ingest.layout import Layout
from xrm_lake.ingest.read.delivery import REJECTS


def raw_records(layout: Layout, rows: pl.Series) -> pl.DataFrame:
    """Rows of the staged table written out again as in their file: row, record_no, line_no, raw."""
    if rows.is_empty():
        return pl.DataFrame(schema={"row": pl.Int64, "record_no": pl.Int64, "line_no": pl.Int64, "raw": pl.Binary})
    delivery = layout.plan.delivery
    cells = [f"c{place}" for place in range(len(delivery.headers))]
    staged = (
        pl.scan_parquet(delivery.staged, glob=False).with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    )
    found = staged.filter(pl.col("row").is_in(rows.cast(pl.Int64).implode())).collect()
    written = [_line(record, delivery.dialect.delimiter or ",") for record in found.select(cells).iter_rows()]
    return found.select("row", "record_no", "line_no").with_columns(raw=pl.Series(written, dtype=pl.Binary))


def refusals(layout: Layout, refused: pl.DataFrame) -> pl.DataFrame:
    """Records refused, as rejects with their text: `refused` has row and reason."""
    if refused.is_empty():
        return pl.DataFrame(schema=REJECTS)
    found = (
        raw_records(layout, refused["row"])
        .join(refused.select(pl.col("row").cast(pl.Int64), "reason"), on="row")
        .sort("row")
    )
    return found.select(
        "record_no",
        "line_no",
        pl.lit(None, pl.Int64).alias("byte_pos"),
        pl.lit(None, pl.String).alias("column_name"),
        "reason",
        "raw",
    )


def _line(cells: tuple[str | None, ...], delimiter: str) -> bytes:
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter if len(delimiter) == 1 else ",", lineterminator="").writerow(
        ["" if cell is None else cell for cell in cells]
    )
    return written.getvalue().encode()
