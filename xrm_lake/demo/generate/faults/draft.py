"""A file as it is drafted: cells of text, into which faults are planted. What is planted is written down."""

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from xrm_lake.demo.generate.chance import Chance, Ints, Mask, Texts, texts

FAULTS = pl.Schema(
    {"fault": pl.String, "file": pl.String, "external_key": pl.String, "field": pl.String, "value": pl.String}
)


class Faults:
    """Everything that was planted, over all files."""

    def __init__(self) -> None:
        self._found: list[pl.DataFrame] = []

    def add(self, fault: str, file: str, keys: Texts, field: str, values: Texts) -> None:
        """One fault in several rows of one file."""
        columns = {"external_key": keys.tolist(), "value": values.tolist()}
        told = {"fault": pl.lit(fault), "file": pl.lit(file), "field": pl.lit(field)}
        made = pl.DataFrame(columns, schema={name: FAULTS[name] for name in columns})
        self._found.append(made.with_columns(**told).select(FAULTS.names()))

    def frame(self) -> pl.DataFrame:
        """fault, file, external_key, field ("" if the row as a whole), value (as it stands in the cell)."""
        return pl.concat([FAULTS.to_frame(), *self._found]).sort("file", "fault", "field", maintain_order=True)


@dataclass
class Draft:
    """
    One file (or sheet) before it is written.

    Every cell is text, "" is empty. `key` names the column that tells rows apart;
    without one, a row is told by its number, from 1. A cell that bears a fault is
    taken: no other fault comes over it, so that each can be found in the file.
    """

    file: str
    entity: str
    key: str
    cells: dict[str, Texts]
    faults: Faults
    broken: list[tuple[int, str]] = field(default_factory=list)
    _taken: dict[str, Mask] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many good rows the file has."""
        return next(iter(self.cells.values())).size

    @property
    def keys(self) -> Texts:
        """What each row is called in the truth."""
        if self.key:
            return self.cells[self.key]
        return texts([str(number) for number in range(1, self.size + 1)])

    def free(self, field: str) -> Ints:
        """The rows whose cell is filled and bears no fault yet."""
        filled = self.cells[field] != ""
        return np.flatnonzero(filled & ~self._mask(field)).astype(np.int64)

    def pick(self, chance: Chance, field: str, share: float) -> Ints:
        """Some of the free rows of a field; at least one, if any, so that small data shows every fault too."""
        free = self.free(field)
        return chance.some(free, max(round(share * self.size), 1))

    def plant(self, fault: str, field: str, rows: Ints, values: Texts) -> None:
        """Write the values into the cells and note the fault."""
        self.cells[field] = self.cells[field].copy()
        self.cells[field][rows] = values
        self.note(fault, field, rows)

    def empty(self, fault: str, fields: tuple[str, ...], rows: Ints) -> None:
        """Empty the cells of several fields and note the fault on the first."""
        for other in fields[1:]:
            self.cells[other] = self.cells[other].copy()
            self.cells[other][rows] = ""
            self._mask(other)[rows] = True
        self.plant(fault, fields[0], rows, texts([""] * rows.size))

    def note(self, fault: str, field: str, rows: Ints) -> None:
        """Note a fault that is there already; `field` is "" if it is of the row as a whole."""
        if not rows.size:
            return
        values = self.cells[field][rows] if field else texts([""] * rows.size)
        if field:
            self._mask(field)[rows] = True
        self.faults.add(fault, self.file, self.keys[rows], field, values)

    def take(self, field: str, rows: Ints) -> None:
        """Keep the cells as they are: no fault will be planted here."""
        self._mask(field)[rows] = True

    def frame(self) -> pl.DataFrame:
        """The good rows, all text, nothing null."""
        return pl.DataFrame({name: pl.Series(name, values.tolist(), pl.String) for name, values in self.cells.items()})

    def _mask(self, field: str) -> Mask:
        if field not in self._taken:
            self._taken[field] = np.zeros(self.size, dtype=np.bool_)
        return self._taken[field]
