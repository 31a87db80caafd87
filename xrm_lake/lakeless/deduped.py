"""What deduping gives back."""

from dataclasses import dataclass

import polars as pl

from xrm_lake.hygiene.matching import Fit

KINDS = pl.Schema({"column": pl.String, "kind": pl.String, "match_as": pl.String, "sure": pl.Float64, "why": pl.String})


@dataclass(frozen=True)
class Deduped:
    """
    Which rows of a table are one.

    `rows`: the rows as they came, in their order, with all of their columns, and behind them `row` (the row's place in the
    file, from 0; a row that was rejected leaves a gap), `cluster_id` (the smallest `row` of its cluster; a row alone is its
    own) and `probability` (0..1, of the strongest pair that joins the row to its cluster; null for a row alone).
    A column of the file that bears one of these three names is called `original_<name>`.
    `pairs`, best first: left_row, right_row (left < right), probability that both are one, sure (whether score and evidence
    leave no doubt), evidence (for each field: level, label, weight in bits), brought_by (what the two had to share to be
    compared), sentence (the evidence in words).
    `kinds`: for each column its kind, what it is matched as (null: ignored), how sure that is (0..1), and why.
    `fit`: how the model came about; with a `fallback` nothing should be merged unseen.
    `rejects`: what could not be read, with its place; `notes`: what else is to be said of the file.
    """

    rows: pl.DataFrame
    pairs: pl.DataFrame
    kinds: pl.DataFrame
    fit: Fit
    rejects: pl.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def clustered(self) -> int:
        """How many rows are in a cluster of two or more."""
        return int(self.rows["cluster_id"].is_duplicated().sum())

    @property
    def clusters(self) -> int:
        """How many clusters of two or more there are."""
        return int(self.rows.filter(self.rows["cluster_id"].is_duplicated())["cluster_id"].n_unique())

    @property
    def distinct(self) -> int:
        """How many different things the rows are about: clusters and rows alone."""
        return self.rows["cluster_id"].n_unique()
