"""One table from a file or a frame, without a lake: its rows as they are, and what could not be read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from xrm_lake.errors import ImportRefused, Misuse
from xrm_lake.ingest.read import Delivery, read_files
from xrm_lake.ingest.read.delivery import REJECTS
from xrm_lake.ingest.read.frame import read_frame
from xrm_lake.ingest.read.names import distinct
from xrm_lake.model.formula_guard import unguarded
from xrm_lake.model.progress import Progress

# The columns that deduping adds; a column of the file that bears one of these names is called original_<name>.
OURS = ("row", "cluster_id", "probability")
_PARQUET = b"PAR1"


@dataclass(frozen=True)
class Source:
    """
    A table: `rows` with the file's columns under distinct names, `headers` as written, `places` (of each row among the
    records of the file, from 0), what was refused (schema REJECTS of reading) and what else is to be said.
    """

    name: str
    rows: pl.DataFrame
    headers: tuple[str, ...]
    places: pl.Series
    rejects: pl.DataFrame
    notes: tuple[str, ...]
    delivery: Delivery | None = None

    def delivered(self, texts: pl.DataFrame, folder: Path) -> Delivery:
        """The table as reading a file gives it, for those who guess what its columns hold."""
        return self.delivery or read_frame(self.name, texts, folder)


def from_frame(frame: pl.DataFrame, name: str = "the frame") -> Source:
    """A frame that is in memory."""
    rows, notes = _renamed(frame, frame.columns)
    places = pl.int_range(frame.height, dtype=pl.Int64, eager=True)
    return Source(name, rows, tuple(frame.columns), places, pl.DataFrame(schema=REJECTS), notes)


def from_file(path: Path, folder: Path, *, sheet: str | int | None, headed: bool, progress: Progress) -> Source:
    """
    The one table of a file: CSV, XLSX or Parquet. `folder` takes what is written meanwhile.

    `headed` says that there must be a line of column names, though it may not look like one. Raises ImportRefused if
    the file is no table, Misuse if it holds several and none is named.
    """
    if _is_parquet(path):
        if sheet is not None:
            raise ImportRefused(
                f"{path.name} is a Parquet file and has no sheets. Nothing was read. Leave out the sheet."
            )
        return from_frame(_read_parquet(path), path.name)
    deliveries = read_files([path], folder, sheet=sheet, progress=progress)
    if len(deliveries) != 1:
        names = ", ".join(repr(each.name.removeprefix(path.name)[1:]) for each in deliveries[:12])
        raise Misuse(
            f"{path.name} has {len(deliveries)} tables with something in them: {names}. Name one with --sheet."
        )
    [delivery] = deliveries
    if headed and delivery.dialect.header_line == 0 and delivery.dialect.delimiter:
        again = replace(delivery.dialect, header_line=1)
        [delivery] = read_files([path], folder / "headed", dialect=again, progress=progress)
    return _of_delivery(delivery)


def _of_delivery(delivery: Delivery) -> Source:
    staged = pl.read_parquet(delivery.staged, glob=False)
    rows, notes = _renamed(staged.drop("record_no", "line_no"), delivery.headers)
    # What was written for spreadsheets guards what could be a formula; the value is without the guard.
    rows = rows.with_columns(unguarded(column) for column in rows.iter_columns())
    return Source(
        delivery.name, rows, delivery.headers, staged["record_no"] - 1, delivery.rejects,
        (*delivery.notes, *_mended(delivery), *notes), delivery,
    )  # fmt: skip


def _mended(delivery: Delivery) -> list[str]:
    count = delivery.repairs.height
    if not count:
        return []
    return [f"{count:,} {'rows were' if count > 1 else 'row was'} mended while reading."]


def _renamed(rows: pl.DataFrame, headers: Sequence[str]) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """The rows under distinct names: an empty header is column_3, a second `phone` is phone_2."""
    names = distinct(headers, taken=OURS)
    notes = tuple(
        f"The column {header!r} of the file is called {name!r} in the output."
        for header, name in zip(headers, names, strict=True)
        if header in OURS
    )
    return rows.rename(dict(zip(rows.columns, names, strict=True))), notes


def _is_parquet(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) == _PARQUET
    except OSError:
        return False


def _read_parquet(path: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(path, glob=False)
    except (pl.exceptions.PolarsError, OSError) as problem:
        raise ImportRefused(f"{path.name} is a damaged Parquet file. Nothing was read. Write it again.") from problem
