"""
Candidate keys: what two rows may share so that comparing them is worth it.

An atom is a property of one field that survives some errors (its sound, its
first letters, its last digits). A key is a sharp atom, or two atoms of
different fields. The menu is wide on purpose; choose.py picks from it what pays.
"""

from collections.abc import Container
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import polars as pl

from xrm_lake.hygiene.matching.arrays import Codes, Counts, Flags, Keys, Rows
from xrm_lake.hygiene.matching.encode import Column, Table, dictionary

Strength = Literal["sharp", "rough", "weak"]

NAMES, RARE_WORD = "names", "rare word"
Source = tuple[Codes, pl.Series]  # which of the distinct texts each row has

_FEW = 2_000
_VALUE = pl.col("value")
_SOUNDS = {"[aeiouyhw ]": "", "[bfpv]": "1", "[cgjkqsxz]": "2", "[dt]": "3", "l": "4", "[mn]": "5", "r": "6"}
# Two partners that are not sharp pay only where one of them is of a field with many distinct values.
_RICH = {"person_name", "date", "company_name"}


@dataclass(frozen=True)
class Atom:
    """
    One property of the rows: `codes` groups the rows that share it, -1 where a row has none.

    The codes hold in this table only; `sources` are the texts that they stand for (codes and distinct texts; two
    for names in either order), from which `digests` are made that are the same in every table.
    """

    name: str
    fields: tuple[str, ...]
    meaning: str
    codes: Codes | Keys
    strength: Strength
    sources: tuple[Source, ...] = ()

    def agree(self, left: Rows | Counts, right: Rows | Counts) -> Flags:
        """Where the two rows of a pair share it."""
        a = self.codes[left]
        return np.asarray((a == self.codes[right]) & (a >= 0))

    def digests(self) -> Keys:
        """A number for each row that any other table gives to the same text; -1 where a row has none."""
        told = [np.append(digest(texts), -1)[codes] for codes, texts in self.sources]
        return told[0] if len(told) == 1 else mix(np.minimum(*told), np.maximum(*told))


@dataclass(frozen=True)
class Key:
    """One way to block: rows meet when they agree on all of its atoms."""

    atoms: tuple[Atom, ...]

    @property
    def name(self) -> str:
        """Its atoms, readable: `surname:sound + dob:year`."""
        return " + ".join(atom.name for atom in self.atoms)

    def codes(self, rows: Rows | None = None) -> Keys:
        """The block of each row (all rows, or these); -1 where it has none."""
        return mix(*(atom.codes if rows is None else atom.codes[rows] for atom in self.atoms))

    def agree(self, left: Rows | Counts, right: Rows | Counts) -> Flags:
        """Where the two rows of a pair share it."""
        shared: Flags = np.ones(len(left), dtype=bool)
        for atom in self.atoms:
            shared &= atom.agree(left, right)
        return shared


def menu(table: Table) -> tuple[Key, ...]:
    """All keys worth trying on this table."""
    found = atoms(table)
    alone = [Key((atom,)) for atom in found if atom.strength == "sharp"]
    return (*alone, *(Key(pair) for pair in combinations(found, 2) if _pays(*pair)))


def _pays(one: Atom, other: Atom) -> bool:
    if set(one.fields) & set(other.fields):
        return False
    weak = (one.strength == "weak") + (other.strength == "weak")
    rich = bool({one.meaning, other.meaning} & _RICH)
    sharp = "sharp" in (one.strength, other.strength)
    return weak < 2 and (weak == 0 or sharp or rich)


def atoms(table: Table, wanted: Container[str] | None = None) -> list[Atom]:
    """The properties of every column, and the names of a person in either order; all, or those of these names."""
    found = [atom for column in table.columns for atom in _atoms(column, wanted)]
    names = table.of("person_name")
    if len(names) == 2 and (wanted is None or NAMES in wanted):
        low, high = np.minimum(names[0].codes, names[1].codes), np.maximum(names[0].codes, names[1].codes)
        fields, sources = tuple(c.name for c in names), tuple((c.codes, c.values) for c in names)
        found.append(Atom(NAMES, fields, "person_name", mix(low, high), "sharp", sources))
    return found


def _atoms(column: Column, wanted: Container[str] | None) -> list[Atom]:
    what, whole = column.meaning.name, column.name
    strength: Strength = "weak" if what in ("category", "number", "id_weak") else "sharp"
    found = []
    if wanted is None or whole in wanted:
        found.append(Atom(whole, (whole,), what, column.codes, strength, ((column.codes, column.values),)))
    for label, part, part_strength in _PARTS.get(what, ()):
        if wanted is None or f"{whole}:{label}" in wanted:
            source = _part(column, part)
            found.append(Atom(f"{whole}:{label}", (whole,), what, source[0], part_strength, (source,)))
    if what in ("company_name", "free_text") and column.role == "identity" and wanted is None:
        found += rare_words(column)
    return found


def _part(column: Column, expression: pl.Expr) -> Source:
    parts = column.values.to_frame("value").select(expression.alias("value"))["value"]
    codes, distinct = _few(parts) if len(parts) < _FEW else dictionary(parts)
    return np.append(codes, np.int32(-1))[column.codes], distinct


