"""What every measure gives: one row for each metric, type and part."""

import polars as pl

FIGURES = ("num", "den", "at_risk", "entered", "left_")
SPLITS = ("", "field", "source", "owner", "arrival")
# `scope` is a type's name or `all`; `part` is the field, the source, or the owner's id, and "" without a split.
MEASURES = pl.Schema(
    {name: pl.String() for name in ("metric", "scope", "split", "part")} | {name: pl.Float64() for name in FIGURES}
)
