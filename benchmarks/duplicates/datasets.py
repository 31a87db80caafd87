"""The labelled sets: folders with data.parquet and types.json, single Parquet files of contacts, and sets made on the spot."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from benchmarks.duplicates.accuracy import Truth
from benchmarks.generate import companies, contacts

GENERATED = ("contacts_200k", "contacts_1m", "companies_50k", "contacts_100k_unique", "companies_50k_unique")
_MADE = re.compile(r"(contacts|companies)_(\d+)(k|m)?(_unique)?")
_MAKERS: dict[str, tuple[Callable[..., pl.DataFrame], dict[str, str]]] = {
    "contacts": (contacts.contacts, contacts.MEANING),
    "companies": (companies.companies, companies.MEANING),
}


@dataclass(frozen=True)
class Dataset:
    """A table with rid, cluster (the truth) and the columns of `meaning`, as a Parquet file."""

    name: str
    data: Path
    meaning: dict[str, str]

    @cached_property
    def truth(self) -> Truth:
        """The entity of each record."""
        return Truth.of(pl.read_parquet(self.data, columns=["rid", "cluster"]))


def default_names(folder: Path | None) -> list[str]:
    """Every set of the folder, if one is named, and the generated ones."""
    found = sorted(path.parent.name for path in folder.glob("*/data.parquet")) if folder else []
    return [*found, *GENERATED]


def find(name: str, folder: Path | None, work: Path, seed: int) -> Dataset:
    """
    The set of that name: a Parquet file, a set to be made (contacts_200k, companies_5000_unique), or a folder.

    Raises SystemExit where there is none.
    """
    if name.endswith(".parquet"):
        columns = pl.read_parquet_schema(name)
        return Dataset(
            Path(name).stem,
            Path(name),
            {known: contacts.MEANING[known] for known in contacts.MEANING if known in columns},
        )
    if made := _MADE.fullmatch(name):
        return _generate(name, made, work, seed)
    home = Path(name) if (Path(name) / "data.parquet").is_file() else (folder or Path()) / name
    if not (home / "data.parquet").is_file():
        raise SystemExit(
            f"There is no set {name!r}: no folder with data.parquet, no .parquet file, nothing that can be generated."
        )
    return Dataset(home.name, home / "data.parquet", json.loads((home / "types.json").read_text(encoding="utf-8")))


def _generate(name: str, made: re.Match[str], work: Path, seed: int) -> Dataset:
    what, number, unit, unique = made.groups()
    make, meaning = _MAKERS[what]
    rows = int(number) * {"k": 1_000, "m": 1_000_000}.get(unit or "", 1)
    make(rows, seed=seed, duplicates=unique is None).write_parquet(work / f"{name}.parquet")
    return Dataset(name, work / f"{name}.parquet", meaning)
