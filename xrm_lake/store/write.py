"""One batch: what is written together, under one number, with one row in the ledger for each changed value."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

from xrm_lake.model.catalog import Catalog
from xrm_lake.model.names import quoted
from xrm_lake.store.rows import Rows

if TYPE_CHECKING:
    from xrm_lake.store.lake import Lake

Change = tuple[str, int, str, str | None, str | None, str | None]


class Batch:
    """An open write: its number, its moment, who writes, and how to read and write within it."""

    def __init__(self, lake: "Lake", cursor: duckdb.DuckDBPyConnection, kind: str, by: str, source: str | None) -> None:
        self._lake, self._cursor = lake, cursor
        self.kind, self.by, self.source = kind, by, source
        self.id = lake.counters.take("batch_id")
        self.at = lake.clock()
        self.wrote = False
        self.changed_model = False
        # Columns of this batch's row: file_name, file_sha256, rows_read, rows_new …, note.
        self.totals: dict[str, Any] = {}
        self._companions: list[Batch] = []
        self._extended: Catalog | None = None

    @property
    def catalog(self) -> Catalog:
        """The types and link types as they were before this batch, or as it has extended them."""
        return self._extended or self._lake.catalog

    def extend(self, catalog: Catalog) -> None:
        """Go on with a catalog that this transaction has written; its later companions do too."""
        self._extended = catalog

    def companion(self, *, source: str | None = None, kind: str | None = None) -> "Batch":
        """One more batch in this transaction, kept or dropped together with it, but undone by itself."""
        batch = Batch(self._lake, self._cursor, kind or self.kind, self.by, source or self.source)
        batch._extended = self._extended
        self._companions.append(batch)
        return batch

    def query(self, sql: str, /, **values: Any) -> Rows:
        """Ask the lake as this batch sees it."""
        return Rows(self._lake.engine, sql, values)

    def execute(self, sql: str, /, **values: Any) -> int:
        """Run a statement that writes; gives the number of rows it touched."""
        self.wrote = True
        answer = self._cursor.execute(sql, values) if values else self._cursor.execute(sql)
        rows = answer.fetchall() if answer.description else []
        return int(rows[0][0]) if rows and isinstance(rows[0][0], int) else 0

    def append(self, table: str, frame: pl.DataFrame) -> None:
        """Add the rows of a frame to a table; its columns are named like the table's."""
        if frame.is_empty():
            return
        with self.frame("appended_rows", frame):
            self.execute(f"insert into {quoted(table)} by name select * from appended_rows")

    def frame(self, name: str, frame: pl.DataFrame) -> "Registered":
        """The frame under a name that statements of this batch can read from, while the `with` lasts."""
        return Registered(self._cursor, name, frame)

    def new_entities(self, count: int) -> int:
        """The first of `count` new record ids; each next one is 2 higher."""
        return self._lake.counters.take_entities(count)

    def new_ids(self, counter: str, count: int = 1) -> int:
        """The first of `count` new ids of a counter; each next one is 1 higher."""
        return self._lake.counters.take(counter, count)

    def log(self, changes: Iterable[Change]) -> None:
        """Write into the ledger a few changes: (type, entity id, op, field, old, new)."""
        rows = list(changes)
        if not rows:
            return
        first = self.new_ids("change_seq", len(rows))
        marks = ", ".join(
            f"($s{n}, $batch, $made_at, $made_by, $t{n}, $e{n}, $o{n}, $f{n}, $a{n}, $b{n})" for n in range(len(rows))
        )
        values: dict[str, Any] = {"batch": self.id, "made_at": self.at, "made_by": self.by}
        for n, row in enumerate(rows):
            values |= dict(zip((f"t{n}", f"e{n}", f"o{n}", f"f{n}", f"a{n}", f"b{n}"), row, strict=True)) | {
                f"s{n}": first + n
            }
        self.execute(f"insert into change values {marks}", **values)

    def log_query(self, sql: str, /, **values: Any) -> int:
        """
        Write into the ledger what a query answers: columns type, entity_id, op, field, old, new; gives how many.

        The query must be ordered: its order becomes the order of the ledger.
        """
        first = self._lake.counters.change_seq
        count = self.execute(
            f"""
            insert into change
            select $first_seq + row_number() over (), $batch, $made_at, $made_by, type, entity_id, op, field, old, new
            from ({sql})
            """,
            first_seq=first,
            batch=self.id,
            made_at=self.at,
            made_by=self.by,
            **values,
        )
        if count:
            self.new_ids("change_seq", count)
        return count

    def seal(self) -> None:
        """Add this batch's own row, and those of its companions; called once, at the end."""
        if self.wrote:
            own = {
                "batch_id": self.id,
                "kind": self.kind,
                "source": self.source,
                "made_by": self.by,
                "made_at": self.at,
            }
            row = own | {name: total for name, total in self.totals.items() if total is not None}
            marks = ", ".join(f"${name}" for name in row)
            self._cursor.execute(f"insert into batch ({', '.join(row)}) values ({marks})", row)
        for batch in self._companions:
            batch.seal()
            self.wrote |= batch.wrote
            self.changed_model |= batch.changed_model


class Registered:
    """A frame that statements can read from by name, for as long as a `with` lasts."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> None:
        self._cursor, self._name, self._frame = cursor, name, frame

    def __enter__(self) -> str:
        # Text in the form that both sides work with: any other would be a copy of all of it.
        self._cursor.register(self._name, self._frame.to_arrow(compat_level=pl.CompatLevel.newest()))
        return self._name

    def __exit__(self, *_: object) -> None:
        self._cursor.unregister(self._name)
