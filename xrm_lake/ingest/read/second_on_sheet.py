"""Another table below that of a sheet: it is read with it, and said."""

import numpy as np
import polars as pl

from xrm_lake.ingest.read.another_table import is_table
from xrm_lake.ingest.read.profile import Profile

_COMPARED = 150
_FEWEST = 3  # names and two records
_LOOK = 6


def about_seconds(records: pl.DataFrame) -> list[str]:
    """What to say of the rows behind a blank one that look like a table of their own; `records` bear `line_no` and their cells."""
    lines = records["line_no"].to_numpy()
    begins = np.flatnonzero(np.diff(lines) > 1) + 1
    ends = np.append(begins[1:], len(lines))
    large = ends - begins >= _FEWEST
    if not large.any():
        return []
    cells = records.drop("record_no", "line_no").fill_null("")
    above = [list(row) for row in cells.head(min(int(begins[0]), _COMPARED)).rows()]
    profile = Profile(cells.width, above)
    return [
        f"Rows {lines[begin]} to {lines[end - 1]} look like a second table, but were read as records of the first."
        " Move them to a sheet of their own and import again."
        for begin, end in zip(begins[large].tolist(), ends[large].tolist(), strict=True)
        if is_table(_narrowed(cells[begin : min(end, begin + _LOOK)]), profile, after_blank=True)
    ]


def _narrowed(cells: pl.DataFrame) -> list[list[str]]:
    """The rows without the cells behind the last that holds something in any of them; none if a name is missing."""
    rows = [list(row) for row in cells.rows()]
    width = max((i + 1 for row in rows for i, cell in enumerate(row) if cell.strip()), default=0)
    return [row[:width] for row in rows] if all(cell.strip() for cell in rows[0][:width]) else []
