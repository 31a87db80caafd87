"""
What the store costs over the bare engine, at a million records of 20 fields and three million links.

    python -m benchmarks.store [--records N] [--keep FOLDER] [--only NAME ...]

Each line is the cpu time of an operation of the store beside the same in plain SQL on a bare table, measured in
turns in one run, and their ratio; the medians of a few. Ratios hold on a busy machine, times do not. With `--keep`
the lake is made once and kept for the next run.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from benchmarks.bare_checks import bare_checks
from benchmarks.large_lake import make_bare, make_lake, open_bare
from xrm_lake.hygiene.check import check
from xrm_lake.hygiene.judge import merge
from xrm_lake.store.bulk import set_field
from xrm_lake.store.lake import Lake
from xrm_lake.store.open import open_lake
from xrm_lake.store.read import list_records, show_record
from xrm_lake.store.records import set_record
from xrm_lake.store.undo import undo
from xrm_lake.store.verdicts import add_verdicts

Do = Callable[[int], object]


@dataclass
class Bench:
    """The lake, the bare table beside it, and how many records are in both."""

    lake: Lake
    bare: duckdb.DuckDBPyConnection
    records: int
    first: int

    def id(self, place: int) -> int:
        """The id of a record somewhere in the middle, another for each place."""
        return self.first + 2 * (place * 7919 % self.records)

    def in_turns(self, ours: Do, bare: Do, rounds: int = 31) -> tuple[float, float]:
        """The median cpu seconds of both, run in turns."""
        times: tuple[list[float], list[float]] = ([], [])
        for place in range(rounds + 2):
            for found, do in zip(times, (ours, bare), strict=True):
                began = time.process_time()
                do(place)
                found.append(time.process_time() - began)
        # The first two open what the others find open.
        return statistics.median(times[0][2:]), statistics.median(times[1][2:])


def get(bench: Bench) -> tuple[float, float]:
    """One record by its id."""
    return bench.in_turns(
        lambda place: bench.lake.query("select * from contact where id = $id", id=bench.id(place)).one(),
        lambda place: bench.bare.execute(
            "select * from contact where id = $id", {"id": 1 + 2 * (place * 7919)}
        ).fetchall(),
    )


def page(bench: Bench) -> tuple[float, float]:
    """A page of 50 of all records, filtered and sorted."""
    where = "city = 'City 31' and score > 100"
    return bench.in_turns(
        lambda _: list_records(bench.lake, "contact", where=where, sort="last_contact", descending=True),
        lambda _: bench.bare.sql(
            f"select * from contact where {where} order by last_contact desc nulls last, id limit 50"
        ).to_arrow_table(),
        15,
    )


def report(bench: Bench) -> tuple[float, float]:
    """Counts and sums of all records, grouped."""
    sql = "select status, country, count(*), sum(revenue), avg(score) from contact group by all order by all"
    return bench.in_turns(lambda _: bench.lake.query(sql).rows(), lambda _: bench.bare.execute(sql).fetchall(), 15)


def edit(bench: Bench) -> tuple[float, float]:
    """One field of one record, with its ledger rows, search text and mark; against an update that commits by itself."""
    return bench.in_turns(
        lambda place: set_record(bench.lake, bench.id(place), {"city": f"Town {place}"}),
        lambda place: bench.bare.execute(
            "update contact set city = $city where id = $id", {"city": f"Town {place}", "id": 1 + 2 * (place * 7919)}
        ),
    )


def checks(bench: Bench) -> tuple[float, float]:
    """All checks of all fields, stored with the ids of the records at fault; against the counts of the same checks in one bare statement."""
    sql = bare_checks()
    return bench.in_turns(lambda _: check(bench.lake, "contact"), lambda _: bench.bare.execute(sql).fetchall(), 3)


def undo_update(bench: Bench) -> tuple[float, float]:
    """Take back an update of a fifth of all records, bit for bit; in cpu seconds, against nothing."""
    before = _digest(bench.lake)
    ids = bench.lake.query("select id from contact where id // 2 % 5 = 0 order by id").frame()["id"]
    with bench.lake.write("import", source="bench") as batch:
        cells = pl.DataFrame({"entity_id": ids, "value": pl.Series([f"Clerk {n % 9}" for n in range(ids.len())])})
        set_field(batch, bench.lake.catalog.type("contact"), "job_title", cells)
        number = batch.id
    seconds = _cpu(lambda: undo(bench.lake, number))
    assert _digest(bench.lake) == before, "the undo is not bit-exact"
    return seconds, 1.0


def merge_many(bench: Bench) -> tuple[float, float]:
    """Merge 10,000 pairs in one decision."""
    ids = pl.Series([bench.first + 4 * n * (bench.records // 40_000) for n in range(10_000)])
    pairs = pl.DataFrame({"left_id": ids, "right_id": ids + 2}).with_columns(verdict=pl.lit("same"))
    bench.before = _digest(bench.lake)  # type: ignore[attr-defined]

    def judge() -> None:
        with bench.lake.write("judge") as batch:
            add_verdicts(batch, pairs)
            bench.decision = batch.id  # type: ignore[attr-defined]

    return _cpu(judge), 1.0


def unmerge_many(bench: Bench) -> tuple[float, float]:
    """Take that decision back, bit for bit."""
    seconds = _cpu(lambda: undo(bench.lake, bench.decision))  # type: ignore[attr-defined]
    assert _digest(bench.lake) == bench.before, "the undo is not bit-exact"  # type: ignore[attr-defined]
    return seconds, 1.0


def merge_one(bench: Bench) -> tuple[float, float]:
    """Two records made one by a person."""
    done: list[float] = []
    for place in range(12):
        first = bench.first + 4 * (place * 7919 % (bench.records // 2))
        done.append(_cpu(lambda first=first: merge(bench.lake, [first, first + 2])))  # type: ignore[misc]
    return statistics.median(done[2:]), 1.0


def show(bench: Bench) -> tuple[float, float]:
    """A record with its links, party and roles, as its page shows it."""
    return _median(lambda place: show_record(bench.lake, bench.id(place))), 1.0


# name: (what it does, unit of the target, target)
OPERATIONS: dict[str, tuple[Callable[[Bench], tuple[float, float]], str, float]] = {
    "get a record": (get, "×", 1.5),
    "list a page of 50, filtered and sorted": (page, "×", 1.3),
    "standard report": (report, "×", 1.2),
    "edit a field": (edit, "×", 3.0),
    "check all fields": (checks, "×", 1.5),
    "show a record": (show, "s", 0.1),
    "merge one pair": (merge_one, "s", 0.1),
    "merge 10,000 pairs": (merge_many, "s", 3.0),
    "undo that": (unmerge_many, "s", 2.0),
    "undo an update of a fifth": (undo_update, "s", 3.0),
}


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--only", nargs="*", default=list(OPERATIONS))
    arguments = parser.parse_args()
    print("| what | store | bare | ratio or cpu-s | target |\n|---|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or Path(temporary)
        _make(folder, arguments.records)
        with open_lake(folder / "large.xrm", user="bench") as lake:
            bare = open_bare(folder / "bare.duckdb")
            first = lake.query("select min(id) from rec_contact where id % 2 = 1").value()
            bench = Bench(lake, bare, arguments.records, first)
            _say_size(folder, arguments.records)
            for name in arguments.only:
                operation, unit, target = OPERATIONS[name]
                ours, theirs = operation(bench)
                bare_time = f"{theirs * 1000:.1f} ms" if unit == "×" else ""
                value = ours / theirs
                print(f"| {name} | {ours * 1000:.1f} ms | {bare_time} | {value:.3g} {unit} | ≤ {target} |", flush=True)


def _make(folder: Path, records: int) -> None:
    if (folder / "large.xrm").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    bare = make_bare(folder / "bare.duckdb", records)
    lake, ours = make_lake(folder / "large.xrm", records)
    lake.close()
    print(f"| bulk load | {ours:.1f} s | {bare:.1f} s | {ours / bare:.3g} × | ≤ 2.0 |", flush=True)


def _say_size(folder: Path, records: int) -> None:
    """The tables of the contacts, spine, ledger and search texts, without links, against the bare table."""
    ours, theirs = (file.stat().st_size for file in (folder / "large.xrm" / "lake.duckdb", folder / "bare.duckdb"))
    print(
        f"| file, with {3 * records:,} links | {ours / 1e6:.0f} MB | {theirs / 1e6:.0f} MB | {ours / theirs:.3g} × | |"
    )


def _digest(lake: Lake) -> list[tuple[object, ...]]:
    """All that an undo must bring back. `updated_at` is left out: it tells versions apart and only moves on."""
    return [
        lake.query(f"select count(*), sum(hash(t)::hugeint) from {source} t").rows()[0]
        for source in ("(select * exclude (updated_at) from rec_contact)", "entity", "link", "search_doc", "pin")
    ]


def _median(do: Do, rounds: int = 21) -> float:
    return statistics.median([_cpu(lambda: do(place)) for place in range(rounds + 2)][2:])  # noqa: B023


def _cpu(do: Callable[[], object]) -> float:
    began = time.process_time()
    do()
    return time.process_time() - began


if __name__ == "__main__":
    main()
