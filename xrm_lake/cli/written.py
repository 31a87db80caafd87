"""A frame that a command writes into a file, instead of printing it."""

from pathlib import Path
from typing import TYPE_CHECKING

from xrm_lake.errors import UnknownName

if TYPE_CHECKING:
    import polars as pl


def write_frame(frame: "pl.DataFrame", out: Path) -> None:
    """
    Write a frame in the format that the file's name ends in, over what is there; without an end, as CSV.

    Raises UnknownName for another format, Refused if a sheet cannot hold it, LakeFull if it cannot be written.
    """
    from xrm_lake.reports.export import WRITERS, refuse_oversized, write_whole

    chosen = format_of(out)
    if chosen == "xlsx":
        refuse_oversized(frame)
    write_whole(out, lambda file: WRITERS[chosen](frame, file), replace=True)


def format_of(out: Path) -> str:
    """The format that a file's name ends in; raises UnknownName if it cannot be written."""
    from xrm_lake.reports.export import WRITERS

    chosen = out.suffix.lstrip(".").lower() or "csv"
    if chosen not in WRITERS:
        raise UnknownName("file format", chosen, WRITERS)
    return chosen
