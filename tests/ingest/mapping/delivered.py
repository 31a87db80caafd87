"""Deliveries to plan, made from columns in memory or from the files of a folder."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from xrm_lake.ingest.plan import ColumnPlan, FilePlan
from xrm_lake.ingest.read import read_files
from xrm_lake.ingest.read.delivery import REJECTS, Delivery, Dialect


def delivered(folder: Path, name: str, columns: Mapping[str, Sequence[str | None]]) -> Delivery:
    """A delivery of that name with these columns as they might be staged."""
    texts = list(columns.values())
    rows = len(texts[0]) if texts else 0
    frame = pl.DataFrame(
        {
            "record_no": range(1, rows + 1),
            "line_no": range(2, rows + 2),
            **{f"c{place}": pl.Series(values, dtype=pl.String) for place, values in enumerate(texts)},
        }
    )
    staged = folder / f"{name}.parquet"
    staged.parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(staged)
    nothing = pl.DataFrame(schema=REJECTS)
    dialect = Dialect("utf-8", ",")
    return Delivery(name, name, staged, staged, tuple(columns), rows, rows, nothing, nothing, dialect, ())


def read(folder: Path, *paths: Path) -> list[Delivery]:
    """The deliveries of real files, kept and staged in the folder."""
    return read_files(paths, folder)


def becomes(plan: FilePlan) -> dict[str, str]:
    """What becomes of each column, in short: `amount`, `key`, `works_for organisation by id`, `extra` …"""
    return {column.header: says(column) for column in plan.columns}


def says(column: ColumnPlan) -> str:
    """What becomes of one column, in short."""
    if column.link is None:
        return (
            column.field if column.to == "field" else f"link.{column.field}" if column.to == "link_field" else column.to
        )
    arrow = {"in": "from ", "out": "to "}[column.link.direction] if column.to == "end" else ""
    inverse = "inverse " if column.to == "link" and column.link.direction == "in" else ""
    types = "|".join(column.link.to_types) or "any"
    by = f"{column.link.match_by}{':' + column.link.field if column.link.field else ''}"
    return f"{arrow}{inverse}{column.link.link_type} {types} by {by}"
