"""What the tests of this folder ask of a delivery, and how they write a table."""

import csv
import io

import polars as pl

from xrm_lake.ingest.read import Delivery


def rows(delivery: Delivery) -> list[tuple[str | None, ...]]:
    """The staged cells."""
    return pl.read_parquet(delivery.staged).drop("record_no", "line_no").rows()


def lines(delivery: Delivery) -> list[tuple[int, int]]:
    """record_no and line_no of the staged rows."""
    return pl.read_parquet(delivery.staged).select("record_no", "line_no").rows()


def adds_up(delivery: Delivery) -> bool:
    staged = pl.read_parquet(delivery.staged)
    numbers = [*staged["record_no"].to_list(), *delivery.rejects["record_no"].to_list()]
    return (
        delivery.staged_rows == staged.height
        and delivery.staged_rows + delivery.rejects.height == delivery.counted
        and sorted(numbers) == list(range(1, delivery.counted + 1))
    )


def written(table: list[list[str]], **dialect: object) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, **dialect).writerows(table)
    return out.getvalue().encode()
