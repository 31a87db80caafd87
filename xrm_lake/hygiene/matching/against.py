"""
A few records against a table that was learned from before: encoded alone, weighed as if they stood in it.

What a value is worth depends on how many records of the whole table have it, so the
counts are given, not counted. A row that is no record stands before the few: all
values that were not asked for are counted as its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np
import polars as pl

from xrm_lake.hygiene.matching.arrays import Codes, Counts, Rows
from xrm_lake.hygiene.matching.compare import Mailboxes
from xrm_lake.hygiene.matching.encode import Column, Table, dictionary, told_of_firms
from xrm_lake.hygiene.matching.evidence import explain
from xrm_lake.hygiene.matching.index import Hashes, key_of, number
from xrm_lake.hygiene.matching.keep import Kept
from xrm_lake.hygiene.matching.keys import digest
from xrm_lake.hygiene.matching.mailbox import mailbox
from xrm_lake.hygiene.matching.meanings import MEANINGS, Role, roles
from xrm_lake.hygiene.matching.normalise import normalise_each
from xrm_lake.hygiene.matching.pairs import PAIRS
from xrm_lake.hygiene.matching.sentence import sentences_of
from xrm_lake.hygiene.matching.sure import sure_of
from xrm_lake.hygiene.matching.weigh import Fitted, likely

PAD = -1  # the id of the row that is no record
COUNTS = pl.Schema({"hash": pl.UInt32(), "rows": pl.Int64()})


def encode_few(records: pl.DataFrame, columns: Mapping[str, str]) -> Table:
    """
    The records (id, over 0, and texts) as codes, as `encode` makes them, with every column that is told and a pad before them.

    Quicker for a few records than `encode`, which is made for many.
    """
    ordered = records.sort("id")
    coded = _encoded(ordered, columns)
    role = roles(columns)
    found = tuple(
        Column(name, MEANINGS[meaning], role[name], *coded[name], *_firms(ordered, name, meaning, role[name]))
        for name, meaning in columns.items()
    )
    return Table(np.append(PAD, ordered["id"].cast(pl.Int64).to_numpy()), found)


def _encoded(records: pl.DataFrame, columns: Mapping[str, str]) -> dict[str, tuple[Codes, pl.Series]]:
    """The codes and values of each column; the names of people are coded together, as they may be swapped."""
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, records.height)
    normal = normalise_each([_text(records, name, nothing) for name in columns], list(columns.values()))
    texts = {name: of.to_list() for name, of in zip(columns, normal, strict=True)}
    names = [name for name, meaning in columns.items() if meaning == "person_name"]
    coded: dict[str, tuple[Codes, pl.Series]] = {}
    for group in [*([names] if names else []), *([name] for name in columns if name not in names)]:
        place: dict[str | None, int] = {"": 0, None: -1}
        parts = [[0, *(place.setdefault(text, len(place) - 1) for text in texts[name])] for name in group]
        values = pl.Series("value", [text for text in place if text is not None], dtype=pl.String)
        coded |= {name: (np.array(part, dtype=np.int32), values) for name, part in zip(group, parts, strict=True)}
    return coded


def _text(records: pl.DataFrame, name: str, nothing: pl.Series) -> pl.Series:
    return (records[name].cast(pl.String) if name in records.columns else nothing).rename("value")


def _firms(records: pl.DataFrame, name: str, meaning: str, role: Role) -> tuple[Codes | None, Codes | None]:
    if name not in records.columns:
        return None, None
    forms, parts = told_of_firms(records[name].rename("value"), meaning, role)
    return _padded(forms), _padded(parts)


def _padded(codes: Codes | None) -> Codes | None:
    return None if codes is None else np.append(np.int32(-1), codes)


@dataclass(frozen=True)
class CountedColumn(Column):
    """A column that knows how often each of its values occurs in a larger table."""

    times: Counts | None = None

    @cached_property
    def counts(self) -> Counts:
        """How many rows of the larger table hold each distinct value."""
        assert self.times is not None
        return self.times


@dataclass(frozen=True)
class Tally:
    """How often each value of a table occurs: by a number (32 bits) that any other table gives to the same value."""

    table: Table
    boxes: Mailboxes

    @cached_property
    def hashes(self) -> dict[str, Hashes]:
        """The numbers of the distinct values of each field, and of the local parts of its mailboxes."""
        found = {column.name: number(digest(column.values), column.name) for column in self.table.fields}
        for column in self.table.of("email"):
            # In the order in which a mailbox numbers them.
            locals_ = dictionary(column.values.str.split("@").list.first().rename("value"))[1]
            found[_local(column.name)] = number(digest(locals_), _local(column.name))
        return found

    @cached_property
    def codes(self) -> dict[str, Codes]:
        """The codes that go with them."""
        locals_ = {_local(name): box.locals for name, box in self.boxes.items()}
        return {column.name: column.codes for column in self.table.fields} | locals_

    def counts(self, rows: Rows | None = None, *, least: int = 1) -> pl.DataFrame:
        """The values that so many of these rows (default: all) have: hash and rows."""
        parts = [pl.DataFrame(schema=COUNTS)]
        for name, codes in self.codes.items():
            held = codes if rows is None else codes[rows]
            times = np.bincount(held[held >= 0], minlength=len(self.hashes[name]))
            some = times >= least
            parts.append(pl.DataFrame({"hash": self.hashes[name][some], "rows": times[some]}, schema=COUNTS))
        return pl.concat(parts)

    def totals(self, rows: Rows) -> dict[str, int]:
        """In how many of these rows each field has a value."""
        return {name: int((codes[rows] >= 0).sum()) for name, codes in self.codes.items()}

    def fit(self, kept: Kept, counts: pl.DataFrame) -> Fitted:
        """
        The model over these records, their values counted as in the whole table (with the pad, see above).

        `counts` has hash and rows; what is not among them counts once.
        """
        known = dict(counts.iter_rows())
        times = {
            name: _times(hashes, known, kept.totals.get(name, 0), pad=int(self.codes[name][0]))
            for name, hashes in self.hashes.items()
        }
        columns = tuple(
            replace(_counted(column, times.get(column.name)), role=kept.roles[column.name])
            for column in self.table.columns
        )
        table = Table(self.table.ids, columns)
        boxes = {name: replace(box, counts=times[_local(name)]) for name, box in self.boxes.items()}
        return Fitted(table, boxes, kept.model(table.fields), kept.by_rarity)


def tally(table: Table) -> Tally:
    """The tally of a table of a few records."""
    return Tally(table, {column.name: mailbox(column, table) for column in table.of("email")})


def _local(name: str) -> str:
    return f"{name}:local part"


def _times(hashes: Hashes, known: Mapping[int, int], total: int, *, pad: int) -> Counts:
    times = np.array([known.get(hash, 1) for hash in hashes.tolist()], dtype=np.int64)
    times[pad] = max(total - int(times.sum() - times[pad]), 1)
    return times


def _counted(column: Column, times: Counts | None) -> Column:
    held = {field.name: getattr(column, field.name) for field in fields(Column)}
    return column if times is None else CountedColumn(**held, times=times)


def weigh_few(
    pairs: pl.DataFrame, fitted: Fitted, kept: Kept, *, at_least: float, keys: tuple[str, ...] = ()
) -> pl.DataFrame:
    """
    The likely ones of these pairs (left_id, right_id), with their evidence.

    Returns the columns of PAIRS: left_id < right_id, score, evidence …; best first. `keys` may have brought them together.
    """
    ids = fitted.table.ids
    left, right = (np.searchsorted(ids, pairs[side].to_numpy()).astype(np.int32) for side in ("left_id", "right_id"))
    found = likely(pl.DataFrame({"left": left, "right": right}), fitted, at_least=at_least)
    chosen = [key for name in keys if (key := key_of(fitted.table, name)) is not None]
    found = explain(found, fitted, chosen).with_columns(sentences_of(found, fitted.table.fields))
    one, other = ids[found["left"].to_numpy()], ids[found["right"].to_numpy()]
    return (
        found.with_columns(
            sure_of(found, fitted.table.fields, trusted=kept.fallback is None),
            pl.Series("left_id", np.minimum(one, other), dtype=pl.Int64),
            pl.Series("right_id", np.maximum(one, other), dtype=pl.Int64),
        )
        .select(PAIRS.names())
        .cast(PAIRS)
        .sort("score", "left_id", "right_id", descending=[True, False, False])
    )
