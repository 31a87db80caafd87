"""
References: which column of one table names the rows of others, told by what it is called and by whose keys it holds.

Ids that nobody would choose speak for themselves; small numbers and codes are among any, so there the header must say so.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import polars as pl

from xrm_lake.ingest.json_text import json_items
from xrm_lake.ingest.mapping.header import singular
from xrm_lake.ingest.mapping.lexicon import word_set
from xrm_lake.ingest.mapping.link_score import read_link
from xrm_lake.ingest.mapping.sample import Column, Table
from xrm_lake.ingest.mapping.vocabulary import Vocabulary

_MOST, _HALF, _ALL, _SOME = 0.8, 0.5, 0.98, 0.02
_SPOKEN, _SAID_LAST = 1.0, 0.8


@dataclass(frozen=True)
class Keyed:
    """
    A table with what is known of its rows: `keys` are all their keys, from the column `key` (None: there is no single one).

    `nouns` are what a row is called, in words: the nouns of its type, and the file's name.
    """

    table: Table
    key: int | None
    keys: pl.Series | None
    nouns: frozenset[str]

    @property
    def key_is_general(self) -> bool:
        """Whether the rows are known by an id that means nothing beside, and not by a code or name that people use."""
        return self.key is not None and self.table.columns[self.key].words in word_set("own_ids")


@dataclass(frozen=True)
class Reference:
    """
    A column (by position) of one table whose cells name rows of others (all by place in the delivery).

    `to` is the table that most of them name, `also` are others. `share` (0..1) of the values are keys there. `role` are the
    words that say as what the other is named, empty if they say no more than whom. `separator` parts cells that name several.
    """

    table: int
    column: int
    to: int
    share: float
    spoken: float
    role: str
    separator: str = ""
    also: tuple[int, ...] = ()

    @property
    def score(self) -> float:
        """How sure the reference is, 0 to 1: the keys count for more than the words."""
        return round(min(0.65 * self.share + 0.34 * self.spoken, 0.99), 3)


def find_references(tables: Sequence[Keyed], vocabulary: Vocabulary) -> list[Reference]:
    """The references among tables: at most one for each column, the likeliest."""
    found = []
    for place, mine in enumerate(tables):
        for column in mine.table.columns:
            options = sorted(_options(place, column, tables, vocabulary), key=lambda option: (-option.score, option.to))
            whole = _together(options, mine, column)
            best = whole or next((each for each in options if _believed(each, mine, tables[each.to], vocabulary)), None)
            if best is not None:
                found.append(best)
    return _to_roots(found, tables)


def extensions(references: Iterable[Reference], tables: Sequence[Keyed]) -> dict[int, Reference]:
    """The tables whose own key names the rows of another: they say more of the same things."""
    return {each.table: each for each in references if tables[each.table].key == each.column and each.to != each.table}


def _options(place: int, column: Column, tables: Sequence[Keyed], vocabulary: Vocabulary) -> Iterator[Reference]:
    """Every table that a column shares a value with, or is said to name."""
    if column.content.empty or max(column.content.share(shape) for shape in ("date", "boolean")) > _HALF:
        return
    for to, other in enumerate(tables):
        if other.keys is None or other.key is None or (to == place and column.position == other.key):
            continue
        spoken, role = _spoken(column, other, to == place, vocabulary)
        share, separator = _share(column, other.keys)
        if share or spoken == _SPOKEN:
            yield Reference(place, column.position, to, round(share, 3), spoken, role, separator)


def _together(options: Sequence[Reference], mine: Keyed, column: Column) -> Reference | None:
    """A column that names rows of several tables: each of its ids is the key of one of them."""
    parts = [each for each in options if each.share >= _SOME and not each.separator]
    total = sum(each.share for each in parts)
    if len(parts) < 2 or mine.key == column.position or parts[0].share >= _ALL or not _MOST <= total <= 1.01:
        return None
    if not _speaks_for_itself(column.values):
        return None
    return replace(parts[0], share=round(min(total, 1.0), 3), also=tuple(each.to for each in parts[1:]))


def _believed(option: Reference, mine: Keyed, other: Keyed, vocabulary: Vocabulary) -> bool:
    assert other.keys is not None
    column = mine.table.columns[option.column]
    if mine.key == option.column and not _says_more(option, mine, other):
        return False
    if option.share >= _MOST and _speaks_for_itself(other.keys):
        return True
    if option.spoken >= _SAID_LAST and option.share >= _HALF:
        return True
    by_id = read_link(column.words, vocabulary).by == "id" or column.words == _key_words(other)
    if option.to == option.table and option.spoken < _SPOKEN:
        whole = option.share >= _ALL and len(column.values) >= 3 and _key_words(other) in word_set("own_ids")
        return _no_numbers(other.keys) and (whole or (by_id and option.share >= _HALF))
    return option.spoken == _SPOKEN and by_id and _share_of(column.values, r"^\S+$") >= _MOST


def _says_more(option: Reference, mine: Keyed, other: Keyed) -> bool:
    """Whether a table keyed by another's keys, under the same name, is a part of it, and not the other way round."""
    called = mine.table.columns[option.column].words
    if called != _key_words(other) or called in word_set("own_ids"):
        return False
    assert mine.keys is not None
    assert other.keys is not None
    if option.share < _ALL:
        return False
    wider = len(other.keys) > len(mine.keys)
    return wider or (len(other.keys) == len(mine.keys) and _named(other) and not _named(mine))


