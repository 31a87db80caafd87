"""What a look at a table shows: for each column its header in words, distinct values, and how often it is filled."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from xrm_lake.ingest.cut_short import cut_short
from xrm_lake.ingest.distinct import all_differ, distinct
from xrm_lake.ingest.mapping.content import Content, look_at
from xrm_lake.ingest.mapping.header import spoken, words
from xrm_lake.ingest.mapping.lexicon import word_set
from xrm_lake.ingest.read.delivery import Delivery

MAX_DISTINCT = 20_000
_CELLS, _ROWS, _PLACES = 4_000_000, 100_000, 5
_HARDLY_TWO = 0.98


@dataclass(frozen=True)
class Column:
    """
    A column at a look: `values` are up to 20,000 distinct texts, trimmed and not empty, from `seen` rows.

    `filled` of the seen rows have a value, and in `cut` of them it is a number that a spreadsheet cut short; `whole` says
    whether the look saw every row.
    """

    position: int
    header: str
    values: pl.Series
    filled: int
    seen: int
    whole: bool
    prefix: str = ""
    cut: int = 0

    @property
    def words(self) -> str:
        """The header in words (see `header.words`), without a `prefix` that says nothing."""
        return words(self.header).removeprefix(f"{self.prefix} ") if self.prefix else words(self.header)

    @property
    def label(self) -> str:
        """The header as a label; empty if there is none."""
        return self.words.capitalize() if self.prefix else spoken(self.header)

    @property
    def distinct(self) -> bool:
        """Whether every row seen has a value, and no two the same."""
        return 0 < self.seen == self.filled and (self.values.len() == self.filled or self._overflown)

    @property
    def mostly_distinct(self) -> bool:
        """Whether every row seen has a value, and hardly two the same, those aside that a spreadsheet cut short."""
        whole = self.values.filter(~cut_short(self.values)).len()
        return self.distinct or (0 < self.seen == self.filled and whole >= _HARDLY_TWO * (self.filled - self.cut))

    @property
    def _overflown(self) -> bool:
        return self.values.len() >= MAX_DISTINCT

    @cached_property
    def folded(self) -> pl.Series:
        """The values as names are compared."""
        return folded(self.values)

    @cached_property
    def content(self) -> Content:
        """What the values look like."""
        return look_at(self.values, filled=self.filled)


@dataclass(frozen=True)
class Table:
    """A delivery at a look."""

    delivery: Delivery
    columns: tuple[Column, ...]
    _texts: dict[int, pl.Series] = field(default_factory=dict, repr=False, compare=False)

    def complete_key(self, positions: Iterable[int]) -> bool:
        """Whether these columns together are filled in all rows of the whole file, and tell every row apart."""
        names = [f"c{position}" for position in positions]
        rows = (
            pl.scan_parquet(self.delivery.staged, glob=False)
            .select(pl.col(name).str.strip_chars() for name in names)
            .collect()
        )
        filled = all((column != "").fill_null(False).all() for column in rows)
        if not names or not filled:
            return False
        return rows.n_unique() == rows.height if names[1:] else all_differ(rows.to_series())

    def texts(self, position: int) -> pl.Series:
        """All distinct values of a column of the whole file, trimmed and not empty."""
        if self.columns[position].whole and self.columns[position].values.len() < MAX_DISTINCT:
            return self.columns[position].values
        if position not in self._texts:
            cell = pl.col(f"c{position}").str.strip_chars()
            rows = pl.scan_parquet(self.delivery.staged, glob=False).select(cell)
            self._texts[position] = distinct(rows.filter(cell != "").collect().to_series().rename(""))
        return self._texts[position]


def folded(names: pl.Series) -> pl.Series:
    """Names in one case and with single spaces."""
    return names.str.to_lowercase().str.replace_all(r"\s+", " ")


def look(delivery: Delivery) -> Table:
    """Read a sample of a delivery: all of it if small, else rows from five places spread over it."""
    width, total = len(delivery.headers), delivery.staged_rows
    wanted = max(min(_ROWS, _CELLS // max(width, 1)), 1_000)
    scan = pl.scan_parquet(delivery.staged, glob=False).select(f"c{i}" for i in range(width))
    if total <= wanted:
        rows = scan.collect()
    else:
        step, length = total // _PLACES, wanted // _PLACES
        rows = pl.concat([scan.slice(place * step, length).collect() for place in range(_PLACES)])
    prefixes = _prefixes(delivery.headers)
    return Table(delivery, tuple(_column(delivery, i, rows, prefixes[i]) for i in range(width)))


def _prefixes(headers: Sequence[str]) -> list[str]:
    """
    The first word of each header that says nothing: that of all of them, or of those that stand in one part of a document.

    >>> _prefixes(["src_name", "src_city"]), _prefixes(["id", "properties.name"]), _prefixes(["id", "name", "properties.name"])
    (['src', 'src'], ['', 'properties'], ['', '', ''])
    """
    firsts = {words(header).partition(" ")[0] for header in headers if header.strip()}
    if len(firsts) == 1 and firsts <= word_set("prefixes"):
        return [*firsts] * len(headers)
    inner = [
        header.partition(".") if header.partition(".")[0] in word_set("containers") else None for header in headers
    ]
    rests = [part[2] for part in inner if part]
    clash = len(set(rests)) < len(rests) or bool(set(rests) & set(headers))
    return [part[0] if part and part[2] and not clash else "" for part in inner]


def _column(delivery: Delivery, position: int, rows: pl.DataFrame, prefix: str) -> Column:
    texts = rows.to_series(position).str.strip_chars()
    texts = texts.filter((texts != "").fill_null(False)).rename("")
    distinct = texts.unique(maintain_order=True).head(MAX_DISTINCT)
    whole = rows.height == delivery.staged_rows
    cut = int(cut_short(texts).sum())
    return Column(position, delivery.headers[position], distinct, texts.len(), rows.height, whole, prefix, cut)
