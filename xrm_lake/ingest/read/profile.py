"""What the cells of each column usually look like, and which way a record with empty cells too many fits in."""

from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from math import log

from xrm_lake.ingest.read.cell_type import cell_type

_MOST_EXTRA = 3
_MOST_WAYS = 60
_CLEARLY = log(20)  # how much likelier the best way must be than the next
_UNSEEN = 0.01


class Profile:
    """The types seen in each of `width` columns of the first records."""

    def __init__(self, width: int, rows: Sequence[Sequence[str]]) -> None:
        self.width = width
        whole = [row for row in rows if len(row) == width]
        self.columns = [Counter(cell_type(row[i]) for row in whole) for i in range(width)]
        self.seen = len(whole)

    def fit(self, cells: Sequence[bytes | None]) -> list[bytes | None] | None:
        """
        The record without its surplus of empty cells, if there is one way to leave them out that clearly fits best.

        >>> people = Profile(3, [["Ann", "2017-03-01", "x@example.org"], ["Bo", "2016-05-01", "y@example.org"]] * 5)
        >>> people.fit([b"Cy", None, b"2017-03-01", b"z@example.org"])
        [b'Cy', b'2017-03-01', b'z@example.org']
        """
        extra = len(cells) - self.width
        empty = [i for i, cell in enumerate(cells) if not (cell or b"").strip()]
        if not 0 < extra <= _MOST_EXTRA or len(empty) < extra:
            return None
        if not self.seen:
            # Nothing to compare with: only a full record with nothing but empty cells behind it is clear.
            return list(cells[: self.width]) if empty == list(range(self.width, len(cells))) else None
        kinds = [cell_type((cell or b"").decode("utf-8", "replace")) for cell in cells]
        ways: dict[tuple[str, ...], tuple[float, tuple[int, ...]]] = {}
        for tried, dropped in enumerate(combinations(empty, extra)):
            if tried >= _MOST_WAYS:
                return None
            left = tuple(kind for i, kind in enumerate(kinds) if i not in dropped)
            ways.setdefault(left, (self._likelihood(left), dropped))
        ranked = sorted(ways.values(), reverse=True)
        if len(ranked) > 1 and ranked[0][0] - ranked[1][0] < _CLEARLY:
            return None
        # A record with a type that its column never had may be one whose cells have moved.
        if ranked[0][0] < 1.5 * log(_UNSEEN):
            return None
        return [cell for i, cell in enumerate(cells) if i not in ranked[0][1]]

    def _likelihood(self, kinds: Sequence[str]) -> float:
        return sum(
            log(max(column[kind] / self.seen, _UNSEEN)) for kind, column in zip(kinds, self.columns, strict=True)
        )
