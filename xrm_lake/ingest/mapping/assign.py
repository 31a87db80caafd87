"""One place for each column, one column for each place: of all assignments the one with the best total."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

THRESHOLD = 0.5


def assign(scores: Sequence[Mapping[str, float]]) -> list[str | None]:
    """
    For each column the place it gets, given its score for each place it may have; None: it gets none.

    A column may stay without a place, and does so rather than take one for which it scores under 0.5.

    >>> assign([{"name": 0.9, "title": 0.6}, {"name": 0.95}, {"name": 0.4}])
    ['title', 'name', None]
    """
    wanting = [row for row, column in enumerate(scores) if max(column.values(), default=0.0) >= THRESHOLD]
    places = sorted({place for row in wanting for place, score in scores[row].items() if score >= THRESHOLD})
    at = {place: number for number, place in enumerate(places)}
    # As many places more as columns: those that gain nothing.
    gains = np.zeros((len(wanting), len(places) + len(wanting)))
    for number, row in enumerate(wanting):
        for place, score in scores[row].items():
            if score >= THRESHOLD:
                # Cubed: one sure place is worth more than two doubtful ones.
                gains[number, at[place]] = score**3
    found: list[str | None] = [None] * len(scores)
    for number, chosen in enumerate(best_assignment(gains)):
        if chosen < len(places) and gains[number, chosen] > 0:
            found[wanting[number]] = places[chosen]
    return found


def best_assignment(gains: npt.NDArray[np.float64]) -> list[int]:
    """
    For each row a column of its own, so that the sum of gains is greatest; there must be as many columns as rows.

    The Hungarian method in the form of shortest augmenting paths (Jonker and Volgenant, Computing 38, 1987).

    >>> best_assignment(np.array([[5.0, 4.0, 0.0], [5.0, 1.0, 0.0]]))
    [1, 0]
    """
    rows, columns = gains.shape
    costs = gains.max(initial=0.0) - gains
    of_row, of_column = np.zeros(rows), np.zeros(columns)
    owner = np.full(columns, -1)
    for row in range(rows):
        distance, before = np.full(columns, np.inf), np.full(columns, -1)
        done = np.zeros(columns, dtype=bool)
        current, last = row, -1
        reached: list[tuple[int, int]] = []
        shortest = 0.0
        while True:
            length = shortest + costs[current] - of_row[current] - of_column
            better = ~done & (length < distance)
            distance[better], before[better] = length[better], last
            last = int(np.argmin(np.where(done, np.inf, distance)))
            shortest = float(distance[last])
            done[last] = True
            if owner[last] < 0:
                break
            current = int(owner[last])
            reached.append((current, last))
        of_row[row] += shortest
        for other, column in reached:
            of_row[other] += shortest - distance[column]
            of_column[column] -= shortest - distance[column]
        while last >= 0:
            earlier = int(before[last])
            owner[last] = owner[earlier] if earlier >= 0 else row
            last = earlier
    found = {int(row): column for column, row in enumerate(owner.tolist()) if row >= 0}
    return [found[row] for row in range(rows)]
