"""The answer to a query, in the shape that the caller needs."""

from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl


@dataclass(frozen=True)
class Rows:
    """A query that runs when its answer is asked for, in the thread that asked."""

    cursor: duckdb.DuckDBPyConnection
    sql: str
    values: dict[str, Any]

    def frame(self) -> pl.DataFrame:
        """All rows as a polars frame."""
        relation = self.cursor.sql(self.sql, params=self.values or None)
        found = pl.from_arrow(relation.to_arrow_table())
        assert isinstance(found, pl.DataFrame)
        return found

    def rows(self) -> list[tuple[Any, ...]]:
        """All rows as tuples."""
        return self._run().fetchall()

    def dicts(self) -> list[dict[str, Any]]:
        """All rows by column name."""
        cursor = self._run()
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def one(self) -> dict[str, Any] | None:
        """The first row by column name, or None."""
        found = self.dicts()
        return found[0] if found else None

    def value(self) -> Any:
        """The first column of the first row, or None."""
        # All rows are fetched: a result left unfinished would block the connection.
        rows = self._run().fetchall()
        return rows[0][0] if rows else None

    def column(self) -> list[Any]:
        """The first column of all rows."""
        return [row[0] for row in self._run().fetchall()]

    def _run(self) -> duckdb.DuckDBPyConnection:
        return self.cursor.execute(self.sql, self.values) if self.values else self.cursor.execute(self.sql)
