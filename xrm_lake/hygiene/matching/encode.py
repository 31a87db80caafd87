"""
Records as integers: each column becomes codes into the list of its distinct normal forms.

Everything after this stage works on codes, so a comparison of equal values costs
an integer comparison, and text is touched once for each distinct value.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl

from xrm_lake.hygiene.matching.arrays import Codes, Counts, Flags, Rows
from xrm_lake.hygiene.matching.meanings import MEANINGS, Meaning, Role, roles
from xrm_lake.hygiene.matching.normalise import legal_form, normalise, part_of_group
from xrm_lake.hygiene.matching.parallel import in_threads
from xrm_lake.hygiene.matching.traits import Traits

_MOST_GROUPS = 100
_FEW_VALUES = 20


@dataclass(frozen=True)
class Column:
    """A column as codes; name columns share `values`, so not every value need occur in this one."""

    name: str
    meaning: Meaning
    role: Role
    codes: Codes
    values: pl.Series
    # Where it tells firms apart: the legal form that each row names (-1: none), and which firm of a group it is.
    forms: Codes | None = None
    parts: Codes | None = None

    @cached_property
    def counts(self) -> Counts:
        """How many rows hold each distinct value."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.values))

    @cached_property
    def known(self) -> Flags:
        """Which rows hold a value."""
        return self.codes >= 0

    @cached_property
    def traits(self) -> Traits:
        """What is known of each distinct value."""
        return Traits(self.values)