def _named(keyed: Keyed) -> bool:
    return any(column.words.split()[-1:] in (["name"], ["title"], ["subject"]) for column in keyed.table.columns)


def _to_roots(references: list[Reference], tables: Sequence[Keyed]) -> list[Reference]:
    """References to a table that extends another are references to that other."""
    parts = extensions(references, tables)
    found = []
    for each in references:
        to, seen = each.to, {each.table}
        while to in parts and to not in seen:
            seen.add(to)
            to = parts[to].to
        keys = tables[to].keys
        if to != each.to and keys is not None:
            share = _share(tables[each.table].table.columns[each.column], keys)[0]
            each = replace(each, to=to, share=round(share, 3))
        found.append(each)
    return found


def _spoken(column: Column, other: Keyed, itself: bool, vocabulary: Vocabulary) -> tuple[float, str]:
    """How much a header says that it names a row of the other table (0..1), and as what."""
    text, base = column.words, read_link(column.words, vocabulary).base
    if itself:
        # Of two columns of one table that say the same, one is the key; only another word makes a reference to its like.
        above = bool(set(base.split()) & word_set("above"))
        above |= base in word_set("leads") and bool(other.nouns & word_set("staff"))
        return (_SPOKEN if above else 0.0), base
    if text == _key_words(other) and text not in word_set("own_ids"):
        return _SPOKEN, ""
    if {base, text, singular(base)} & other.nouns:
        return _SPOKEN, ""
    said = any(base.endswith(f" {noun}") for noun in other.nouns)
    return (_SAID_LAST if said else 0.0), base


def _key_words(other: Keyed) -> str:
    return other.table.columns[other.key].words if other.key is not None else ""


def _share(column: Column, keys: pl.Series) -> tuple[float, str]:
    """Which share of the values are keys, whole or parted at the sign that makes it greatest; and that sign."""
    values, known = column.values, keys.implode()
    best, sign = float(values.is_in(known).sum()) / max(len(values), 1), ""
    listed = column.content.share("list") >= _SOME or _share_of(values, r"^\[.*\]$") >= _SOME
    if best >= _MOST or not listed:
        return best, sign
    for separator in ("json", ";", ",", "|"):
        pieces = pieces_of(values, separator)
        share = float(pieces.is_in(known).sum()) / max(len(pieces), 1)
        if share > best + 0.1:
            best, sign = share, separator
    return best, sign


def pieces_of(values: pl.Series, separator: str) -> pl.Series:
    """What cells hold that name several: parted at a sign, or the items of lists in JSON."""
    if separator == "json":
        items = [json_items(text) for text in values]
        return pl.Series([item for each in items for item in each], dtype=pl.String)
    return values.str.split(separator).explode(empty_as_null=True).str.strip_chars().drop_nulls()


def _speaks_for_itself(keys: pl.Series) -> bool:
    """Whether keys are ids, or codes of letters and digits, that other columns do not hold by chance."""
    coded = _share_of(keys, r"^(?:[A-Za-z]+[-_ ]?\d{2,}|@.+)$") if len(keys) >= 3 else 0.0
    return max(_share_of(keys, r"^(?:[{]?[0-9a-zA-Z_-]{15,40}[}]?|__export__\.\w+)$"), coded) >= _MOST


def _no_numbers(keys: pl.Series) -> bool:
    return _share_of(keys, r"\p{L}") >= _MOST


def _share_of(texts: pl.Series, pattern: str) -> float:
    share = texts.head(1_000).str.contains(pattern).mean()
    return share if isinstance(share, float) else 0.0
