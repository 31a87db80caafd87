"""What an export of a whole lake wrote."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

EXPORTED = pl.Schema({"file": pl.String(), "what": pl.String(), "type": pl.String(), "rows": pl.Int64()})


@dataclass(frozen=True)
class Exported:
    """The `folder`, and its `files` (frame EXPORTED): `what` is `records`, `merged` or `links`, `type` that of the records or links."""

    folder: Path
    files: pl.DataFrame

    @property
    def records(self) -> int:
        """How many records were written, without those that are merged into others."""
        return int(self.files.filter(what="records")["rows"].sum())

    @property
    def links(self) -> int:
        """How many links were written."""
        return int(self.files.filter(what="links")["rows"].sum())
