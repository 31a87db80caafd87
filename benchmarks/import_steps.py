"""
Where the cpu time of importing a CSV file goes, step by step.

    python -m benchmarks.import_steps [--rows N] [--file FILE]

One import by cpu time of all threads, after another of the first rows has loaded all libraries. What a step calls is counted
with it, save for what stands in a line of its own.
"""

import argparse
import functools
import importlib
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.import_csv import write_file

# What is told, and the function that does it: `module:name`, or `module:class.name`.
STEPS = (
    ("keep the file, with its sha256", "ingest.read.landing:keep"),
    ("encoding, dialect, layout", "ingest.read.plan:plan_reading"),
    ("prove the records sound", "ingest.read.delimited:_sift"),
    ("parse and stage them", "ingest.read.stage:stage_text"),
    ("look at a sample of the rows", "ingest.mapping.sample:look"),
    ("recognise type and columns", "ingest.recognise:plan_import"),
    ("what columns tell as a whole", "ingest.layout:lay_out"),
    ("keys of the rows", "ingest.keys:read_keys"),
    ("clean: phones", "model.kinds.phone:Phone.clean"),
    ("clean: e-mails", "model.kinds.email:Email.clean"),
    ("clean: web addresses", "model.kinds.url:Url.clean"),
    ("clean: dates", "model.kinds.date:Date.clean"),
    ("clean: the rest, each text once", "ingest.landed:clean_side"),
    ("contract", "ingest.contract:plainly_kept"),
    ("staged rows in, cleaned rows out", "ingest.landed:land"),
    ("search texts", "store.search:add_search_of"),
    ("ledger", "store.bulk:_log_creation"),
    ("spine and typed table", "store.bulk:insert_records"),
    ("compare with what is there", "ingest.write:_write_known"),
    ("rejects and account", "ingest.outcome:close"),
    ("checkpoint", "store.lake:Lake.checkpoint"),
)


class Watch:
    """The cpu seconds of each step that was called, without those of the steps within it."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self._within = [0.0]

    def on(self, label: str, target: str) -> None:
        """Watch a function wherever it is known by its name."""
        module, _, path = f"xrm_lake.{target}".partition(":")
        holder: Any = importlib.import_module(module)
        *classes, name = path.split(".")
        for inner in classes:
            holder = getattr(holder, inner)
        plain = getattr(holder, name)
        known = [loaded for key, loaded in sys.modules.items() if key.startswith("xrm_lake")]
        for place in [holder, *known]:
            if getattr(place, name, None) is plain:
                setattr(place, name, self.watched(label, plain))

    def watched(self, label: str, plain: Callable[..., Any]) -> Callable[..., Any]:
        """The function, with its time counted under a label."""

        @functools.wraps(plain)
        def call(*args: Any, **options: Any) -> Any:
            began = time.process_time()
            self._within.append(0.0)
            try:
                return plain(*args, **options)
            finally:
                took = time.process_time() - began
                self.spent[label] += took - self._within.pop()
                self._within[-1] += took

        return call


def measure(file: Path) -> dict[str, float]:
    """The cpu seconds of each step of importing the file into a new lake, of the rest, and of all."""
    from xrm_lake.ingest import load
    from xrm_lake.store.open import init_lake

    watch = Watch()
    with tempfile.TemporaryDirectory() as folder, init_lake(Path(folder) / "l.xrm") as lake:
        few = Path(folder) / "few.csv"
        with file.open("rb") as source:
            few.write_bytes(b"".join(source.readline() for _ in range(2000)))
        load.import_files(lake, [few], type="person", source="few")
        for label, target in STEPS:
            watch.on(label, target)
        watch.watched("the rest", load.import_files)(lake, [file], type="person", source="bench")
    found = {label: watch.spent[label] for label in (*dict(STEPS), "the rest")}
    return found | {"all": sum(found.values())}


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
        for label, seconds in measure(file).items():
            print(f"| {label} | {seconds:.2f} |")


if __name__ == "__main__":
    main()
