"""
What importing a CSV file costs over counting it, at a million rows of 20 columns.

    python benchmarks/import_csv.py [--rows N] [--runs N]

Each step runs in a process of its own, in turns: DuckDB counting the rows of the file, DuckDB loading it into a table of
text, DuckDB loading typed columns, the floor (DuckDB reading the file straight into the tables of a lake on the disk: records,
spine, ledger and search texts, in four statements that look at nothing), and `import_files` with all ten steps of an import.
Cpu seconds of all threads, medians, and ratios to the count; then whether every row is accounted for, and the peak of memory.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

STEPS = ("count", "text", "typed", "floor", "import")
COLUMNS = 20
# The fields of a person, and what fills them from the file.
FIELDS = (
    ("full_name", '"First name" || \' \' || "Last name"'), ("given_name", '"First name"'), ("family_name", '"Last name"'),
    ("email", '"Email"'), ("phone", '"Phone"'), ("mobile", '"Mobile"'), ("street", '"Street"'), ("postal_code", '"Postal code"'),
    ("city", '"City"'), ("country", '"Country"'), ("job_title", '"Job title"'), ("department", '"Department"'),
    ("source", '"Source"'), ("language", '"Language"'), ("website", '"Website"'), ("description", '"Description"'),
    ("salutation", '"Salutation"'), ("created_on", 'try_cast("Create Date" as date)'),
    ("birth_date", 'try_cast("Birth date" as date)'), ("email_opt_out", 'try_cast("Unsubscribed" as boolean)'),
)  # fmt: skip


def write_file(target: Path, rows: int) -> None:
    """A file as systems export it: quoted texts with commas and line breaks, dates, amounts, phones, empty cells, ragged rows."""
    import duckdb

    plain = target.with_suffix(".plain")
    duckdb.execute(
        f"""
        copy (
            select 'C-' || i as "Contact ID", 'Ann' || chr((65 + i % 26)::int) as "First name", 'Meier' || i % 9973 as "Last name",
                   'a' || i || '@firm' || i % 40000 || '.org' as "Email", '+4930' || 1000000 + i % 8999999 as "Phone",
                   case when i % 20 = 0 then 'Suite ' || i || ', floor 2' || chr(10) || 'Gate B' else 'Suite ' || i end as "Street",
                   lpad((i % 99999)::varchar, 5, '0') as "Postal code", 'City ' || i % 3000 as "City", 'DE' as "Country",
                   'Title ' || i % 300 as "Job title", 'Dept ' || i % 30 as "Department", 'Source ' || i % 9 as "Source",
                   date '2015-01-01' + (i % 4000)::int as "Create Date", date '1950-01-01' + (i % 18000)::int as "Birth date",
                   case when i % 3 = 0 then 'true' end as "Unsubscribed", 'en' as "Language", 'https://firm' || i % 40000 || '.org' as "Website",
                   'Notes on ' || i || ', "as said"' as "Description", case when i % 5 = 0 then 'Dr.' end as "Salutation",
                   '+4917' || 10000000 + i % 89999999 as "Mobile"
            from range({rows}) t(i)
        ) to '{plain}' (header, delimiter ',')
        """
    )
    with plain.open("rb") as source, target.open("wb") as out:
        out.write(source.readline())
        for number, line in enumerate(source):
            out.write(line)
            if number % 10_000 == 9_999 and line.endswith(b"\n") and line.count(b'"') % 2 == 0:
                out.write(b"a,row,too,short\n")
    plain.unlink()


def run_step(step: str, file: Path) -> dict[str, float | int]:
    """Do one step in this process; gives its cpu seconds, the rows it told, and the peak of memory in GB."""
    start = time.process_time()
    extra: dict[str, float | int] = {}
    if step == "import":
        from xrm_lake.ingest.load import import_files
        from xrm_lake.store.open import init_lake

        with tempfile.TemporaryDirectory() as folder, init_lake(Path(folder) / "l.xrm") as lake:
            start = time.process_time()
            result = import_files(lake, [file], type="person", source="bench").files[0]
            extra = {
                "rows": result.counted,
                "new": result.new,
                "rejected": result.rejected,
                "accounted": int(result.accounted),
            }
    elif step == "floor":
        with tempfile.TemporaryDirectory() as folder:
            start = write_bare(Path(folder) / "l.xrm", file)
            took = time.process_time() - start
        return {"cpu": took, "gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2)}
    else:
        import duckdb

        start = time.process_time()
        options = (
            "all_varchar = true, strict_mode = true, store_rejects = true"
            if step != "typed"
            else "store_rejects = true"
        )
        scan = f"read_csv('{file}', delim = ',', quote = '\"', header = true, {options})"
        if step == "count":
            extra = {"rows": duckdb.execute(f"select count(*) from {scan}").fetchall()[0][0]}
        else:
            duckdb.execute(f"create table t as from {scan}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return {"cpu": time.process_time() - start, "gb": round(peak, 2)} | extra


def write_bare(folder: Path, file: Path) -> float:
    """Fill the tables of a new lake from the file by plain statements; gives the cpu time at which that began."""
    import duckdb

    from xrm_lake.store.open import init_lake
    from xrm_lake.store.search import text_sql

    with init_lake(folder) as lake:
        person = lake.catalog.type("person")
    start = time.process_time()
    bare = duckdb.connect()
    bare.execute(f"attach '{folder / 'lake.duckdb'}' as lake")
    bare.execute("use lake")
    columns = ", ".join(f'"{name}"' for name, _ in FIELDS)
    values = ", ".join(value for _, value in FIELDS)
    bare.execute(
        f"""
        insert into rec_person (id, live, {columns}, updated_at)
        select 2 * row_number() over () - 1, true, {values}, now()::timestamp
        from read_csv('{file}', delim = ',', quote = '"', header = true, all_varchar = true, strict_mode = true, store_rejects = true)
        """
    )
    for statement in (
        "insert into entity select id, 'person', uuidv7(), 'bench', 'C-' || id, 1, updated_at, null, null from rec_person",
        "insert into change select id, 1, updated_at, 'me', 'person', id, 'create', null, null, null from rec_person",
        f"insert into search_doc select r.id, 'person', {text_sql(person, 'r')} from rec_person r",
        "checkpoint lake",
    ):
        bare.execute(statement)
    bare.close()
    return start


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.step:
        print(json.dumps(run_step(chosen.step, chosen.file)))
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "contacts.csv"
        write_file(file, chosen.rows)
        told: dict[str, list[dict[str, float]]] = {step: [] for step in STEPS}
        for _ in range(chosen.runs):
            for step in STEPS:
                call = [sys.executable, __file__, "--step", step, "--file", str(file)]
                said = subprocess.run(call, check=True, capture_output=True, text=True)
                told[step].append(json.loads(said.stdout))
    base = statistics.median(run["cpu"] for run in told["count"])
    print(f"{chosen.rows:,} rows of {COLUMNS} columns, medians of {chosen.runs}")
    for step in STEPS:
        cpu = statistics.median(run["cpu"] for run in told[step])
        print(f"{step:8} {cpu:7.2f} cpu-s  {cpu / base:6.1f} x  {max(run['gb'] for run in told[step]):5.2f} GB")
    last = told["import"][-1]
    print(
        f"accounted: {last['new']:,} new + {last['rejected']:,} rejected = {last['rows']:,} counted: {bool(last['accounted'])}"
    )


if __name__ == "__main__":
    main()
