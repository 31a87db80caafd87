"""
What new records cost in a large lake: matching a thousand of them, and the warning before one is made.

    python -m benchmarks.incremental [--records N] [--new N] [--data FILE] [--keep FOLDER]

Contacts are made as for the other benchmarks, or read from `--data` (Parquet: given_name, family_name, email, phone, company, street, city,
postal_code; or the names that the generator of contacts gives them). A full run is made over all but the new ones; then
the new ones are matched, and what they find is compared with a full run over all. The warning is asked for again and again and stands
beside a bare look-up of one record by its e-mail in the same table. Times are of the wall and of the cpu; medians.
"""

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import polars as pl

from benchmarks.large_lake import contacts
from xrm_lake.hygiene.match import match
from xrm_lake.hygiene.match_new import match_new
from xrm_lake.hygiene.similar import similar
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.store.bulk import insert_records
from xrm_lake.store.lake import Lake
from xrm_lake.store.model import add_type
from xrm_lake.store.open import init_lake, open_lake

CONTACT = EntityType(
    "contact", "Contact", "Contacts", caption=("given_name", "family_name"),
    fields=(
        Field("given_name", "Given name", "given_name"), Field("family_name", "Family name", "family_name"),
        Field("email", "E-mail", "email"), Field("phone", "Phone", "phone"), Field("company", "Company", "company_name"),
        Field("street", "Street", "street"), Field("city", "City", "city"), Field("postal_code", "Postal code", "postal_code"),
    ),
)  # fmt: skip
NAMES = [field.name for field in CONTACT.fields]
OTHER_NAMES = {"first_name": "given_name", "last_name": "family_name", "postcode": "postal_code"}
ROUNDS = 101
Answer = TypeVar("Answer")


def main() -> None:
    """Make the lake, match what is new, ask for what is similar, and print it all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--new", type=int, default=1_000)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--keep", type=Path, help="Where the lakes stay for the next run.")
    given = parser.parse_args()
    rows = _rows(given.data, given.records)
    folder = given.keep or Path(tempfile.mkdtemp())
    base, whole = folder / "base.xrm", folder / "whole.xrm"
    try:
        for path, part in ((base, rows.head(rows.height - given.new)), (whole, rows)):
            if not path.exists():
                _matched(path, part)
        work = folder / "work.xrm"
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(base, work)
        with open_lake(work, user="bench") as lake:
            first = _add(lake, rows.tail(given.new))
            told = _timed(
                f"match {given.new:,} new into {rows.height - given.new:,}", lambda: match_new(lake, "contact")
            )
            print(f"matched anew: {told.anew}")
            _compare(lake, whole, first)
            _warnings(lake)
    finally:
        if given.keep is None:
            shutil.rmtree(folder)


def _rows(data: Path | None, records: int) -> pl.DataFrame:
    if data is None:
        return contacts(0, records, records // 5).select(NAMES)
    table = pl.read_parquet(data)
    renamed = table.rename({old: new for old, new in OTHER_NAMES.items() if old in table.columns})
    return renamed.select(NAMES).head(records)


def _matched(path: Path, rows: pl.DataFrame) -> None:
    with init_lake(path, user="bench") as lake:
        add_type(lake, CONTACT)
        _add(lake, rows)
        pairs = _timed(f"full match of {rows.height:,}", lambda: match(lake, "contact"))
        print(f"{pairs.height:,} pairs")
        lake.checkpoint()


def _add(lake: Lake, rows: pl.DataFrame) -> int:
    with lake.write("import", source="bench") as batch:
        first = batch.new_entities(rows.height)
        ids = pl.int_range(first, first + 2 * rows.height, 2, eager=True)
        told = rows.with_columns(id=ids, source_key=ids.cast(pl.String), extra=pl.lit(None, pl.String))
        insert_records(batch, batch.catalog.type("contact"), told, source="bench")
    return first


def _compare(lake: Lake, whole: Path, first: int) -> None:
    """How many of the pairs of new records a full run finds, too."""
    sql = "select left_id, right_id, score from match where right_id >= $first"
    here = lake.query(sql, first=first).frame()
    with open_lake(whole, user="bench") as full:
        there = full.query(sql, first=first).frame()
    for least in (0.5, 0.9, 0.99):
        wanted = there.filter(pl.col("score") >= least)
        again = wanted.join(here, on=["left_id", "right_id"], how="semi").height
        print(
            f"of {wanted.height:,} pairs of {least} and more in a full run over all, found: {again / max(wanted.height, 1):.4f}"
        )


def _warnings(lake: Lake) -> None:
    """The warning and a bare look-up, in turns."""
    table = lake.query(f"select id, {', '.join(NAMES)} from contact using sample {ROUNDS} rows (reservoir, 7)").dicts()
    asked = [{name: row[name] for name in NAMES if row[name] and name not in ("phone", "email")} for row in table]
    ours: list[tuple[float, float]] = []
    bare: list[tuple[float, float]] = []
    hits = 0
    for row, values in zip(table, asked, strict=True):
        found, took = _clock(lambda values=values: similar(lake, "contact", values))
        hits += row["id"] in found["id"]
        ours.append(took)
        bare.append(
            _clock(lambda row=row: lake.query("select * from contact where email = $e", e=row["email"]).rows())[1]
        )
    for name, times in (("similar", ours), ("bare look-up", bare)):
        walls, cpus = zip(*times[1:], strict=True)
        print(
            f"{name}: {1e3 * statistics.median(walls):.1f} ms, {1e3 * statistics.median(cpus):.1f} cpu-ms;"
            f" of ten, nine under {1e3 * statistics.quantiles(walls, n=10)[-1]:.1f} ms; the first {1e3 * times[0][0]:.0f} ms"
        )
    ratio = statistics.median(each[1] for each in ours[1:]) / statistics.median(each[1] for each in bare[1:])
    print(
        f"ratio of cpu {ratio:.2f}; the record itself was found {hits} times of {len(asked)} by name, firm and address alone"
    )


def _timed(what: str, do: Callable[[], Answer]) -> Answer:
    answer, (wall, cpu) = _clock(do)
    print(f"{what}: {wall:.2f} s, {cpu:.2f} cpu-s", flush=True)
    return answer


def _clock(do: Callable[[], Answer]) -> tuple[Answer, tuple[float, float]]:
    wall, cpu = time.perf_counter(), time.process_time()
    answer = do()
    return answer, (time.perf_counter() - wall, time.process_time() - cpu)


if __name__ == "__main__":
    main()
