"""Why columns tell no records apart: which values repeat, where none stands, and in which lines of the file."""

from collections.abc import Sequence

import polars as pl

from xrm_lake.ingest.mapping.sample import Table

_SHOWN = 3


def key_faults(table: Table, positions: Sequence[int]) -> str:
    """
    What keeps these columns from being a key, as the end of a sentence; empty if nothing does.

    Such as `repeats 2 values in 5 rows (lines 3 and 9; 4 and 5) and is empty in 1 row (line 7)`.
    """
    cells = [pl.col(f"c{position}").str.strip_chars().fill_null("") for position in positions]
    rows = (
        pl.scan_parquet(table.delivery.staged, glob=False)
        .select("line_no", key=pl.struct(cells), empty=pl.all_horizontal(cell == "" for cell in cells))
        .collect()
    )
    several = rows.filter(~pl.col("empty") & pl.col("key").is_duplicated())
    parts = []
    if several.height:
        groups = several.group_by("key", maintain_order=True).agg(pl.col("line_no").head(_SHOWN))
        places = [" and ".join(map(str, lines)) for lines in groups["line_no"].head(_SHOWN)]
        values = "1 value" if groups.height == 1 else f"{groups.height} values"
        parts.append(f"repeats {values} in {several.height} rows (lines {'; '.join(places)}{_more(groups.height)})")
    empty = rows.filter("empty")["line_no"]
    if empty.len():
        named = ", ".join(map(str, empty.head(_SHOWN)))
        parts.append(
            f"is empty in 1 row (line {named})"
            if empty.len() == 1
            else f"is empty in {empty.len()} rows (lines {named}{_more(empty.len())})"
        )
    return " and ".join(parts)


def _more(count: int) -> str:
    return " …" if count > _SHOWN else ""
