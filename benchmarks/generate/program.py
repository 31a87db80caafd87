"""The command line of the generators: each rate is an option."""

import argparse
from dataclasses import fields
from pathlib import Path
from typing import Protocol

import polars as pl

from benchmarks.generate.rates import Rates


class Make(Protocol):
    """A generator of a table with known duplicates."""

    def __call__(
        self, rows: int, *, seed: int, rates: Rates | None, duplicates: bool, countries: tuple[str, ...]
    ) -> pl.DataFrame:
        """`rows` records: rid, cluster, and what describes them."""
        ...


def run(make: Make, description: str | None) -> None:
    """Make the table that the command line asks for, as Parquet."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=int)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-duplicates", action="store_true", help="every record is another entity")
    parser.add_argument("--countries", nargs="*", default=(), metavar="DE")
    parser.add_argument("--dirt", type=float, default=1.0, help="factor of all rates")
    for field in fields(Rates):
        parser.add_argument(f"--{field.name.replace('_', '-')}", type=float, default=None, metavar="SHARE")
    chosen = parser.parse_args()
    given = {field.name: getattr(chosen, field.name) for field in fields(Rates)}
    rates = Rates(**{**vars(Rates().scaled(chosen.dirt)), **{name: to for name, to in given.items() if to is not None}})
    table = make(
        chosen.rows,
        seed=chosen.seed,
        rates=rates,
        duplicates=not chosen.no_duplicates,
        countries=tuple(chosen.countries),
    )
    table.write_parquet(chosen.out)
    print(f"{len(table):,} records of {table['cluster'].n_unique():,} entities: {chosen.out}")
