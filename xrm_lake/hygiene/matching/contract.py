"""
Greedy additive edge contraction of a weighted graph (Keuper et al. 2015).

The two groups whose pairs agree best on average become one, their edges are added
up, and so on while any two groups still speak for each other. Whatever is not
connected is independent, and a component whose pairs all agree needs no search.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from xrm_lake.hygiene.matching.arrays import Counts, Flags, Floats

NOT_FOUND = -1.0  # bits of a pair of records that was not found

Nodes = Counts  # positions of nodes
Edge = tuple[int, int, float]


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


def contract(count: int, edges: Edges, sizes: Nodes) -> Nodes:
    """The label of each node; `sizes`: how many records it stands for."""
    agree = edges.weights + NOT_FOUND * sizes[edges.left] * sizes[edges.right] > 0
    labels = components(count, edges.left[agree], edges.right[agree])
    inside = labels[edges.left] == labels[edges.right]
    nodes, positive = np.bincount(labels), np.bincount(labels[edges.left[agree]], minlength=count)
    split = positive[: len(nodes)] < nodes * (nodes - 1) // 2
    unsettled = edges.of(inside & split[labels[edges.left]])
    fresh = len(nodes)
    for component in _by_component(unsettled, labels):
        for group in _contract_component(component, sizes):
            labels[group] = fresh
            fresh += 1
    return labels


def components(count: int, left: Nodes, right: Nodes) -> Nodes:
    """
    The connected component of each node.

    >>> components(4, np.array([0]), np.array([2])).tolist()
    [0, 1, 0, 2]
    """
    graph = coo_matrix((np.ones(len(left), dtype=np.int8), (left, right)), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _by_component(edges: Edges, labels: Nodes) -> Iterator[list[Edge]]:
    of = labels[edges.left]
    order = np.argsort(of, kind="stable")
    ends = np.flatnonzero(np.diff(of[order])) + 1
    rows = list(
        zip(
            edges.left[order].tolist(),
            edges.right[order].tolist(),
            edges.weights[order].tolist(),
            strict=True,
        )
    )
    starts = [0, *ends.tolist(), len(rows)]
    yield from (rows[a:b] for a, b in pairwise(starts) if b > a)


def _contract_component(edges: list[Edge], sizes: Nodes) -> list[list[int]]:
    near: dict[int, dict[int, float]] = {}
    for left, right, weight in edges:
        near.setdefault(left, {})[right] = weight
        near.setdefault(right, {})[left] = weight
    size = {node: int(sizes[node]) for node in near}
    groups = {node: [node] for node in near}
    # Best mean first; what speaks against one group has no place in the queue.
    heap = [
        (-mean, left, right)
        for left, right, weight in edges
        if (mean := weight / (size[left] * size[right]) + NOT_FOUND) > 0
    ]
    heapq.heapify(heap)
    while heap:
        best, left, right = heapq.heappop(heap)
        between = near[left].get(right) if left in near else None
        if between is None or best != -(between / (size[left] * size[right]) + NOT_FOUND):
            continue  # one of the two has grown since
        if len(near[left]) < len(near[right]):
            left, right = right, left
        groups[left] += groups.pop(right)
        size[left] += size.pop(right)
        _join(near, left, right)
        grown = size[left]
        for other, total in near[left].items():
            mean = total / (grown * size[other]) + NOT_FOUND
            if mean > 0:
                heapq.heappush(heap, (-mean, left, other))
    return list(groups.values())


def _join(near: dict[int, dict[int, float]], left: int, right: int) -> None:
    gone = near.pop(right)
    del gone[left], near[left][right]
    for other, weight in gone.items():
        total = near[left].get(other, 0.0) + weight
        near[left][other] = near[other][left] = total
        del near[other][right]
