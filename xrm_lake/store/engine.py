"""The database engine: one attached file, a cursor per thread, and its errors in our words."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from xrm_lake.errors import LakeBusy, LakeDamaged, LakeFull, LakeVersion, XrmError
from xrm_lake.model.names import quoted

# A default 2.0 file costs three times the cpu on a point lookup, and a damaged byte in its WAL is cut off in
# silence; with this format the damage is refused at open, and 1.5 can still read the file.
STORAGE_VERSION = "v1.2.0"
ALIAS = "lake"


class Engine:
    """One lake.duckdb, attached for as long as this process owns it."""

    def __init__(self, file: Path, *, read_only: bool = False) -> None:
        self.file, self.read_only = file, read_only
        self._local = threading.local()
        self._root = duckdb.connect(":memory:")
        options = "read_only" if read_only else f"storage_version '{STORAGE_VERSION}'"
        path = str(file).replace("'", "''")
        try:
            with translated(file):
                self._root.execute(f"attach '{path}' as {quoted(ALIAS)} ({options})")
                self._lock_down()
        except BaseException:
            self._root.close()
            raise

    def _lock_down(self) -> None:
        """Statements of users run here too: they may read what lies in the lake's folder, and nothing else."""
        folder = str(self.file.parent)
        self._root.execute("set temp_directory = $folder", {"folder": str(self.file.parent / "tmp")})
        self._root.execute("set preserve_insertion_order = true")
        self._root.execute("set allowed_directories = $folders", {"folders": [folder]})
        self._root.execute("set enable_external_access = false")

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """The cursor of the calling thread."""
        cursor: duckdb.DuckDBPyConnection | None = getattr(self._local, "cursor", None)
        if cursor is None:
            cursor = self._root.cursor()
            cursor.execute(f"use {quoted(ALIAS)}")
            self._local.cursor = cursor
        return cursor

    def close(self) -> None:
        """Write the WAL into the file and let it go."""
        with translated(self.file):
            try:
                self._root.execute(f"detach {quoted(ALIAS)}")
            finally:
                self._root.close()


@contextmanager
def translated(file: Path) -> Iterator[None]:
    """Turn what the engine says of the file or the disk into an error that tells what to do."""
    try:
        yield
    except duckdb.Error as problem:
        known = _translation(str(problem), file)
        if known is None:
            raise
        raise known from problem


def is_conflict(problem: BaseException) -> bool:
    """Whether the statement lost against another transaction and may be tried again."""
    text = str(problem)
    return isinstance(problem, duckdb.TransactionException) and "onflict" in text and "invalidated" not in text


def _translation(text: str, file: Path) -> XrmError | None:
    if "Could not set lock" in text or "Conflicting lock" in text:
        return LakeBusy(f"Another process has {file} open. Nothing was changed.")
    if "No space left" in text or "database has been invalidated" in text:
        return LakeFull(
            f"No space is left where {file} lies. What was acknowledged before is kept, the rest was not written."
            " Make room, then run the command again."
        )
    if "ead-only file system" in text or "Permission denied" in text or "read-only mode" in text:
        return LakeFull(f"{file} cannot be written: the place is read-only for this user. Nothing was changed.")
    if "version number" in text:
        return LakeVersion(
            f"{file} was written by another version of the engine than this one can read. {_first_line(text)}"
        )
    if any(
        sign in text for sign in ("orrupt", "replaying WAL", "not a valid DuckDB", "checksum", "Serialization Error")
    ):
        return LakeDamaged(
            f"{file} or its write-ahead log is damaged, so it was not opened: {_first_line(text)}."
            " Nothing was changed. Go back to a verified copy with `xrm restore`, or see docs/store.md."
        )
    return None


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0].rstrip(".")[:200]


Params = dict[str, Any]
