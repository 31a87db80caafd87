"""The database engine: one attached file, a cursor per thread, and its errors in our words."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from weakref import WeakSet

import duckdb

from xrm_lake.errors import LakeBusy, LakeDamaged, LakeFull, LakeVersion, XrmError
from xrm_lake.model.names import quoted

# A default 2.0 file costs three times the cpu on a point lookup, and a damaged byte in its WAL is cut off in
# silence; with this format the damage is refused at open, and 1.5 can still read the file.
STORAGE_VERSION = "v1.2.0"
ALIAS = "lake"
_LOOKED_EVERY_SECONDS = 0.01


class Engine:
    """One lake.duckdb, attached for as long as this process owns it."""

    def __init__(self, file: Path) -> None:
        self.file = file
        # After a fatal error every statement fails until the file is opened again.
        self.is_broken, self._is_open = False, False
        self._open()

    def _open(self) -> None:
        self._local = threading.local()
        self._cursors: WeakSet[duckdb.DuckDBPyConnection] = WeakSet()
        self._root = duckdb.connect(":memory:")
        path = str(self.file).replace("'", "''")
        try:
            with translated(self.file):
                self._root.execute(f"attach '{path}' as {quoted(ALIAS)} (storage_version '{STORAGE_VERSION}')")
                self._lock_down()
        except BaseException:
            self._root.close()
            raise
        self.is_broken, self._is_open = False, True

    def _lock_down(self) -> None:
        """Statements of users run here too: they may read the lake, and no file of this machine."""
        folder = self.file.parent
        self._root.execute("set temp_directory = $folder", {"folder": str(folder / "tmp")})
        self._root.execute("set preserve_insertion_order = true")
        # Where backups are written; nothing in them says more than the lake itself.
        self._root.execute("set allowed_directories = $folders", {"folders": [str(folder / "backups")]})
        self._root.execute("set enable_external_access = false")
        # What is in the log when this process lets go is written into the file by `close` only.
        self._root.execute("pragma disable_checkpoint_on_shutdown")
        # Functions that a condition may call could change settings, too.
        self._root.execute("set lock_configuration = true")

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """The cursor of the calling thread."""
        cursor: duckdb.DuckDBPyConnection | None = getattr(self._local, "cursor", None)
        if cursor is None:
            cursor = self._root.cursor()
            cursor.execute(f"use {quoted(ALIAS)}")
            self._local.cursor = cursor
            self._cursors.add(cursor)
        return cursor

    def renew(self) -> None:
        """Give the calling thread another cursor: after some errors the old one takes no more statements."""
        cursor = getattr(self._local, "cursor", None)
        self._local.cursor = None
        if cursor is not None:
            cursor.close()

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Errors in our words, and remember those after which the file must be opened again."""
        try:
            with translated(self.file):
                yield
        except Exception as problem:
            cause = problem.__cause__ or problem
            # Cut off, or begun when the file was let go already.
            if isinstance(cause, duckdb.Error) and not self._is_open:
                raise _closed(self.file) from problem
            self.is_broken |= isinstance(cause, duckdb.Error) and is_fatal(cause)
            raise

    def reopen(self) -> None:
        """Let the file go and take it again, after an error that has ended all work on it."""
        self._let_go()
        self._open()

    def close(self) -> None:
        """Write the WAL into the file and let it go; once is enough."""
        if not self._is_open:
            return
        self._is_open = False
        with translated(self.file):
            try:
                self._checkpoint_if_idle()
                self._root.execute(f"detach {quoted(ALIAS)}")
            except duckdb.Error as problem:
                # What was acknowledged is in the log, which the next opening reads.
                if not self.is_broken and not is_fatal(problem):
                    raise
            finally:
                self._let_go()

    def _checkpoint_if_idle(self) -> None:
        try:
            self._root.execute(f"checkpoint {quoted(ALIAS)}")
        except duckdb.TransactionException:
            # Somebody still reads. What was acknowledged is in the log, which the next opening reads.
            if self.is_broken:
                raise

    def abandon(self) -> None:
        """Let the file and its WAL go exactly as they are."""
        if self._is_open:
            self._let_go()

    def _let_go(self) -> None:
        self._is_open = False
        for cursor in [*self._cursors, self._root]:
            _close(cursor)


def _close(cursor: duckdb.DuckDBPyConnection) -> None:
    """Close a cursor, once the statement that another thread has at work in it is cut off."""
    while True:
        try:
            return cursor.close()
        except duckdb.Error as problem:
            if "busy" not in str(problem):
                raise
            cursor.interrupt()
            time.sleep(_LOOKED_EVERY_SECONDS)


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


def is_fatal(problem: BaseException) -> bool:
    """Whether no statement will work until the file is opened again."""
    return isinstance(problem, duckdb.FatalException) or "invalidated" in str(problem)


def is_conflict(problem: BaseException) -> bool:
    """Whether the statement lost against another transaction and may be tried again."""
    text = str(problem)
    return isinstance(problem, duckdb.TransactionException) and "onflict" in text and "invalidated" not in text


def _translation(text: str, file: Path) -> XrmError | None:
    if "Could not set lock" in text or "Conflicting lock" in text:
        return LakeBusy(f"Another process has {file} open. Nothing was changed.")
    if "No space left" in text or "has been invalidated" in text:
        return LakeFull(
            f"No space is left where {file} lies, or the disk does not take it. What was acknowledged before is kept,"
            " the rest was not written. Make room, then run the command again."
        )
    if "ead-only file system" in text or "Permission denied" in text or "attached in read-only mode" in text:
        return LakeFull(f"{file} cannot be written: the place is read-only for this user. Nothing was changed.")
    if "onnection already closed" in text or "onnection has already been closed" in text:
        return _closed(file)
    if "version number" in text or "torage version" in text or "torage Version" in text:
        return LakeVersion(
            f"{file} was written by another version of the engine than this one can read. {_first_line(text)}"
        )
    if any(
        sign in text for sign in ("orrupt", "replaying WAL", "not a valid DuckDB", "checksum", "Serialization Error")
    ):
        return LakeDamaged(
            f"{file} or its write-ahead log is damaged: {_first_line(text)}."
            " Nothing was changed. Go back to a verified copy with `xrm restore`, or see docs/store.md."
        )
    return None


def _closed(file: Path) -> LakeBusy:
    return LakeBusy(f"{file} was closed, or is just being opened again. Nothing was changed. Try again.")


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0].rstrip(".")[:200]
