"""Settings: what people said of the lake as a whole, by key. Writes `meta`."""

from typing import Protocol

import polars as pl

from xrm_lake.model.catalog import Catalog
from xrm_lake.store.rows import Rows
from xrm_lake.store.write import Batch, Registered


class Reader(Protocol):
    """Whatever can be asked: a lake, or a batch that is being written."""

    @property
    def catalog(self) -> Catalog:
        """The types and link types that hold."""

    def query(self, sql: str, /, **values: object) -> Rows:
        """The answer to a statement."""

    def frame(self, name: str, frame: pl.DataFrame, /) -> Registered:
        """The frame under a name that statements can read from, while a `with` lasts."""


def settings_of(reader: Reader, prefix: str) -> dict[str, str]:
    """All settings whose key begins so, by the rest of their key."""
    rows = reader.query("select key, value from meta where starts_with(key, $prefix)", prefix=prefix).rows()
    return {key.removeprefix(prefix): value for key, value in rows}


def set_setting(batch: Batch, key: str, value: str | None) -> str | None:
    """Put a setting in the place of what it was, which is given; None takes it away. The ledger has a row of it (op `setting`)."""
    before: str | None = batch.query("select value from meta where key = $key", key=key).value()
    if before != value:
        batch.execute("delete from meta where key = $key", key=key)
        if value is not None:
            batch.execute("insert into meta values ($key, $value)", key=key, value=value)
        batch.log([("", 0, "setting", key, before, value)])
    return before
