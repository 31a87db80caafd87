"""Unused fields (G1): fields that hardly anybody fills, that say the same of every record, or that are written no more."""

from datetime import date, timedelta
from typing import Any

import polars as pl

from xrm_lake.hygiene.debt.finding import Finding
from xrm_lake.model.metrics import FEWEST

FILL, DAYS = 0.02, 180


def unused_fields(use: pl.DataFrame, type: str, day: date) -> list[Finding]:
    """
    The fields of a type that nobody uses, each with the one reason that weighs most; of fewer than 30 records none is told.

    `use` is the frame of `field_use`. A field is `empty` if fewer than 2 % have a value, `constant` if 30 or more values are all the same,
    `abandoned` if no value was written for 180 days while other fields of the type were. Source: quality.md §2.4, G1.
    """
    if use.is_empty() or use["records"][0] < FEWEST:
        return []
    old = day - timedelta(days=DAYS)
    at_work = bool((use["last_write"] > old).any())
    told = ((row, _reason(row, old if at_work else None)) for row in use.iter_rows(named=True))
    return [
        Finding("G1", reason[0], type, row["field"], reason[1], float(row["filled"]), float(row["records"]))
        for row, reason in told
        if reason
    ]


def _reason(row: dict[str, Any], old: date | None) -> tuple[str, str] | None:
    records, filled = row["records"], row["filled"]
    if filled < FILL * records:
        return "empty", f"{filled:,} of {records:,} records have a value"
    if row["values"] == 1 and filled >= FEWEST:
        return "constant", f"all {filled:,} values are the same"
    if old and row["last_write"] and row["last_write"] <= old:
        return "abandoned", f"last written on {row['last_write']}, and other fields since"
    return None
