"""
Where the cpu time of importing a CSV file goes, step by step.

    python -m benchmarks.import_steps [--rows N] [--file FILE]

One import under the profiler, by cpu time of all threads, after another of the first rows has loaded all libraries; what a
step calls is counted with it, save for what stands in a line of its own. The profiler adds a little to what is done in Python.
"""

import argparse
import cProfile
import pstats
import tempfile
import time
from pathlib import Path

from benchmarks.import_csv import write_file

# What is told, by the end of the file's path and the name of the function; further inside comes first.
STEPS = (
    ("keep the file, with its sha256", "read/landing.py", "keep"),
    ("encoding, dialect, layout", "read/plan.py", "plan_reading"),
    ("prove the records sound", "read/delimited.py", "_sift"),
    ("parse and stage them", "read/stage.py", "stage_text"),
    ("recognise type and columns", "ingest/recognise.py", "plan_files"),
    ("what columns tell as a whole", "ingest/layout.py", "lay_out"),
    ("keys of the rows", "ingest/keys.py", "read_keys"),
    ("clean: phones", "kinds/phone.py", "clean"),
    ("clean: e-mails", "kinds/email.py", "clean"),
    ("clean: web addresses", "kinds/url.py", "clean"),
    ("clean: dates", "kinds/date.py", "clean"),
    ("clean: the rest, each text once", "ingest/row.py", "clean_side"),
    ("contract", "ingest/contract.py", "plainly_kept"),
    ("staged rows in, cleaned rows out", "ingest/landed.py", "land"),
    ("which records they are", "ingest/place.py", "place"),
    ("search texts", "store/search.py", "add_search_of"),
    ("ledger", "store/bulk.py", "_log_creation"),
    ("spine and typed table", "store/bulk.py", "insert_records"),
    ("compare with what is there", "ingest/write.py", "_write_known"),
    ("links", "ingest/links.py", "link_records"),
    ("rejects and account", "ingest/outcome.py", "close"),
    ("checkpoint", "store/lake.py", "checkpoint"),
    ("all", "ingest/load.py", "import_files"),
)


def profile(file: Path) -> pstats.Stats:
    """Import the file into a new lake under the profiler."""
    from xrm_lake.ingest.load import import_files
    from xrm_lake.store.open import init_lake

    with tempfile.TemporaryDirectory() as folder, init_lake(Path(folder) / "l.xrm") as lake:
        few = Path(folder) / "few.csv"
        with file.open("rb") as source:
            few.write_bytes(b"".join(source.readline() for _ in range(2000)))
        import_files(lake, [few], type="person", source="few")
        profiler = cProfile.Profile(time.process_time)
        profiler.runcall(import_files, lake, [file], type="person", source="bench")
        return pstats.Stats(profiler)


def spent(stats: pstats.Stats) -> dict[str, float]:
    """The cpu seconds of each step without those of the steps that it calls."""
    found = {label: _cumulative(stats, path, name) for label, path, name in STEPS}
    for outer, inner in (
        (
            "clean: the rest, each text once",
            ("clean: phones", "clean: e-mails", "clean: web addresses", "clean: dates"),
        ),
        ("spine and typed table", ("search texts", "ledger")),
    ):
        found[outer] -= sum(found[label] for label in inner)
    cleaned = [label for label in found if label.startswith("clean: ")]
    found["staged rows in, cleaned rows out"] -= sum(
        found[label] for label in ("contract", "keys of the rows", *cleaned)
    )
    total = found.pop("all")
    found["the rest"] = total - sum(found.values())
    return found | {"all": total}


def _cumulative(stats: pstats.Stats, path: str, name: str) -> float:
    rows = stats.stats.items()  # type: ignore[attr-defined]
    return sum(row[3] for (file, _, function), row in rows if function == name and file.endswith(path))


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--file", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = chosen.file or Path(folder) / "contacts.csv"
        if chosen.file is None:
            write_file(file, chosen.rows)
        print("| step | cpu s |\n|---|---:|")
        for label, seconds in spent(profile(file)).items():
            print(f"| {label} | {seconds:.2f} |")


if __name__ == "__main__":
    main()
