"""The answer to a query, in the shape that the caller needs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from xrm_lake.store.engine import Engine


@dataclass(frozen=True)
class Rows:
    """A query that runs when its answer is asked for, in the thread that asked."""

    engine: Engine
    sql: str
    values: dict[str, Any]

    def frame(self) -> pl.DataFrame:
        """All rows as a polars frame."""
        with self.engine.guard():
            relation = self.engine.cursor().sql(self.sql, params=self.values or None)
            found = pl.from_arrow(relation.to_arrow_table())
        assert isinstance(found, pl.DataFrame)
        return found

    def pieces(self, size: int = 50_000) -> Iterator[pl.DataFrame]:
        """All rows as frames of at most so many, at least one; until the last is taken, this thread must ask nothing else."""
        with self.engine.guard():
            relation = self.engine.cursor().sql(self.sql, params=self.values or None)
            reader = relation.to_arrow_reader(size)
            empty = pl.from_arrow(reader.schema.empty_table())
            assert isinstance(empty, pl.DataFrame)
            taken = 0
            try:
                for part in reader:
                    found = pl.from_arrow(part)
                    assert isinstance(found, pl.DataFrame)
                    taken += found.height
                    if found.height:
                        yield found
                if not taken:
                    yield empty
            finally:
                # A result left unfinished would block the connection.
                reader.close()

    def rows(self) -> list[tuple[Any, ...]]:
        """All rows as tuples."""
        return self._run()[1]

    def dicts(self) -> list[dict[str, Any]]:
        """All rows by column name."""
        names, rows = self._run()
        return [dict(zip(names, row, strict=True)) for row in rows]

    def one(self) -> dict[str, Any] | None:
        """The first row by column name, or None."""
        found = self.dicts()
        return found[0] if found else None

    def value(self) -> Any:
        """The first column of the first row, or None."""
        rows = self.rows()
        return rows[0][0] if rows else None

    def column(self) -> list[Any]:
        """The first column of all rows."""
        return [row[0] for row in self.rows()]

    def _run(self) -> tuple[list[str], list[tuple[Any, ...]]]:
        # All rows are fetched: a result left unfinished would block the connection.
        with self.engine.guard():
            cursor = self.engine.cursor()
            answer = cursor.execute(self.sql, self.values) if self.values else cursor.execute(self.sql)
            rows = answer.fetchall()
            return [column[0] for column in answer.description], rows
