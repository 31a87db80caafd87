"""How right pairs and clusters are, against the truth: all pairs of records of one entity count, also those never looked at."""

from dataclasses import dataclass

import numpy as np
import polars as pl

Ids = np.ndarray[tuple[int], np.dtype[np.int64]]
THRESHOLDS = (0.5, 0.9, 0.95, 0.99)
EDGES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1.0)


@dataclass(frozen=True)
class Rates:
    """Pairs that were right, found, and true; what follows from them lies between 0 and 1."""

    right: int
    found: int
    true: int

    @property
    def precision(self) -> float:
        """The share of what was found that is right (1 if nothing was)."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """The share of what is true that was found (1 if nothing is)."""
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        return 2 * self.right / (self.found + self.true) if self.found + self.true else 1.0


@dataclass(frozen=True)
class Truth:
    """The entity of each record, in order of `rids`."""

    rids: Ids
    entity: Ids

    @classmethod
    def of(cls, table: pl.DataFrame) -> "Truth":
        """The truth of a table with rid and cluster."""
        ordered = table.select("rid", "cluster").sort("rid")
        entity = np.unique(ordered["cluster"].to_numpy(), return_inverse=True)[1]
        return cls(ordered["rid"].to_numpy().astype(np.int64), entity.astype(np.int64))

    def rows(self, rids: pl.Series) -> Ids:
        """Where the records stand."""
        return np.searchsorted(self.rids, rids.to_numpy()).astype(np.int64)

    def right(self, pairs: pl.DataFrame) -> np.ndarray:
        """Which of the pairs (left, right) are of one entity."""
        return np.asarray(self.entity[self.rows(pairs["left"])] == self.entity[self.rows(pairs["right"])])


def pair_rates(pairs: pl.DataFrame, truth: Truth, at_least: float) -> Rates:
    """Of the pairs (left, right, score) that score `at_least`."""
    likely = pairs.filter(pl.col("score") >= at_least)
    return Rates(int(truth.right(likely).sum()), len(likely), count_pairs(truth.entity))


def cluster_rates(clusters: pl.DataFrame, truth: Truth) -> Rates:
    """Of all pairs within the clusters (rid, cluster); records that are not in one stand alone."""
    label = np.arange(truth.entity.size)
    label[truth.rows(clusters["rid"])] = truth.entity.size + truth.rows(clusters["cluster"])
    return label_rates(label, truth)


def label_rates(label: Ids, truth: Truth) -> Rates:
    """Of all pairs that share a label."""
    both = label * (int(truth.entity.max(initial=0)) + 1) + truth.entity
    return Rates(count_pairs(both), count_pairs(label), count_pairs(truth.entity))


def best_components(pairs: pl.DataFrame, truth: Truth) -> tuple[float, Rates]:
    """The threshold at which the connected components of the pairs have the best F1, and their rates."""
    return max(((at, label_rates(components(pairs, truth, at), truth)) for at in THRESHOLDS), key=lambda it: it[1].f1)


def components(pairs: pl.DataFrame, truth: Truth, at_least: float) -> Ids:
    """For each record the number of what it is connected with by pairs of that score."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    likely = pairs.filter(pl.col("score") >= at_least)
    ends = (truth.rows(likely["left"]), truth.rows(likely["right"]))
    size = truth.entity.size
    graph = coo_matrix((np.ones(len(likely), dtype=np.int8), ends), shape=(size, size))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def calibration(pairs: pl.DataFrame, truth: Truth) -> pl.DataFrame:
    """For each span of scores with pairs in it: low, high, n, mean_score, share_true."""
    judged = pairs.select("score").with_columns(true=pl.Series(truth.right(pairs)))
    span = np.clip(np.searchsorted(EDGES, judged["score"].to_numpy(), side="right") - 1, 0, len(EDGES) - 2)
    return (
        judged.with_columns(low=pl.Series(EDGES).gather(span), high=pl.Series(EDGES).gather(span + 1))
        .group_by("low", "high")
        .agg(n=pl.len(), mean_score=pl.col("score").mean(), share_true=pl.col("true").mean())
        .sort("low")
    )


def count_pairs(labels: Ids) -> int:
    """
    How many pairs share a label.

    >>> count_pairs(np.array([1, 1, 1, 2, 3, 3]))
    4
    """
    sizes = np.unique(labels, return_counts=True)[1].astype(np.int64)
    return int((sizes * (sizes - 1) // 2).sum())
