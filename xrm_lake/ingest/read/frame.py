"""A frame of texts that is in memory already, as a delivery, so that it can be looked at like a file."""

from pathlib import Path

import polars as pl

from xrm_lake.ingest.read.delivery import Delivery, Dialect, places
from xrm_lake.ingest.read.stage import stage_frame


def read_frame(name: str, texts: pl.DataFrame, folder: Path) -> Delivery:
    """The rows of a frame of texts, staged in a folder; its columns' names are the headers, and no row is refused."""
    staged = folder / "frame.parquet"
    cells = texts.rename({column: f"c{place}" for place, column in enumerate(texts.columns)})
    number = pl.int_range(1, texts.height + 1, dtype=pl.Int64, eager=True)
    stage_frame(cells.select(number.alias("record_no"), number.alias("line_no"), pl.all()), staged)
    return Delivery(
        name=name,
        sha256="",
        kept=staged,
        staged=staged,
        headers=tuple(texts.columns),
        counted=texts.height,
        staged_rows=texts.height,
        rejects=places([]),
        repairs=places([]),
        dialect=Dialect("", ""),
        notes=(),
    )