def _few(parts: pl.Series) -> Source:
    """What `dictionary` gives, quicker for a few values."""
    place: dict[str | None, int] = {None: -1}
    codes = [place.setdefault(part, len(place) - 1) for part in parts]
    return np.array(codes, dtype=np.int32), pl.Series("value", list(place)[1:], dtype=pl.String)


def _sound(value: pl.Expr) -> pl.Expr:
    """The consonant skeleton of a name: Soundex (Russell 1918) with vowels dropped and no padding."""
    rest = value.str.slice(1)
    for letters, digit in _SOUNDS.items():
        rest = rest.str.replace_all(letters, digit)
    return (value.str.slice(0, 1) + rest).str.slice(0, 4)


def _sorted_words(value: pl.Expr) -> pl.Expr:
    return value.str.split(" ").list.sort().list.join(" ")


def _first_words(value: pl.Expr) -> pl.Expr:
    return value.str.split(" ").list.head(2).list.sort().list.join(" ")


_WORDS: tuple[tuple[str, pl.Expr, Strength], ...] = (
    ("first words", _first_words(_VALUE), "rough"),
    ("prefix", _VALUE.str.replace_all(" ", "").str.slice(0, 5), "rough"),
    ("last word", _VALUE.str.split(" ").list.last(), "weak"),
)
_PARTS: dict[str, tuple[tuple[str, pl.Expr, Strength], ...]] = {
    "person_name": (
        ("sound", _sound(_VALUE), "rough"),
        ("prefix", _VALUE.str.slice(0, 3), "rough"),
        ("initial", _VALUE.str.slice(0, 1), "weak"),
    ),
    "person_full_name": (("sorted", _sorted_words(_VALUE), "sharp"),),
    "company_name": _WORDS,
    "free_text": _WORDS,
    "email": (
        ("local part", _VALUE.str.split("@").list.first(), "sharp"),
        ("domain", _VALUE.str.split("@").list.last(), "weak"),
    ),
    "phone": (("last 7", _VALUE.str.tail(7), "sharp"),),
    "address": (("first words", _VALUE.str.extract(r"^(\S+ \S+)", 1), "rough"),),
    "date": (("year", _VALUE.str.slice(0, 4), "weak"), ("day", _VALUE.str.slice(4, 4), "weak")),
    "postcode": (("area", _VALUE.str.slice(0, 3), "weak"),),
    "id": (("head", _VALUE.str.slice(0, 4), "weak"), ("tail", _VALUE.str.tail(4), "weak")),
}


def rare_words(column: Column, *, how_many: int = 3, least: int = 2, most: int = 200) -> list[Atom]:
    """The rarest words of each value: those that so many values have (by default at least one other)."""
    words = (
        column.values.to_frame("word")
        .with_row_index("value")
        .with_columns(pl.col("word").str.split(" "))
        .explode("word")
        .filter(pl.col("word").str.len_chars() >= 2)
        .unique(maintain_order=True)
        .with_columns(pl.len().over("word").alias("values"))
        .filter(pl.col("values").is_between(least, most))
        .sort("value", "values", "word")
        .with_columns(pl.int_range(pl.len()).over("value").alias("place"))
        .filter(pl.col("place") < how_many)
    )
    codes, texts = dictionary(words["word"].rename("value"))
    found = []
    for place in range(how_many):
        at_place = words["place"].to_numpy() == place
        of_value = np.full(len(column.values) + 1, -1, dtype=np.int32)
        of_value[words["value"].to_numpy()[at_place]] = codes[at_place]
        name = f"{column.name}:{RARE_WORD} {place + 1}"
        source = (of_value[column.codes], texts)
        found.append(Atom(name, (column.name,), column.meaning.name, source[0], "sharp", (source,)))
    return found


def digest(texts: pl.Series) -> Keys:
    """
    A number of 63 bits for each text; the same in every run of one version of polars.

    >>> here, there = digest(pl.Series(["ann", "bob"])), digest(pl.Series(["bob"]))
    >>> bool(here[1] == there[0]), bool(here[0] == there[0]), int(here.min()) >= 0
    (True, False, True)
    """
    numbers: Keys = (texts.hash(seed=7).to_numpy() >> np.uint64(1)).astype(np.int64)
    return numbers


def mix(*codes: Codes | Keys) -> Keys:
    """
    One number for each combination of codes (multiplicative hashing, Knuth 1973); -1 where a code is missing.

    >>> mix(np.array([1, 1, 2, -1]), np.array([5, 5, 5, 5])).tolist().count(-1)
    1
    """
    mixed = np.zeros(len(codes[0]), dtype=np.uint64)
    there: Flags = np.ones(len(mixed), dtype=bool)
    for each in codes:
        mixed ^= each.astype(np.int64).view(np.uint64)
        mixed *= np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
        there &= each >= 0
    mixed &= np.uint64(0x7FFFFFFFFFFFFFFF)
    keys: Keys = mixed.view(np.int64)
    keys[~there] = -1
    return keys
