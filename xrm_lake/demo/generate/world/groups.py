"""Rows by what they belong to: which contacts a firm has, which deals, which accounts."""

import numpy as np

from xrm_lake.demo.generate.chance import Chance, Ints


class Groups:
    """The rows of each label, such as the contact rows of each company."""

    def __init__(self, labels: Ints) -> None:
        self._order = np.argsort(labels, kind="stable").astype(np.int64)
        self._sorted = labels[self._order]

    def sizes(self, wanted: Ints) -> Ints:
        """How many rows each wanted label has."""
        low = np.searchsorted(self._sorted, wanted, side="left")
        high = np.searchsorted(self._sorted, wanted, side="right")
        return np.where(wanted < 0, 0, high - low).astype(np.int64)

    def one(self, chance: Chance, wanted: Ints) -> Ints:
        """Any row of each wanted label; -1 where it has none, or is -1 itself."""
        sizes = self.sizes(wanted)
        if not self._order.size:
            return np.full(wanted.size, -1, dtype=np.int64)
        offset = (chance.shares(wanted.size) * sizes).astype(np.int64)
        place = np.searchsorted(self._sorted, wanted, side="left") + offset
        rows = self._order[np.minimum(place, self._order.size - 1)]
        return np.where(sizes > 0, rows, -1)
