"""
A record with too few or too many cells: the one way in which it clearly fits its columns, if there is one.

Each way to read it otherwise (a delimiter that is missing, one too many, one that belongs to a cell, cells that were left off at
the end) is held against what the columns usually look like. The best way counts only if it is clearly likelier than the next.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from xrm_lake.ingest.read.delivery import Dialect
from xrm_lake.ingest.read.grammar import Grammar
from xrm_lake.ingest.read.profile import CLEARLY, STRANGE, Profile

Cells = list[bytes | None]
_MOST_EXTRA = 3
_MOST_WAYS = 60
_MOST_QUOTES = 40
_MOST_MERGED = 24
_SPLIT_ANYWHERE = 40  # characters of a cell between any two of which a delimiter may be missing
_OTHER_DELIMITERS = (",", ";", "\t", "|", " ")
_LONGEST = 1 << 14  # bytes of a record that is tried in other ways
_MOST_TRIED = 2_000  # records of a file; what comes after is only held against the plain ways


_MOST_UNSEEN = 2  # cells of a type that their column never had
_ENOUGH = 8  # records to compare with, before a record is taken apart or joined
_A_CELL = -0.7  # by how much an ordinary cell is less than certain (log)


class Way(NamedTuple):
    """A way to read a record: how likely it is (log), what it gives, and what was mended."""

    likelihood: float
    cells: tuple[str, ...]
    reason: str


class Refitter:
    """Finds the one way in which a record that has too few or too many cells fits; stops trying in a file full of such."""

    def __init__(self, grammar: Grammar, profile: Profile) -> None:
        self.grammar, self.profile, self.width = grammar, profile, profile.width
        self.left = _MOST_TRIED
        self.others = [Grammar(Dialect("utf-8", d)) for d in _OTHER_DELIMITERS if d.encode() != grammar.delimiter]

    def refit(self, cells: Cells, raw: bytes) -> tuple[Cells, str] | None:
        """The cells of the record, as many as there are columns, and what was mended; None if no way clearly fits."""
        if self.width < 2:
            return None
        if len(cells) > self.width and (found := without_empty(cells, self.profile)):
            extra = len(cells) - self.width
            return found, f"{counted(extra)} too many, without content, left out"
        padded = self._padded(cells)
        if padded and self._fit(_texts(padded[0])) >= self.width * _A_CELL:
            return padded
        if len(raw) <= _LONGEST and self.profile.seen >= _ENOUGH and self.left:
            self.left -= 1
            ways = self._ways(_texts(cells), raw.rstrip(b"\r\n"))
            if best := self._clearly_best(ways):
                return best
        return padded

    def close_quotes(self, raw: bytes) -> tuple[Cells, str] | None:
        """A record whose quotes do not pair with its delimiters, with the delimiter that is missing beside one of them."""
        if self.width < 2 or not self.left or self.profile.seen < _ENOUGH or len(raw) > _LONGEST:
            return None
        self.left -= 1
        return self._clearly_best([*self._beside_quotes(raw.rstrip(b"\r\n"))])

    def doubt(self, cells: Cells, raw: bytes) -> tuple[Cells, str] | None:
        """What a record of the right number of cells with a quotation mark inside a cell rather is, if that fits clearly better."""
        quote = self.grammar.quote
        if not quote or not self.left or self.profile.seen < _ENOUGH or len(raw) > _LONGEST:
            return None
        if not any(cell and quote in cell for cell in cells):
            return None
        as_it_stands = self._fit(_texts(cells))
        if as_it_stands >= self.width * _A_CELL + STRANGE:
            return None
        self.left -= 1
        ways = [Way(as_it_stands, tuple(_texts(cells)), ""), *self._beside_quotes(raw.rstrip(b"\r\n"))]
        best = self._clearly_best(ways)
        return best if best and best[1] else None

    def _padded(self, cells: Cells) -> tuple[Cells, str] | None:
        """The record with empty cells at its end, unless that puts a cell where none like it stands."""
        missing = self.width - len(cells)
        if not 0 < missing <= self.width / 2 or len(cells) < 2:
            return None
        if self.profile.seen and self.profile.type_fit(_texts(cells)) < STRANGE:
            return None
        return [*cells, *[None] * missing], self._left_off(len(cells))

    def _ways(self, cells: Sequence[str], raw: bytes) -> list[Way]:
        ways = [*self._beside_quotes(raw)]
        if len(cells) != self.width - 1:
            ways += self._spaced_otherwise(raw)
        if len(cells) == self.width - 1:
            ways += self._run_together(cells)
        elif 0 < self.width - len(cells) <= self.width / 2 and len(cells) > 1:
            filled = (*cells, *[""] * (self.width - len(cells)))
            ways.append(Way(self._fit(filled), filled, self._left_off(len(cells))))
        elif self.width < len(cells) <= self.width + _MOST_MERGED:
            ways += self._merged(cells, raw, self.grammar, "a delimiter inside a cell is not quoted")
        return ways

    def _merged(self, cells: Sequence[str], raw: bytes, grammar: Grammar, reason: str) -> list[Way]:
        pieces = list(zip(cells, grammar.quoted(raw), strict=True))
        ways = merged(pieces, grammar.delimiter.decode(), self.profile)
        # What is joined within one way of writing must look wholly ordinary: a cell too many may be just that.
        most = 0 if grammar is self.grammar else _MOST_UNSEEN
        return [Way(score, cells, reason) for score, cells in ways if self.profile.unseen(cells) <= most]

    def _left_off(self, given: int) -> str:
        return f"has {counted(given)}, {self.width} expected: the last were taken as empty"

    def _fit(self, cells: Sequence[str]) -> float:
        return sum(self.profile.fit(i, cell) for i, cell in enumerate(cells))

    def _clearly_best(self, ways: Sequence[Way]) -> tuple[Cells, str] | None:
        """The best way, if it is plausible by itself and clearly likelier than any that gives other cells."""
        ranked: dict[tuple[str, ...], Way] = {}
        for way in sorted(ways, reverse=True):
            ranked.setdefault(way.cells, way)
        best = [*ranked.values()][:2]
        if not best or self.profile.unseen(best[0].cells) > _MOST_UNSEEN:
            return None
        first = best[0]
        if len(best) > 1 and first.likelihood - best[1].likelihood < CLEARLY:
            return None
        return [cell.encode() or None for cell in first.cells], first.reason

    def _run_together(self, cells: Sequence[str]) -> Iterator[Way]:
        """A delimiter is missing: between two cells, within what now looks like one, or where an empty cell was."""
        fit, quote = self.profile.fit, self.grammar.quote.decode()
        left, right = [0.0], [0.0]
        for i, cell in enumerate(cells):
            left.append(left[-1] + fit(i, cell))
        for i in range(len(cells) - 1, -1, -1):
            right.append(right[-1] + fit(i + 1, cells[i]))
        right.reverse()
        for i in range(self.width):
            filled = (*cells[:i], "", *cells[i:])
            reason = self._left_off(len(cells)) if i == len(cells) else "an empty cell is missing"
            yield Way(left[i] + fit(i, "") + right[i], filled, reason)
        for i, cell in enumerate(cells):
            for at in _seams(cell):
                before, after = cell[:at], cell[at:]
                if quote and quote in (before[-1], after[0]):
                    continue  # the quotation mark itself says where cells part
                likelihood = left[i] + fit(i, before) + fit(i + 1, after) + right[i + 1]
                yield Way(likelihood, (*cells[:i], before, after, *cells[i + 1 :]), "a delimiter is missing")

    def _beside_quotes(self, raw: bytes) -> Iterator[Way]:
        """A delimiter is missing before an opening quotation mark or behind a closing one."""
        quote, mark = self.grammar.quote, self.grammar.delimiter
        if not quote or raw.count(quote) > _MOST_QUOTES:
            return
        at = raw.find(quote)
        while at >= 0:
            for place in {at, at + 1} - {0, len(raw)}:
                if raw[:place].endswith(mark) or raw[place:].startswith(mark):
                    continue
                tried = raw[:place] + mark + raw[place:]
                parsed = self.grammar.strict(tried, 0, len(tried))
                if parsed.cells is not None and parsed.end == len(tried) and len(parsed.cells) == self.width:
                    cells = _texts(parsed.cells)
                    yield Way(self._fit(cells), tuple(cells), "a delimiter is missing")
            at = raw.find(quote, at + 1)

    def _spaced_otherwise(self, raw: bytes) -> Iterator[Way]:
        """The whole record is written with another delimiter."""
        for grammar in self.others:
            if raw.count(grammar.delimiter) < self.width - 1:
                continue
            parsed = grammar.strict(raw, 0, len(raw))
            if parsed.cells is None or parsed.end != len(raw):
                continue
            if 0 <= len(parsed.cells) - self.width <= _MOST_MERGED:
                yield from self._merged(_texts(parsed.cells), raw, grammar, "is written with another delimiter")


def without_empty(cells: Cells, profile: Profile) -> Cells | None:
    """
    The record without its surplus of empty cells, if there is one way to leave them out that clearly fits best.

    >>> people = Profile(3, [["Ann", "2017-03-01", "x@example.org"], ["Bo", "2016-05-01", "y@example.org"]] * 5)
    >>> without_empty([b"Cy", None, b"2017-03-01", b"z@example.org"], people)
    [b'Cy', b'2017-03-01', b'z@example.org']
    """
    extra = len(cells) - profile.width
    empty = [i for i, cell in enumerate(cells) if not (cell or b"").strip()]
    if extra < 1 or len(empty) < extra:
        return None
    behind = list(range(profile.width, len(cells)))
    if not profile.seen or extra > _MOST_EXTRA:
        # Nothing to compare with, or too much: only a full record with nothing but empty cells behind it is clear.
        return list(cells[: profile.width]) if empty[-extra:] == behind else None
    texts = _texts(cells)
    ways: dict[tuple[str, ...], tuple[float, tuple[int, ...]]] = {}
    for tried, dropped in enumerate(combinations(empty, extra)):
        if tried >= _MOST_WAYS:
            return None
        left = tuple(text for i, text in enumerate(texts) if i not in dropped)
        ways.setdefault(left, (profile.type_fit(left), dropped))
    ranked = sorted(ways.values(), reverse=True)
    if len(ranked) > 1 and ranked[0][0] - ranked[1][0] < CLEARLY:
        return None
    # A record with a type that its column never had may be one whose cells have moved.
    if ranked[0][0] < STRANGE:
        return None
    return [cell for i, cell in enumerate(cells) if i not in ranked[0][1]]


def merged(pieces: Sequence[tuple[str, bool]], sign: str, profile: Profile) -> list[tuple[float, tuple[str, ...]]]:
    """
    The two likeliest ways to join neighbouring pieces by `sign` into one cell for each column, with their log-likelihoods.

    A piece is its text and whether it stood between quotes: then it is a cell of its own.

    >>> people = Profile(2, [["Ann Lee", "2017-03-01"], ["Bo Smith", "2016-05-01"]] * 5)
    >>> merged([("Cy", False), ("Oh", False), ("2017-03-01", False)], " ", people)[0][1]
    ('Cy Oh', '2017-03-01')
    """
    surplus = len(pieces) - profile.width
    # For each number of pieces used up so far, the two best ways to fill the columns so far.
    best: dict[int, list[tuple[float, tuple[str, ...]]]] = {0: [(0.0, ())]}
    for column in range(profile.width):
        reached: dict[int, list[tuple[float, tuple[str, ...]]]] = {}
        for start, ways in best.items():
            for end in range(start + 1, column + surplus + 2):
                joined = pieces[start:end]
                if len(joined) > 1 and any(whole for _, whole in joined):
                    break
                cell = sign.join(text for text, _ in joined)
                gain = profile.fit(column, cell)
                reached.setdefault(end, []).extend((score + gain, (*cells, cell)) for score, cells in ways)
        best = {end: sorted(ways, reverse=True)[:2] for end, ways in reached.items()}
    return best.get(len(pieces), [])


def counted(cells: int) -> str:
    """So many cells, in words."""
    return "1 cell" if cells == 1 else f"{cells} cells"


def _seams(cell: str) -> Iterator[int]:
    """Where two cells may have been run together."""
    for at in range(1, len(cell)):
        turns = cell[at - 1].isalnum() != cell[at].isalnum() or (cell[at - 1].islower() and cell[at].isupper())
        if turns or (at < _SPLIT_ANYWHERE and len(cell) < 2 * _SPLIT_ANYWHERE):
            yield at


def _texts(cells: Sequence[bytes | None]) -> list[str]:
    return [(cell or b"").decode("utf-8", "replace") for cell in cells]