@dataclass(frozen=True)
class Table:
    """
    Encoded records, in the order of their ids.

    `sides`: where two lists are matched with each other, which of them each row is of; rows of one are never compared.
    """

    ids: Counts
    columns: tuple[Column, ...]
    sides: Codes | None = None

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def fields(self) -> tuple[Column, ...]:
        """
        The columns that are scored.

        A full name beside first and last names would count the same evidence
        twice, so there it only helps to find candidates.
        """
        parts = any(column.meaning.name == "person_name" for column in self.columns)
        return tuple(c for c in self.columns if not (parts and c.meaning.name == "person_full_name"))

    def of(self, meaning: str) -> tuple[Column, ...]:
        """The columns of one meaning."""
        return tuple(column for column in self.columns if column.meaning.name == meaning)

    def take(self, rows: Rows) -> "Table":
        """The table of these rows only."""
        columns = tuple(
            replace(c, codes=c.codes[rows], forms=_taken(c.forms, rows), parts=_taken(c.parts, rows))
            for c in self.columns
        )
        return Table(self.ids[rows], columns, _taken(self.sides, rows))

    def across(self, packed: Counts) -> Counts:
        """Of packed pairs of rows (left * rows + right), those that may be compared."""
        if self.sides is None:
            return packed
        return np.asarray(packed[self.sides[packed // len(self)] != self.sides[packed % len(self)]])

    @property
    def pairs(self) -> int:
        """How many pairs of rows may be compared."""
        inside = [len(self)] if self.sides is None else np.bincount(self.sides).tolist()
        all_, apart = len(self) * (len(self) - 1) // 2, sum(n * (n - 1) // 2 for n in inside)
        return all_ if self.sides is None else all_ - apart


def encode(records: pl.DataFrame, meaning: Mapping[str, str], side: str | None = None) -> Table:
    """
    The records as codes, without the columns that cannot tell any two of them apart.

    `side` is the column that says which list a record is of, where only records of different lists are to be compared.

    >>> people = pl.DataFrame(
    ...     {"id": [2, 1, 3], "town": ["York", "york ", None], "mail": ["a@b.c", None, "d@e.f"]}
    ... )
    >>> table = encode(people, {"town": "city", "mail": "email"})
    >>> table.ids.tolist(), [(column.name, column.codes.tolist()) for column in table.columns]
    ([1, 2, 3], [('mail', [-1, 0, 1])])
    """
    ordered = records.sort("id")
    coded: dict[str, tuple[Codes, pl.Series]] = {}
    for of_group in in_threads(
        lambda group: _encode_together(ordered, group, meaning[group[0]]), _dictionaries(meaning)
    ):
        coded |= of_group
    useful = {name: meaning[name] for name in _useful({name: coded[name][0] for name in meaning}, meaning)}
    role = roles(useful)
    # A word of which there are many is no group: who has the same one has the same surroundings.
    role |= {name: "context" for name, of in role.items() if of == "group" and len(coded[name][1]) > _MOST_GROUPS}
    columns = tuple(
        Column(
            name,
            MEANINGS[useful[name]],
            role[name],
            *coded[name],
            *told_of_firms(ordered[name], useful[name], role[name]),
        )
        for name in useful
    )
    sides = None if side is None else dictionary(ordered[side].cast(pl.String).fill_null(""))[0]
    return Table(ordered["id"].cast(pl.Int64).to_numpy(), columns, sides)


def _dictionaries(meaning: Mapping[str, str]) -> list[list[str]]:
    # Names share one dictionary, so that first and last name written the wrong way round can be seen.
    names = [column for column, what in meaning.items() if what == "person_name"]
    return [*([names] if names else []), *([column] for column in meaning if column not in names)]


def _encode_together(records: pl.DataFrame, group: list[str], meaning: str) -> dict[str, tuple[Codes, pl.Series]]:
    written = pl.concat([records[name].cast(pl.String).alias("value") for name in group])
    raw_codes, raw = dictionary(written)
    codes, values = dictionary(normalise(raw, meaning))
    both = np.append(codes, np.int32(-1))[raw_codes]
    return {name: (part, values) for name, part in zip(group, np.split(both, len(group)), strict=True)}


def _taken(codes: Codes | None, rows: Rows) -> Codes | None:
    return None if codes is None else codes[rows]


def told_of_firms(written: pl.Series, meaning: str, role: Role) -> tuple[Codes | None, Codes | None]:
    """Legal forms and parts, where a table is of firms; of the firm that a person belongs to, neither says anything."""
    if meaning != "company_name" or role != "identity":
        return None, None
    raw_codes, raw = dictionary(written.cast(pl.String))
    return _coded(raw_codes, legal_form(raw)), _coded(raw_codes, part_of_group(raw))


def _coded(raw_codes: Codes, told: pl.Series) -> Codes | None:
    codes, distinct = dictionary(told)
    return np.append(codes, np.int32(-1))[raw_codes] if len(distinct) > 1 else None


def dictionary(values: pl.Series) -> tuple[Codes, pl.Series]:
    """
    Codes and the distinct values they stand for, in order of first appearance.

    >>> codes, distinct = dictionary(pl.Series("x", ["b", "a", None, "b"]))
    >>> codes.tolist(), distinct.to_list()
    ([0, 1, -1, 0], ['b', 'a'])
    """
    distinct = values.drop_nulls().unique(maintain_order=True)
    index = pl.DataFrame({"value": distinct, "code": pl.int_range(len(distinct), dtype=pl.Int32, eager=True)})
    coded = values.to_frame("value").join(index, on="value", how="left", maintain_order="left")
    return coded["code"].fill_null(-1).to_numpy().astype(np.int32), distinct


def _useful(codes: Mapping[str, Codes], meaning: Mapping[str, str]) -> list[str]:
    """
    The columns with different values; if there are none, those with any (all rows may be one record).

    Where no column has more than a few values, that all have one name or one mailbox tells that they may be one.
    """
    filled = {name: of[of >= 0] for name, of in codes.items()}
    own = {name for name, role in roles(meaning).items() if role in ("identity", "both")}
    few = max((int(of.max(initial=-1)) + 1 for of in filled.values()), default=0) <= _FEW_VALUES
    differ = [name for name, of in filled.items() if (of != of[:1]).any()]
    if not differ:
        return [name for name, of in filled.items() if len(of)]
    return [name for name, of in filled.items() if name in differ or (few and name in own and len(of) > 1)]
