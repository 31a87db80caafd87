"""A moment of the past: the end of a day, and the temporary tables and views that show a lake as it stood then."""

from datetime import date, timedelta

from xrm_lake.model.names import quoted
from xrm_lake.store.settings import Reader


class Moment:
    """The end of a day, in UTC, for one reader; remembers what it has made, so that it can be dropped."""

    def __init__(self, reader: Reader, day: date) -> None:
        self.reader, self.day = reader, day
        self.end = f"timestamp '{day + timedelta(days=1):%Y-%m-%d}'"
        self._made: list[str] = []

    def name(self, what: str) -> str:
        """The quoted name of a temporary table or view of this day; it ends in an underscore, as no type's view does."""
        return quoted(f"past_{self.day:%Y%m%d}_{what}_")

    def table(self, what: str, sql: str) -> str:
        """Keep the rows of a query; gives the name."""
        return self._make("table", what, sql)

    def view(self, what: str, sql: str) -> str:
        """Give a query a name."""
        return self._make("view", what, sql)

    def is_empty(self, table: str) -> bool:
        """Whether a table of this moment has no rows."""
        return not self.reader.query(f"select exists (from {table})").value()

    def _make(self, kind: str, what: str, sql: str) -> str:
        name = self.name(what)
        self.reader.query(f"create or replace temp {kind} {name} as {sql}").rows()
        self._made.append(f"{kind} if exists {name}")
        return name

    def drop(self) -> None:
        """Drop all that was made."""
        while self._made:
            self.reader.query(f"drop {self._made.pop()}").rows()
