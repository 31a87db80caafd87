"""
Greedy additive edge contraction of a weighted graph (Keuper et al. 2015), all over the graph at once.

The two groups whose pairs agree best on average become one, their edges are added up, and so on while any two groups
still speak for each other. Joining two groups never brings a third nearer to them than it was to the nearer of the two
(means are reducible: Bruynooghe 1978), so any two groups that are each other's best may be joined in the same round,
with the result of joining one pair after the other, best first.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from xrm_lake.hygiene.matching.arrays import Counts, Flags, Floats, Keys

NOT_FOUND = -1.0  # bits of a pair of records that was not found

Nodes = Counts  # positions of nodes


@dataclass(frozen=True)
class Edges:
    """Distinct edges, left < right; weights are bits above NOT_FOUND, summed over the record pairs of an edge."""

    left: Nodes
    right: Nodes
    weights: Floats

    def __len__(self) -> int:
        return len(self.left)

    def of(self, chosen: Flags) -> "Edges":
        """These edges only."""
        return Edges(self.left[chosen], self.right[chosen], self.weights[chosen])

    def without(self, nodes: Flags) -> "Edges":
        """The edges that touch none of these nodes."""
        return self.of(~(nodes[self.left] | nodes[self.right]))

    def means(self, sizes: Nodes) -> Floats:
        """Bits of the mean pair of records between the two ends of each edge."""
        return np.asarray(self.weights / (sizes[self.left] * sizes[self.right]) + NOT_FOUND)


def contract(count: int, edges: Edges, sizes: Nodes) -> Nodes:
    """The label of each node; `sizes`: how many records it stands for."""
    agree = edges.means(sizes) > 0
    labels = components(count, edges.left[agree], edges.right[agree])
    inside = labels[edges.left] == labels[edges.right]
    nodes, positive = np.bincount(labels), np.bincount(labels[edges.left[agree]], minlength=count)
    # A component whose pairs all agree needs no search.
    split = positive[: len(nodes)] < nodes * (nodes - 1) // 2
    unsettled = edges.of(inside & split[labels[edges.left]])
    return np.where(split[labels], len(nodes) + _join_best(count, unsettled, sizes), labels)


def components(count: int, left: Nodes, right: Nodes) -> Nodes:
    """
    The connected component of each node.

    >>> components(4, np.array([0]), np.array([2])).tolist()
    [0, 1, 0, 2]
    """
    graph = coo_matrix((np.ones(len(left), dtype=np.int8), (left, right)), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _join_best(count: int, edges: Edges, sizes: Nodes) -> Nodes:
    """The group of each node: its first node, when no two groups speak for each other any more."""
    group, sizes = np.arange(count), sizes.copy()
    while True:
        means = edges.means(sizes)
        edges, means = _alive(edges, means, count)
        if not len(edges):
            return _roots(group)
        left, right = _mutual_best(edges, means, count)
        group[right] = left
        sizes[left] += sizes[right]
        edges = _added_up(group[edges.left], group[edges.right], edges.weights, count)


def _alive(edges: Edges, means: Floats, count: int) -> tuple[Edges, Floats]:
    """The edges between groups that may still be joined: to some group each. No other ever will be."""
    agree = means > 0
    alive = np.zeros(count, dtype=bool)
    alive[edges.left[agree]] = alive[edges.right[agree]] = True
    kept = alive[edges.left] & alive[edges.right]
    return edges.of(kept), means[kept]


def _mutual_best(edges: Edges, means: Floats, count: int) -> tuple[Nodes, Nodes]:
    """The pairs of groups that are each other's best; of equals, chance decides, the same in every run."""
    best = np.full(count, -np.inf)
    np.maximum.at(best, edges.left, means)
    np.maximum.at(best, edges.right, means)
    edges = edges.of((means == best[edges.left]) & (means == best[edges.right]) & (means > 0))
    lot, first = _lot(edges.left, edges.right), np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(first, edges.left, lot)
    np.minimum.at(first, edges.right, lot)
    drawn = (first[edges.left] == lot) & (first[edges.right] == lot)
    return edges.left[drawn], edges.right[drawn]


def _lot(left: Nodes, right: Nodes) -> Keys:
    """A number for each edge, in no order: were equals taken in theirs, a row of them would be joined one a round."""
    mixed = (left.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) ^ (
        right.astype(np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F)
    )
    mixed ^= mixed >> np.uint64(29)
    return np.asarray((mixed * np.uint64(0xBF58476D1CE4E5B9)) >> np.uint64(1), dtype=np.int64)


def _added_up(left: Nodes, right: Nodes, weights: Floats, count: int) -> Edges:
    """Edges between the same two groups as one; those within a group are gone."""
    low, high = np.minimum(left, right), np.maximum(left, right)
    apart = low != high
    packed, where = np.unique(low[apart] * count + high[apart], return_inverse=True)
    sums = np.bincount(where, weights=weights[apart], minlength=len(packed)).astype(np.float64)
    return Edges(packed // count, packed % count, sums)


def _roots(group: Nodes) -> Nodes:
    """Where the way from each node to the group that it was joined to ends."""
    while (further := group[group]).tobytes() != group.tobytes():
        group = further
    return group
