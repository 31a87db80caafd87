"""
Reading files: whatever comes in ends as text rows in Parquet, with an account in which nothing is lost.

The file is kept as it came, its encoding and dialect are found, its records are counted apart from the parse, and what is
staged and what is rejected add up to that count, or the import is refused.
"""

from collections.abc import Iterable
from pathlib import Path

from xrm_lake.ingest.read.asked import Asked
from xrm_lake.ingest.read.delivery import REJECTS, REPAIRS, Delivery, Dialect
from xrm_lake.ingest.read.readers import read_named
from xrm_lake.ingest.read.sfdx_plan import by_plan
from xrm_lake.model.progress import Progress, quiet

__all__ = ["REJECTS", "REPAIRS", "Delivery", "Dialect", "read_file", "read_files"]


def read_file(
    path: str | Path,
    landing: Path,
    *,
    sheet: str | int | None = None,
    dialect: Dialect | None = None,
    progress: Progress = quiet,
) -> Delivery:
    """
    Read one table: a text table, or one of those of a file (the first that is not empty, unless `sheet` names another).

    `sheet` is the name of a sheet, or of another table of a file, or its number, counted from 1.
    `dialect` says how a text table is written, where finding it
    out by itself went wrong. Raises ImportRefused if the file is no table or has no such sheet.
    """
    deliveries = read_files([path], landing, sheet=sheet, dialect=dialect, progress=progress, first_sheet=True)
    return deliveries[0]


def read_files(
    paths: Iterable[str | Path],
    landing: Path,
    *,
    sheet: str | int | None = None,
    dialect: Dialect | None = None,
    progress: Progress = quiet,
    first_sheet: bool = False,
) -> list[Delivery]:
    """
    Read the tables of several files, in order; one with several (sheets, tables, files of an archive) yields them all.

    An address names tables of a database, the plan of an SFDX export its files. `sheet` names one table of several, by name
    or number. Raises ImportRefused at the first file that cannot be read; files kept in
    the landing until then stay there.
    """
    asked = Asked(landing, sheet, first_sheet, dialect, progress)
    return [delivery for named in by_plan(paths) for delivery in read_named(named, asked)]
