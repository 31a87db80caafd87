"""Read a file without a lake: each table in it as text, with its account."""

import tempfile
from pathlib import Path

import polars as pl

from xrm_lake.ingest.read import read_files
from xrm_lake.ingest.read.delivery import Delivery, Dialect
from xrm_lake.ingest.read.names import distinct
from xrm_lake.model.progress import Progress, quiet
from xrm_lake.model.results import ReadAccount, ReadTable


def read_table(
    path: str | Path,
    *,
    sheet: str | int | None = None,
    dialect: Dialect | None = None,
    progress: Progress = quiet,
) -> tuple[ReadTable, ...]:
    """
    Each table of a file as a frame of texts, with what was rejected and what was mended: what an import would take in.

    `path` may be a text table, a workbook, JSON, JSON Lines, Parquet, an SQLite file, any of these in a .gz or .zip, or the
    address of a database: `sqlite:///crm.db#contacts`, `postgresql://host/crm#public.contacts`. `sheet` names one table of
    several: a sheet, a table of a database, a file of an archive, by name or by its number from 1. `dialect` says how a
    text table is written, where finding it out went wrong. Nothing is written.

    Raises ImportRefused if the file is no table, is damaged, protected or a bomb, or has no such sheet.
    """
    with tempfile.TemporaryDirectory(prefix="xrm-read-", ignore_cleanup_errors=True) as folder:
        deliveries = read_files([path], Path(folder), sheet=sheet, dialect=dialect, progress=progress)
        return tuple(_table(delivery) for delivery in deliveries)


def _table(delivery: Delivery) -> ReadTable:
    staged = pl.read_parquet(delivery.staged, glob=False, memory_map=False)
    cells = [f"c{place}" for place in range(len(delivery.headers))]
    return ReadTable(
        name=delivery.name,
        headers=delivery.headers,
        rows=staged.select(cells).rename(dict(zip(cells, distinct(delivery.headers), strict=True))),
        places=staged.select("record_no", "line_no"),
        rejects=delivery.rejects,
        repairs=delivery.repairs,
        account=ReadAccount(delivery.counted, staged.height, delivery.rejects.height),
        notes=delivery.notes,
    )
