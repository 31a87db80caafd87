"""Write the staged rows as Parquet: record_no, line_no and the cells as text, in file order."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl

from xrm_lake.errors import ImportRefused
from xrm_lake.ingest.read.account import Numbering
from xrm_lake.ingest.read.landing import settle, written_whole

_ROWS_PER_GROUP = 122_880


def schema(width: int) -> dict[str, type[pl.DataType]]:
    """The columns of a staged table of so many cells."""
    return {"record_no": pl.Int64, "line_no": pl.Int64} | {f"c{i}": pl.String for i in range(width)}


def stage_text(
    text: Path,
    staged: Path,
    width: int,
    numbering: Numbering,
    *,
    skip: int,
    delimiter: str,
    quote: str | None,
    newline: str,
    replaced: Mapping[int, str] | None = None,
) -> int:
    """
    Parse a clean text, from its line `skip` (counted from 0) on, into `staged`; return how many rows there are.

    `replaced` says which characters of the cells are to be others.
    """
    signs = {chr(old): new for old, new in (replaced or {}).items()}

    def number(rows: pl.DataFrame) -> pl.DataFrame:
        records, lines = numbering.numbers(rows["row"].to_numpy().astype(np.int64))
        texts = pl.exclude("row").str.replace_many(signs) if signs else pl.exclude("row")
        return rows.select(pl.Series("record_no", records), pl.Series("line_no", lines), texts)

    cells = {f"c{i}": pl.String for i in range(width)}
    rows = pl.scan_csv(
        text,
        separator=delimiter,
        quote_char=quote,
        eol_char="\r" if newline == "\r" else "\n",
        has_header=False,
        skip_lines=skip,
        schema=cells,
        row_index_name="row",
        glob=False,
        extra_columns="raise",
        missing_columns="raise",
        raise_if_empty=False,
    ).map_batches(number, schema=schema(width), streamable=True)
    with written_whole(staged.parent) as temporary:
        rows.sink_parquet(temporary, compression="lz4", statistics=False, row_group_size=_ROWS_PER_GROUP)
        settle(temporary, staged)
    return int(pl.scan_parquet(staged, glob=False).select(pl.len()).collect().item())


def stage_frame(rows: pl.DataFrame, staged: Path) -> int:
    """Write rows that are in memory already; return how many there are."""
    staged.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(staged.parent) as temporary:
        rows.write_parquet(temporary, compression="lz4", statistics=False)
        settle(temporary, staged)
    return rows.height


def agree(name: str, *, counted: int, staged: int, rejected: int) -> None:
    """Raise ImportRefused unless every record counted is staged or rejected."""
    if staged + rejected != counted:
        raise ImportRefused(
            f"{name} holds {counted} records, but {staged} could be read and {rejected} were refused."
            " As they do not add up, nothing was imported. Please report this file's shape."
        )
