"""Read a Parquet file: its typed columns as text, its rows counted by what the file says of itself."""

import polars as pl

from xrm_lake.errors import ImportRefused
from xrm_lake.ingest.read.asked import Asked, refuse_choice
from xrm_lake.ingest.read.delivery import Delivery, Dialect, places
from xrm_lake.ingest.read.landing import Kept, settle, written_whole
from xrm_lake.ingest.read.stage import agree
from xrm_lake.ingest.read.typed_text import flat


def read_parquet(kept: Kept, asked: Asked) -> Delivery:
    """The table of a file; line_no is the number of the row. Raises ImportRefused if it is damaged."""
    refuse_choice(asked.table, kept.name, "a Parquet file")
    asked.progress(f"Reading {kept.name}", 0, None)
    staged = kept.staged()
    try:
        counted = _count(kept)
        rows = pl.scan_parquet(kept.path, glob=False, hive_partitioning=False)
        columns = flat(rows.collect_schema())
        number = pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
        texts = rows.select(
            number.alias("record_no"),
            number.alias("line_no"),
            *(text.alias(f"c{place}") for place, (_, text) in enumerate(columns)),
        )
        with written_whole(staged.parent) as temporary:
            texts.sink_parquet(temporary, compression="lz4", statistics=False)
            settle(temporary, staged)
    except (pl.exceptions.PolarsError, OSError, ValueError) as trouble:
        raise ImportRefused(
            f"{kept.name} is a damaged or encrypted Parquet file. Nothing was imported. Write it again."
        ) from trouble
    height = int(pl.scan_parquet(staged, glob=False).select(pl.len()).collect().item())
    agree(kept.name, counted=counted, staged=height, rejected=0)
    return Delivery(
        name=kept.name,
        sha256=kept.sha256,
        kept=kept.path,
        staged=staged,
        headers=tuple(name for name, _ in columns),
        counted=counted,
        staged_rows=height,
        rejects=places([]),
        repairs=places([]),
        dialect=Dialect("", ""),
        notes=() if counted else ("There are column names, but no records.",),
    )


def _count(kept: Kept) -> int:
    """The rows by the footer of the file, as another reader understands it."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return int(pq.read_metadata(kept.path).num_rows)
    except pa.ArrowException as trouble:
        raise ValueError(str(trouble)) from trouble
