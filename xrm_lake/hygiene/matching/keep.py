"""
What a run learned, as plain data that outlives it: later records are matched by it, be it one or a thousand.

A run that changes nothing in what the engine does may be matched against for months;
one made by another engine may not, as its levels and keys may mean something else.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

import numpy as np
import polars as pl

from xrm_lake.hygiene.matching.encode import Column
from xrm_lake.hygiene.matching.meanings import Role
from xrm_lake.hygiene.matching.model import Model
from xrm_lake.hygiene.matching.pairs import Learned


@dataclass(frozen=True)
class Kept:
    """
    A model and what it needs to weigh records it has not seen.

    columns: what each column means; roles: and its role; keys: what candidates must share (see index.py);
    totals: how many rows hold a value of each field; rates: of each field, the rates of
    the levels in each of the four classes; expected, pairs: as in Model; rows: distinct
    records that it was learned from; engine: which engine learned it.
    """

    columns: dict[str, str]
    roles: dict[str, Role]
    keys: tuple[str, ...]
    totals: dict[str, int]
    rates: dict[str, list[list[float]]]
    expected: list[float]
    pairs: float
    by_rarity: bool
    rows: int
    fallback: str | None
    engine: str

    def to_json(self) -> str:
        """As one line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Kept":
        """From what `to_json` gave. Raises ValueError for anything else."""
        try:
            told = json.loads(text)
            kept = cls(**{**told, "keys": tuple(told["keys"])})
        except (TypeError, KeyError) as problem:
            raise ValueError("this is no model") from problem
        if not all(isinstance(part, dict) for part in (kept.columns, kept.totals, kept.rates)):
            raise ValueError("this is no model")
        return kept

    def model(self, fields: Iterable[Column]) -> Model:
        """The model over the columns of another table."""
        columns = tuple(fields)
        same, moved, beside, strangers = (
            tuple(np.array(self.rates[column.name][of_class]) for column in columns) for of_class in range(4)
        )
        return Model(columns, same, moved, beside, strangers, np.array(self.expected), self.pairs)

    @property
    def compares_all(self) -> bool:
        """Whether so few records were there that no key was needed."""
        return self.rows <= _FEW


_FEW = 200


def keep(learned: Learned, keys: tuple[str, ...], fallback: str | None) -> Kept:
    """What is to be kept of a run; `fallback` as its Fit says."""
    model, table = learned.fitted.model, learned.fitted.table
    boxes = {f"{name}:local part": int(box.counts.sum()) for name, box in learned.fitted.mailboxes.items()}
    return Kept(
        columns={column.name: column.meaning.name for column in table.columns},
        roles={column.name: column.role for column in table.columns},
        keys=keys,
        totals={column.name: int(column.counts.sum()) for column in table.fields} | boxes,
        rates={
            column.name: [of_class[i].tolist() for of_class in model.classes] for i, column in enumerate(model.fields)
        },
        expected=model.expected.tolist(),
        pairs=model.pairs,
        by_rarity=learned.fitted.by_rarity,
        rows=len(table),
        fallback=fallback,
        engine=engine(),
    )


_SEES = (
    ("xrm_lake.hygiene.matching", ""),
    ("xrm_lake.model.kinds", ""),
    ("xrm_lake.hygiene", "seen.py"),
    ("xrm_lake.model", "placeholders.py"),
)


@cache
def engine() -> str:
    """A mark of how records are seen, encoded, keyed and compared here; another one can make nothing of what was kept."""
    mark = sha256(pl.__version__.encode())
    for file in sources():
        mark.update(file.read_bytes())
    return mark.hexdigest()[:16]


def sources() -> list[Traversable]:
    """The files of which the mark is made: what decides how a record is seen, encoded, keyed and compared."""
    found = []
    for package, only in _SEES:
        there = sorted(files(package).iterdir(), key=lambda item: item.name)
        found += [file for file in there if file.name.endswith(".py") and only in ("", file.name)]
    return found
