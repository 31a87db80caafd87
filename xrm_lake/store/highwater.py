"""
The high-water mark: what was acknowledged, written outside the database.

A write-ahead log that was cut off or deleted opens without a word, short of its last
commits. The mark beside it says how far the lake had come, so that the gap is seen.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from xrm_lake.errors import LakeDamaged

NAME = "highwater.json"
WIDTH = 160


@dataclass(frozen=True)
class HighWater:
    """The last batch and the last change that were acknowledged, and the model's version."""

    batch_id: int = 0
    change_seq: int = 0
    lake_id: str = ""


def write_mark(folder: Path, mark: HighWater) -> None:
    """Keep the mark, on the disk before this returns."""
    # Written over in place: a mark is far shorter than a sector, which a disk writes whole or not at all.
    handle = os.open(folder / NAME, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.write(handle, json.dumps(asdict(mark)).ljust(WIDTH).encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def keep_mark(folder: Path, mark: HighWater) -> None:
    """Keep the mark of what was acknowledged just now. On a disk that does not take it the older one stays, which is true too."""
    try:
        write_mark(folder, mark)
    except OSError:
        return


def read_mark(folder: Path) -> HighWater | None:
    """The mark of a lake, None if it has none yet. Raises LakeDamaged if it cannot be read."""
    file = folder / NAME
    if not file.exists():
        return None
    try:
        return HighWater(**json.loads(file.read_text()))
    except (ValueError, TypeError) as problem:
        raise LakeDamaged(
            f"{file} cannot be read. Compare with a backup, or accept the lake as it is: xrm doctor --accept."
        ) from problem


def check_mark(folder: Path, found: HighWater) -> None:
    """Raises LakeDamaged if the lake holds less than was acknowledged, or is another lake than the one of the mark."""
    mark = read_mark(folder)
    if mark is not None and mark.lake_id and mark.lake_id != found.lake_id:
        raise LakeDamaged(
            f"{folder / 'lake.duckdb'} belongs to another lake than {folder / NAME} beside it. Nothing was changed. Put its"
            " own file back, or take this one in with `xrm restore`, or with `xrm doctor --accept`."
        )
    if mark is None or (mark.batch_id <= found.batch_id and mark.change_seq <= found.change_seq):
        return
    raise LakeDamaged(
        f"{mark.batch_id - found.batch_id} acknowledged commits ({max(mark.change_seq - found.change_seq, 0)} changes) are missing from"
        f" {folder / 'lake.duckdb'}: its write-ahead log was cut off or deleted. Nothing was changed."
        " Go back to a verified copy with `xrm restore`, or accept the lake as it is with `xrm doctor --accept`."
    )
