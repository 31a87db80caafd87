"""The lake: ask it with `query`, change it with `write`. It knows tables, not what they mean."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb
import polars as pl

from xrm_lake.model.catalog import Catalog
from xrm_lake.store.catalog_io import read_catalog
from xrm_lake.store.counters import Counters
from xrm_lake.store.engine import Engine, is_conflict, is_fatal
from xrm_lake.store.highwater import HighWater, keep_mark
from xrm_lake.store.owner import remove_owner
from xrm_lake.store.rows import Rows
from xrm_lake.store.write import Batch, Registered

Clock = Callable[[], datetime]
ATTEMPTS = 20


class Lake:
    """
    An open lake: a folder with one database that this process owns.

    Threads may share it: each reads through a cursor of its own, and one at a time writes.
    """

    def __init__(self, folder: Path, engine: Engine, *, lake_id: str, clock: Clock, user: str) -> None:
        self.path, self.engine, self.lake_id, self.user = folder, engine, lake_id, user
        self._clock, self._last = clock, datetime(1, 1, 1)  # noqa: DTZ001 (naive UTC throughout)
        self._write_lock, self._clock_lock = threading.RLock(), threading.Lock()
        self._writing = False
        # How many batches were kept since the lake was opened: what was read under one number holds while it stands.
        self.commits = 0
        self.counters = Counters.read(engine.cursor())
        self._catalog = read_catalog(engine)
        self._pid: int | None = None

    @property
    def catalog(self) -> Catalog:
        """The types and link types that hold now."""
        return self._catalog

    @property
    def landing(self) -> Path:
        """Where imported files are kept."""
        return self.path / "landing"

    def clock(self) -> datetime:
        """Now, in UTC, and never the same moment twice: a record's `updated_at` tells its versions apart."""
        # Not the write lock: who only asks for the time must not wait for a long import.
        with self._clock_lock:
            self._last = max(self._clock(), self._last + timedelta(microseconds=1))
            return self._last

    def query(self, sql: str, /, **values: Any) -> Rows:
        """Ask the lake, as the calling thread; values are bound by name."""
        self._recover()
        return Rows(self.engine, sql, values)

    def frame(self, name: str, frame: pl.DataFrame) -> Registered:
        """The frame under a name that queries of the calling thread can read from, while the `with` lasts."""
        self._recover()
        return Registered(self.engine.cursor(), name, frame)

    @contextmanager
    def write(
        self, kind: str, *, by: str | None = None, source: str | None = None, dry_run: bool = False
    ) -> Iterator[Batch]:
        """
        One transaction and one row of `batch`, under the write lock; nothing is kept if it raises or on a dry run.

        A batch in which nothing was written leaves no row. Acknowledged means: it is in the
        file's log and the high-water mark says so.
        """
        with self._write_lock:
            if self._writing:
                raise RuntimeError("a batch is open in this thread already; pass it on instead of opening another")
            self._recover()
            self._writing = True
            before = self.counters.copy()
            try:
                with self.engine.guard():
                    cursor = self.engine.cursor()
                    cursor.execute("begin")
                    try:
                        batch = Batch(self, cursor, kind, by or self.user, source)
                        yield batch
                        batch.seal()
                    except BaseException:
                        self._undo(cursor, before)
                        raise
                    if dry_run or not batch.wrote:
                        self._undo(cursor, before)
                    else:
                        self._commit(cursor, before)
                if batch.changed_model:
                    self._catalog = read_catalog(self.engine)
            finally:
                self._writing = False

    def _commit(self, cursor: duckdb.DuckDBPyConnection, before: Counters) -> None:
        after = self.counters
        try:
            cursor.execute("commit")
        except BaseException as problem:
            self._undo(cursor, before)
            # A log that was written and a checkpoint that failed look like a failed commit: the tables know.
            self.engine.is_broken |= is_fatal(problem)
            self._recover()
            self.counters = Counters.read(self.engine.cursor())
            if self.counters.batch_id < after.batch_id or not isinstance(problem, duckdb.Error):
                raise
        self.commits += 1
        keep_mark(self.path, HighWater(self.counters.batch_id, self.counters.change_seq, self.lake_id))

    def _undo(self, cursor: duckdb.DuckDBPyConnection, before: Counters) -> None:
        self.counters = before
        try:
            cursor.execute("rollback")
        except duckdb.Error:
            # A commit that failed has ended the transaction already, and a fatal error has ended all of them.
            self.engine.renew()

    def _recover(self) -> None:
        """Open the file again after an error that has ended all work on it: what was acknowledged is there."""
        if self.engine.is_broken:
            with self._write_lock:
                if self.engine.is_broken:
                    self.engine.reopen()
                    self.counters = Counters.read(self.engine.cursor())
                    self._catalog = read_catalog(self.engine)

    def checkpoint(self) -> None:
        """
        Write the log into the file, so that it is short; done after long writes and at close.

        While others read older states for long it stays as it is: it is as safe, and the next checkpoint takes it.
        """
        self._recover()
        with self._write_lock, self.engine.guard():
            for attempt in range(ATTEMPTS):
                try:
                    self.engine.cursor().execute("checkpoint lake")
                    return
                except duckdb.Error as problem:
                    self.engine.renew()
                    if not is_conflict(problem) and "other" not in str(problem):
                        raise
                    # Readers are still in older transactions; they are short.
                    time.sleep(0.002 * 2 ** min(attempt, 6) * random.random())

    def own(self, pid: int) -> None:
        """Remember that this process said it owns the lake, to unsay it at close."""
        self._pid = pid

    def close(self) -> None:
        """Let the lake go; it can be opened again at once."""
        with self._write_lock:
            try:
                self.engine.close()
            finally:
                if self._pid is not None:
                    remove_owner(self.path, self._pid)

    def __enter__(self) -> "Lake":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
