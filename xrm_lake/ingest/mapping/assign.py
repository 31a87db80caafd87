"""One place for each column, one column for each place: of all assignments the one with the best total."""

from collections.abc import Mapping, Sequence

import numpy as np

THRESHOLD = 0.5


def assign(scores: Sequence[Mapping[str, float]]) -> list[str | None]:
    """
    For each column the place it gets, given its score for each place it may have; None: it gets none.

    A column may stay without a place, and does so rather than take one for which it scores under 0.5.

    >>> assign([{"name": 0.9, "title": 0.6}, {"name": 0.95}, {"name": 0.4}])
    ['title', 'name', None]
    """
    from scipy.optimize import linear_sum_assignment

    places = sorted({place for column in scores for place in column})
    if not places:
        return [None] * len(scores)
    gains = np.zeros((len(scores), len(places) + len(scores)))
    for row, column in enumerate(scores):
        for place, score in column.items():
            if score >= THRESHOLD:
                # Squared: one sure place is worth more than two doubtful ones.
                gains[row, places.index(place)] = score * score
    rows, chosen = linear_sum_assignment(gains, maximize=True)
    found: list[str | None] = [None] * len(scores)
    for row, place in zip(rows.tolist(), chosen.tolist(), strict=True):
        if place < len(places) and gains[row, place] > 0:
            found[row] = places[place]
    return found
