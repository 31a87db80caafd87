"""
Reading files: whatever comes in ends as text rows in Parquet, with an account in which nothing is lost.

The file is kept as it came, its encoding and dialect are found, its records are counted apart from the parse, and what is
staged and what is rejected add up to that count, or the import is refused.
"""

from collections.abc import Iterable
from pathlib import Path

from xrm_lake.errors import ImportRefused
from xrm_lake.ingest.read.delimited import read_delimited
from xrm_lake.ingest.read.delivery import REJECTS, REPAIRS, Delivery, Dialect
from xrm_lake.ingest.read.format import recognise
from xrm_lake.ingest.read.landing import keep
from xrm_lake.model.progress import Progress, quiet

__all__ = ["REJECTS", "REPAIRS", "Delivery", "Dialect", "read_file", "read_files"]


def read_file(
    path: Path,
    landing: Path,
    *,
    sheet: str | int | None = None,
    dialect: Dialect | None = None,
    progress: Progress = quiet,
) -> Delivery:
    """
    Read one table: a text table, or one sheet of a workbook (the first that is not empty, unless `sheet` names another).

    `sheet` is a sheet's name or its number, counted from 1. `dialect` says how a text table is written, where finding it
    out by itself went wrong. Raises ImportRefused if the file is no table or has no such sheet.
    """
    deliveries = read_files([path], landing, sheet=sheet, dialect=dialect, progress=progress, first_sheet=True)
    return deliveries[0]


def read_files(
    paths: Iterable[Path],
    landing: Path,
    *,
    sheet: str | int | None = None,
    dialect: Dialect | None = None,
    progress: Progress = quiet,
    first_sheet: bool = False,
) -> list[Delivery]:
    """
    Read the tables of several files, in order; a workbook yields one for each sheet that is not empty, unless `sheet` names one.

    Raises ImportRefused at the first file that cannot be read; files kept in the landing until then stay there.
    """
    deliveries: list[Delivery] = []
    for path in map(Path, paths):
        kept = keep(path, landing, progress)
        form = recognise(kept.path, kept.name)
        if form != "text":
            from xrm_lake.ingest.read.workbook import read_workbook

            deliveries += read_workbook(kept, form, sheet=sheet, first=first_sheet, progress=progress)
            continue
        if sheet is not None:
            raise ImportRefused(
                f"{path.name} is a text table and has no sheets. Nothing was imported. Leave out the sheet."
            )
        deliveries.append(read_delimited(kept, kept.path.with_name(f"{kept.sha256}.parquet"), dialect, progress))
    return deliveries
