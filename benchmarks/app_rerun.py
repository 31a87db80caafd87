"""
What one rerun of each page costs: processor time of the script, without the browser.

    python benchmarks/app_rerun.py LAKE [--runs 12]

A page is opened once, then run again; the median of the later runs counts. Printed: milliseconds of processor time
and of wall time. Target: 80 ms of processor time. Run it by hand, on a copy of a lake, on a quiet machine.
"""

import argparse
import sys
import time
from pathlib import Path
from statistics import median

APP = Path(__file__).resolve().parents[1] / "app"
sys.path.insert(0, str(APP))


def main() -> None:
    """Measure every page of the lake."""
    asked = argparse.ArgumentParser()
    asked.add_argument("lake", type=Path)
    asked.add_argument("--runs", type=int, default=12)
    given = asked.parse_args()

    import served
    from streamlit.testing.v1 import AppTest
    from streamlit.util import calc_hash

    from xrm_lake.store.open import open_lake

    with open_lake(given.lake) as lake:
        served.serve(lake)
        record = lake.query("select max(id) from person").value()
        pages = {
            "This week": ("", {}), "People": ("person", {}), "Deals": ("deal", {}),
            "Record": ("record", {"type": "person", "id": record}),
            "Duplicates": ("duplicates", {}), "Decay": ("decay", {}), "Issues": ("issues", {}), "History": ("history", {}),
            "Pipeline": ("reports", {"name": "pipeline"}),
            "Import": ("import", {}), "Model": ("model", {}),
        }  # fmt: skip
        print(f"{'page':12} {'cpu ms':>8} {'wall ms':>8} {'first ms':>9}")
        for name, (url, query) in pages.items():
            at = AppTest.from_file(str(APP / "main.py"), default_timeout=120)
            at._page_hash = calc_hash(url)
            for key, value in query.items():
                at.query_params[key] = str(value)
            first = _timed(at)
            runs = [_timed(at) for _ in range(given.runs)]
            cpu, wall = (median(run[place] for run in runs) for place in (0, 1))
            print(f"{name:12} {cpu:8.0f} {wall:8.0f} {first[1]:9.0f}{'  (failed)' if at.exception else ''}")


def _timed(at) -> tuple[float, float]:
    cpu, wall = time.process_time(), time.perf_counter()
    at.run()
    return 1000 * (time.process_time() - cpu), 1000 * (time.perf_counter() - wall)


if __name__ == "__main__":
    main()
