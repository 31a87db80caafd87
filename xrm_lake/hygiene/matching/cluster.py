"""
Clusters that do not chain: greedy additive edge contraction on the log-odds of pairs.

Joining whatever is connected lets one wrong pair merge two families. Correlation
clustering (Bansal, Blum & Chawla 2004) weighs what speaks against a cluster too;
contracting the best edge first, adding up parallel edges (Keuper et al. 2015), is
its greedy form. A pair that was not found counts as weak evidence against.
"""

from collections.abc import Iterable

import numpy as np
import polars as pl

from xrm_lake.errors import ConflictingVerdict
from xrm_lake.hygiene.matching.arrays import Flags, Floats
from xrm_lake.hygiene.matching.block import distinct
from xrm_lake.hygiene.matching.compare import distinct_inverse
from xrm_lake.hygiene.matching.contract import NOT_FOUND, Edges, Nodes, components, contract

MOST_BITS = 12.0  # no pair counts for more, so that no single one decides over many
CLUSTERS = pl.Schema({"record_id": pl.Int64, "cluster_id": pl.Int64})

_HUB = 12  # so many records that only one record knows would push each other away


def cluster_pairs(
    pairs: pl.DataFrame,
    *,
    same: Iterable[tuple[int, int]] = (),
    different: Iterable[tuple[int, int]] = (),
    at_least: float | None = None,
) -> pl.DataFrame:
    """
    Put records together into clusters, one for each entity.

    `pairs` has left_id, right_id and score (a probability); pairs that look
    unlikely are of use too, as evidence against. `same` pairs end in one cluster;
    `different` pairs never do, whatever stands between them. `at_least` is the
    score from which a pair speaks for one cluster (default 0.8).

    Returns record_id and cluster_id (the smallest record id in the cluster) of
    all clusters of two or more, in order.

    Raises ConflictingVerdict when `same` pairs join a `different` pair.

    >>> guesses = pl.DataFrame({"left_id": [1, 2], "right_id": [2, 3], "score": [0.99, 0.98]})
    >>> cluster_pairs(guesses, different=[(1, 3)]).rows()
    [(1, 1), (2, 1)]
    """
    forced, barred = _ends(same), _ends(different)
    left, right = pairs["left_id"].to_numpy(), pairs["right_id"].to_numpy()
    ids = distinct(np.concatenate([left, right, forced.ravel(), barred.ravel()]).astype(np.int64))
    node_of_id = components(len(ids), np.searchsorted(ids, forced[:, 0]), np.searchsorted(ids, forced[:, 1]))

    def nodes(of: Nodes) -> Nodes:
        return np.asarray(node_of_id[np.searchsorted(ids, of)])

    bars = (nodes(barred[:, 0]), nodes(barred[:, 1]))
    _refuse_conflict(barred, bars[0] == bars[1])
    sizes = np.bincount(node_of_id)
    edges = _edges(nodes(left), nodes(right), _bits(pairs["score"].to_numpy(), at_least), sizes, bars)
    return _frame(ids, _label(edges, sizes, bars)[node_of_id])


def _label(edges: Edges, sizes: Nodes, bars: tuple[Nodes, Nodes]) -> Nodes:
    """The cluster of each node, with the copies of a record beside it."""
    stem = _stems(edges, sizes, bars)
    labels = contract(len(sizes), edges.without(stem >= 0), sizes)
    return np.where(stem >= 0, labels[stem], labels)


def _ends(pairs: Iterable[tuple[int, int]]) -> Nodes:
    return np.array(list(pairs), dtype=np.int64).reshape(-1, 2)


def _refuse_conflict(barred: Nodes, joined: Flags) -> None:
    if joined.any():
        left, right = barred[np.flatnonzero(joined)[0]]
        raise ConflictingVerdict(
            f"Records {left} and {right} were judged different, but pairs judged the same join them."
            " Nothing was changed. First reopen one of these verdicts."
        )


def _bits(scores: Floats, at_least: float | None) -> Floats:
    limit = 0.8 if at_least is None else min(max(at_least, 1e-9), 1 - 1e-9)
    safe = np.clip(scores, 1e-9, 1 - 1e-9)
    return np.asarray(np.clip(np.log2(safe / (1 - safe)) - np.log2(limit / (1 - limit)), -MOST_BITS, MOST_BITS))


def _edges(left: Nodes, right: Nodes, bits: Floats, sizes: Nodes, bars: tuple[Nodes, Nodes]) -> Edges:
    """Distinct edges between nodes (each a record, or several judged the same), added up; barred: -inf."""
    low = np.concatenate([np.minimum(left, right), np.minimum(*bars)])
    high = np.concatenate([np.maximum(left, right), np.maximum(*bars)])
    found = np.concatenate([bits - NOT_FOUND, np.full(len(bars[0]), -np.inf)])
    apart = low != high
    packed, where = distinct_inverse(low[apart] * len(sizes) + high[apart])
    weights = np.asarray(np.bincount(where, weights=found[apart], minlength=len(packed)), dtype=np.float64)
    return Edges(packed // max(len(sizes), 1), packed % max(len(sizes), 1), weights)


def _stems(edges: Edges, sizes: Nodes, bars: tuple[Nodes, Nodes]) -> Nodes:
    """
    For each node, the hub it goes wherever that goes, else -1.

    Of many copies of one record, each is paired with the first only. They do not
    speak against each other, so they are set aside and follow that first record.
    """
    count = len(sizes)
    degree = np.bincount(edges.left, minlength=count) + np.bincount(edges.right, minlength=count)
    free = (degree == 1) & (sizes == 1)
    free[np.concatenate(bars)] = False
    agree = edges.weights + NOT_FOUND > 0
    stem = np.full(count, -1, dtype=np.int64)
    for leaf, other in ((edges.left, edges.right), (edges.right, edges.left)):
        follows = agree & free[leaf] & ~free[other]
        stem[leaf[follows]] = other[follows]
    leaves = np.bincount(stem[stem >= 0], minlength=count)
    stem[(stem >= 0) & (leaves[stem] <= _HUB)] = -1
    return stem


def _frame(ids: Nodes, labels: Nodes) -> pl.DataFrame:
    smallest = pl.col("record_id").min().over("label")
    return (
        pl.DataFrame({"record_id": ids, "label": labels}, schema_overrides={"record_id": pl.Int64})
        .filter(pl.len().over("label") > 1)
        .select("record_id", smallest.alias("cluster_id"))
        .cast(CLUSTERS)
        .sort("record_id")
    )
