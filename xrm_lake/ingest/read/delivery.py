"""What reading a file yields: its rows as text, what was refused, what was mended, and how it was read."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

# Both frames say where in the file a record stands and why it is listed. record_no counts the records of the
# table from 1, line_no the lines of the file from 1, byte_pos the bytes of the file from 0 (null in workbooks).
REJECTS = pl.Schema(
    {
        "record_no": pl.Int64,
        "line_no": pl.Int64,
        "byte_pos": pl.Int64,
        "column_name": pl.String,
        "reason": pl.String,
        "raw": pl.Binary,
    }
)
REPAIRS = REJECTS


@dataclass(frozen=True)
class Dialect:
    """
    How a table is written down in its file.

    `header_line` is the line of the column names, 0 if there are none. `newline` is "\\n", "\\r\\n" or "\\r".
    `decimal` is "," or "." where the first records settle it, else None. In a workbook only `header_line` means anything.
    """

    encoding: str
    delimiter: str
    quote: str | None = '"'
    escape: str | None = None
    header_line: int = 1
    decimal: str | None = None
    newline: str = "\n"


@dataclass(frozen=True)
class Delivery:
    """
    One table of one file, as text, with its account: `staged_rows + rejects.height == counted`, always.

    `kept` is the untouched copy of the file, `staged` a Parquet file with record_no, line_no (Int64, in file order) and the
    cells as text in c0, c1, … exactly as written (null: nothing between two delimiters; "" only where quotes enclose nothing).
    `headers` are the column names as written, by position; they may repeat or be empty.
    `rejects` (schema REJECTS) has the records that are not in `staged`, with their raw bytes.
    `repairs` (schema REPAIRS) has records that are in `staged`, but only after a mend that a person should know of.
    `notes` say in plain sentences what else was found. No note and no reason holds the text of a cell.
    `formats` say of each column of a workbook's sheet what all of its numbers are formatted as: "percent" (0.15 is shown as
    15 %), the sign or code of a currency, or "". Empty where nothing is known.
    """

    name: str
    sha256: str
    kept: Path
    staged: Path
    headers: tuple[str, ...]
    counted: int
    staged_rows: int
    rejects: pl.DataFrame
    repairs: pl.DataFrame
    dialect: Dialect
    notes: tuple[str, ...]
    formats: tuple[str, ...] = ()


Place = tuple[int, int, int | None, None, str, bytes]


def places(rows: Sequence[Place]) -> pl.DataFrame:
    """The frame of schema REJECTS with these rows."""
    return pl.DataFrame(rows, schema=REJECTS, orient="row")
