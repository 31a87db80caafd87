"""What applying fixes gives."""

from dataclasses import dataclass

import polars as pl

CELLS = pl.Schema(
    {"type": pl.String(), "record_id": pl.Int64(), "field": pl.String(), "old": pl.String(), "new": pl.String()}
)
LEFT = CELLS | {"reason": pl.String()}


@dataclass(frozen=True)
class FixResult:
    """
    What a batch of fixes changed, or would change on a dry run (then `batch_id` is None).

    `changed` has a row for each value: type, record_id, field (of a link, its type), old, new (canonical texts; of a link the id of
    the record that is joined). `left` are those that stay as they are, with the reason.
    """

    batch_id: int | None
    changed: pl.DataFrame
    left: pl.DataFrame

    @property
    def records(self) -> int:
        """How many records it concerns."""
        return self.changed["record_id"].n_unique()
