"""
Rows that are identical after normalising are looked at once.

Ten thousand copies of one row are one row to every later stage; their pairs are
added at the end. Copies beyond `FULL` of a row pair only with the first of them,
so that the result stays small.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from xrm_lake.hygiene.matching.arrays import Rows
from xrm_lake.hygiene.matching.encode import Table

FULL = 32  # copies up to which all pairs among them, and with others, are listed


@dataclass(frozen=True)
class Copies:
    """
    Which rows stand for which.

    `first` is the row that stands for each group; `members` has the columns
    group, row: all rows of a group of up to `FULL`, else its first row;
    `inner` has the columns group, left, right: the pairs inside the groups;
    `groups` is the group of each row, -1 for a row without any value.
    """

    first: Rows
    sizes: Rows
    members: pl.DataFrame
    inner: pl.DataFrame
    groups: Rows


def collapse(table: Table) -> Copies:
    """Group identical rows; rows without any value are left out."""
    firms = [codes for column in table.columns for codes in (column.forms, column.parts) if codes is not None]
    sides = [] if table.sides is None else [table.sides]
    told = [*(column.codes for column in table.columns), *firms, *sides]
    names = [f"c{i}" for i in range(len(told))]
    codes = pl.DataFrame(dict(zip(names, told, strict=True)))
    groups = (
        codes.with_row_index("row")
        .filter(pl.any_horizontal(pl.col(names[: len(table.columns)]) >= 0))
        .group_by(names, maintain_order=True)
        .agg("row")
        .select(pl.col("row").cast(pl.List(pl.Int64)))
        .with_row_index("group")
        .with_columns(pl.col("group").cast(pl.Int64), pl.col("row").list.len().alias("size"))
    )
    listed = pl.when(pl.col("size") <= FULL).then(pl.col("row")).otherwise(pl.col("row").list.head(1))
    members = groups.select("group", listed.alias("row")).explode("row")
    return Copies(
        first=groups["row"].list.first().cast(pl.Int32).to_numpy(),
        sizes=groups["size"].cast(pl.Int32).to_numpy(),
        members=members,
        inner=_inner(groups.filter((pl.col("size") > 1) & (table.sides is None))),
        groups=_of_rows(groups, len(table)),
    )


def _of_rows(groups: pl.DataFrame, rows: int) -> Rows:
    found = np.full(rows, -1, dtype=np.int32)
    each = groups.select("group", "row").explode("row")
    found[each["row"].to_numpy()] = each["group"].to_numpy()
    return found


def _inner(groups: pl.DataFrame) -> pl.DataFrame:
    rows = groups.explode("row").rename({"row": "right"})
    first = groups.select("group", "size", pl.col("row").list.first().alias("left"))
    stars = rows.filter(pl.col("size") > FULL).join(first.drop("size"), on="group")
    small = rows.filter(pl.col("size") <= FULL)
    full = small.rename({"right": "left"}).join(small.drop("size"), on="group")
    columns = ("group", "left", "right")
    return pl.concat([stars.select(columns), full.select(columns)]).filter(pl.col("left") < pl.col("right"))


def expand(pairs: pl.DataFrame, copies: Copies) -> pl.DataFrame:
    """Pairs of groups (left, right, …) as pairs of rows, with those inside each group (left == right)."""
    across = pairs.filter(pl.col("left") != pl.col("right"))
    inside = pairs.filter(pl.col("left") == pl.col("right")).drop("right").rename({"left": "group"})
    member = copies.members
    spread = (
        across.rename({"left": "group"})
        .join(member.rename({"row": "left"}), on="group")
        .drop("group")
        .rename({"right": "group"})
        .join(member.rename({"row": "right"}), on="group")
        .drop("group")
    )
    within = inside.join(copies.inner, on="group").drop("group")
    return pl.concat([spread, within.select(spread.columns)])
