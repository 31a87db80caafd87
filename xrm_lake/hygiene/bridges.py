"""Bridges: the pair on which a cluster hangs, by the scores of the last match run."""

import polars as pl

from xrm_lake.store.components import components
from xrm_lake.store.lake import Lake
from xrm_lake.store.write import Registered

BRIDGES = pl.Schema({"part": pl.Int64(), "left_id": pl.Int64(), "right_id": pl.Int64(), "score": pl.Float64()})


def scores_within(lake: Lake, type: str, groups: pl.DataFrame) -> pl.DataFrame:
    """The pairs of the last match run within each part, the best of any two that are merged: part, left_id, right_id, score."""
    with Registered(lake.engine.cursor(), "units", groups.select("id", "part")):
        return lake.query(
            """
            with guessed as (
                select coalesce(l.golden_id, l.id) as one, coalesce(r.golden_id, r.id) as other, m.score from match m
                join entity l on l.id = m.left_id and l.deleted_at is null
                join entity r on r.id = m.right_id and r.deleted_at is null
                where m.type = $type
            )
            select u.part, least(g.one, g.other) as left_id, greatest(g.one, g.other) as right_id, max(g.score) as score
            from guessed g join units u on u.id = g.one join units v on v.id = g.other and v.part = u.part
            where g.one <> g.other group by all order by all
            """,
            type=type,
        ).frame()


def weakest_bridges(pairs: pl.DataFrame) -> pl.DataFrame:
    """
    Of each part, the pair on which it hangs: raise the bar above its score, and the part falls in two.

    `pairs` has part, left_id, right_id and score. It is the least of a maximum spanning tree (Kruskal 1956).

    >>> scores = [(1, 2, 0.99), (2, 3, 0.7), (1, 3, 0.6)]
    >>> frame = pl.DataFrame([(1, *row) for row in scores], schema=["part", "left_id", "right_id", "score"], orient="row")
    >>> weakest_bridges(frame).rows()
    [(1, 2, 3, 0.7)]
    """
    root: dict[tuple[int, int], tuple[int, int]] = {}
    last: dict[int, tuple[int, int, int, float]] = {}

    def top(node: tuple[int, int]) -> tuple[int, int]:
        while (above := root.setdefault(node, node)) != node:
            root[node] = node = root[above]
        return node

    best_first = pairs.select("part", "left_id", "right_id", "score").sort(
        "score", "left_id", "right_id", descending=[True, False, False]
    )
    for row in best_first.iter_rows():
        a, b = top((row[0], row[1])), top((row[0], row[2]))
        if a != b:
            root[b] = a
            last[row[0]] = row
    return pl.DataFrame(list(last.values()), schema=BRIDGES, orient="row").sort("part")


def halves(pairs: pl.DataFrame, bridge: tuple[int, int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """
    The two sides that fall apart where the weakest bridge of one part is not believed; its own ends in their order.

    >>> pairs = pl.DataFrame([(1, 2, 0.99), (2, 3, 0.7), (1, 3, 0.6)], schema=["left_id", "right_id", "score"], orient="row")
    >>> halves(pairs, (2, 3))
    ((1, 2), (3,))
    """
    best_first = pairs.sort("score", "left_id", "right_id", descending=[True, False, False])
    rows = best_first.select("left_id", "right_id").rows()
    ends = [(id, id) for id in bridge]
    roots = components([*rows[: rows.index(bridge)], *ends])
    one, other = (tuple(sorted(id for id, root in roots.items() if root == roots[end])) for end in bridge)
    return one, other
