"""A process that writes into a lake and says what was acknowledged, until it is killed: python -m tests.store.writer FOLDER."""

import os
import sys

import polars as pl

from xrm_lake.hygiene.judge import merge
from xrm_lake.store.bulk import insert_records
from xrm_lake.store.lake import Lake
from xrm_lake.store.open import open_lake
from xrm_lake.store.records import add_record, set_record
from xrm_lake.store.undo import undo


def say(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def edit(lake: Lake, round: int) -> None:
    id = add_record(lake, "person", {"full_name": f"Person {round}"})
    set_record(lake, id, {"city": f"City {round}"})


def bulk(lake: Lake, round: int) -> None:
    with lake.write("import", source=f"file {round}") as batch:
        first = batch.new_entities(3000)
        ids = pl.int_range(first, first + 6000, 2, eager=True)
        rows = pl.DataFrame({"id": ids, "source_key": ids.cast(pl.String), "full_name": "Ann " + ids.cast(pl.String)})
        insert_records(
            batch,
            batch.catalog.type("person"),
            rows.with_columns(extra=pl.lit(None, pl.String)),
            source=f"file {batch.id}",
        )


def join(lake: Lake, round: int) -> None:
    ids = [add_record(lake, "person", {"full_name": f"Twin {round}"}) for _ in range(2)]
    decision = merge(lake, ids)
    if round % 3 == 0:
        undo(lake, decision)


def checkpoint(lake: Lake, round: int) -> None:
    edit(lake, round)
    lake.checkpoint()


WORKS = {"edit": edit, "bulk": bulk, "merge": join, "checkpoint": checkpoint}


def main(folder: str, works: list[str]) -> None:
    lake = open_lake(folder, user="writer", what="writer")
    for round in range(1_000_000):
        work = works[round % len(works)]
        say("begin", work)
        WORKS[work](lake, round)
        say("kept", lake.counters.batch_id, lake.counters.change_seq)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:] or list(WORKS))
