"""Connected components: which records are one, given which pairs are."""

from collections.abc import Iterable


def components(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    """
    Name each node by the smallest node that it is connected to.

    >>> components([(1, 2), (2, 4), (9, 7)])
    {1: 1, 2: 1, 4: 1, 9: 7, 7: 7}
    """
    parent: dict[int, int] = {}

    def root(node: int) -> int:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for left, right in pairs:
        a, b = root(left), root(right)
        if a != b:
            parent[max(a, b)] = min(a, b)
    return {node: root(node) for node in parent}
