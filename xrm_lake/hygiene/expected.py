"""Expected duplicates: how many records are one too many, by the probabilities of the pairs that nobody has answered yet."""

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree

from xrm_lake.hygiene.measures import MEASURES
from xrm_lake.hygiene.open_pairs import MATCHED, OPEN_PAIRS
from xrm_lake.store.as_of import State

# Pairs of this probability count at the low end of the interval, and at its high end.
CERTAIN, POSSIBLE = 0.95, 0.5


def surplus(pairs: pl.DataFrame) -> tuple[float, float, float]:
    """
    How many records are one too many, as (low, expected, high), of pairs: one, other, score (a probability).

    Records in a connected component of k pairs' records are k - 1 too many: low counts components of pairs of 0.95 or more, high
    those of 0.5 or more. Expected is the sum of the probabilities along a maximum-probability spanning forest (Kruskal 1956) of the
    pairs of 0.5 or more, as if records joined independently along it; it lies between.

    >>> surplus(pl.DataFrame({"one": [1, 2, 1], "other": [2, 3, 3], "score": [0.96, 0.6, 0.5]}))
    (1.0, 1.56, 2.0)
    """
    known = pairs.filter(pl.col("score") >= POSSIBLE)
    if known.is_empty():
        return 0.0, 0.0, 0.0
    nodes = pl.concat([known["one"], known["other"]]).unique().sort()
    size, scores = len(nodes), known["score"].to_numpy()
    ends = [nodes.search_sorted(known[name]).to_numpy() for name in ("one", "other")]

    def joined(which: np.ndarray) -> float:
        graph = coo_array((np.ones(which.sum()), (ends[0][which], ends[1][which])), shape=(size, size))
        return float(size - connected_components(graph, directed=False)[0])

    # The likeliest pairs are the lightest; none weighs nothing, which would be no pair. Of two alike the first is enough.
    best = known.with_columns(one=ends[0], other=ends[1]).group_by("one", "other").agg(pl.col("score").max())
    weights = coo_array(
        (2 - best["score"].to_numpy(), (best["one"].to_numpy(), best["other"].to_numpy())), shape=(size, size)
    )
    forest = minimum_spanning_tree(weights.tocsr())
    expected = float((2 - forest.data).sum())
    return joined(scores >= CERTAIN), round(expected, 9), joined(scores >= POSSIBLE)


def expected_duplicates(state: State) -> pl.DataFrame:
    """
    H1 as an interval: `duplicate_low`, `duplicate_expected` and `duplicate_high`, num = records one too many, den = live records.

    Of types that were matched, from the pairs of the last run that nobody has answered; formulas: `surplus`. Nothing of a day
    that is past: only the pairs of the last run are kept.
    """
    if state.is_past:
        return pl.DataFrame(schema=MEASURES)
    pairs = state.query(f"select type, one, other, score from ({OPEN_PAIRS}) where score >= {POSSIBLE}").frame()
    live = state.query(
        f"select e.type, count(*) as n from {state.entity} e where deleted_at is null and golden_id is null"
        f" and type in ({MATCHED}) group by type order by type"
    ).rows()
    rows = []
    for type_name, count in live:
        figures = surplus(pairs.filter(type=type_name))
        for name, num in zip(("low", "expected", "high"), figures, strict=True):
            rows.append(
                {
                    "metric": f"duplicate_{name}",
                    "scope": type_name,
                    "split": "",
                    "part": "",
                    "num": num,
                    "den": float(count),
                }
            )
    return pl.DataFrame(rows, schema=MEASURES)
