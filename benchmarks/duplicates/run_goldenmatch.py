"""One run of GoldenMatch, in a process of its own: `dedupe` of a CSV file without settings, as its README shows first."""

import os
import tempfile

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from benchmarks.duplicates.stopwatch import Stopwatch, request, tell

for _name in [name for name in os.environ if name.startswith("GOLDENMATCH_") or name.endswith("_API_KEY")]:
    del os.environ[_name]

import goldenmatch  # noqa: E402 (it reads the environment when it is imported)


def main() -> None:
    """Find the clusters; leave clusters.parquet (rid, cluster) and no pairs, as it keeps none."""
    asked = request()
    meaning, out = asked["meaning"], str(asked["out"])
    table = pq.read_table(asked["data"], columns=["rid", *meaning]).sort_by("rid")
    rids = table["rid"].to_pylist()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)  # it leaves files where it runs
        pyarrow.csv.write_csv(_dated(table.select(list(meaning))), "records.csv")
        del table
        watch = Stopwatch()
        found = goldenmatch.dedupe("records.csv")
        cost = watch.stop()
        os.chdir(out)
    groups = [sorted(int(row) for row in group["members"]) for group in found.clusters.values()]
    rows = [(rids[row], rids[group[0]]) for group in groups if len(group) > 1 for row in group]
    columns = {"rid": [row[0] for row in rows], "cluster": [row[1] for row in rows]}
    types = pa.schema({"rid": pa.int64(), "cluster": pa.int64()})
    pq.write_table(pa.table(columns, schema=types), f"{out}/clusters.parquet")
    tell(out, cost)


def _dated(table: pa.Table) -> pa.Table:
    """Timestamps as dates: the midnight that Parquet adds would look alike in all of them."""
    for place, field in enumerate(table.schema):
        if pa.types.is_timestamp(field.type):
            table = table.set_column(place, field.name, pc.strftime(table[field.name], format="%Y-%m-%d"))
    return table


if __name__ == "__main__":
    main()
