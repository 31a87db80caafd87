"""
What one rerun of each page costs: processor time of the script, without the browser.

    python benchmarks/app_rerun.py LAKE [--runs 40] [--only NAME,...]

A page is opened once, then run again as a click does; of the later runs the median and the 95th percentile count. Printed: milliseconds
of processor time (median) and of wall time (median, 95th percentile, first visit). Targets at a million records: 80 ms of processor
time, 250 ms of wall time for 95 of 100. Run it by hand, on a copy of a lake, on a quiet machine.
"""

import argparse
import sys
import time
from pathlib import Path
from statistics import median, quantiles

from xrm_lake.store.lake import Lake

APP = Path(__file__).resolve().parents[1] / "app"
sys.path.insert(0, str(APP))


def main() -> None:
    """Measure every page of the lake."""
    asked = argparse.ArgumentParser()
    asked.add_argument("lake", type=Path)
    asked.add_argument("--runs", type=int, default=40)
    asked.add_argument("--only", default="")
    given = asked.parse_args()

    import served
    from streamlit.testing.v1 import AppTest
    from streamlit.util import calc_hash

    from xrm_lake.store.open import open_lake

    with open_lake(given.lake) as lake:
        served.serve(lake)
        print(f"{'page':16} {'cpu ms':>8} {'wall ms':>8} {'95 of 100':>10} {'first ms':>9}")
        for name, (url, query) in _pages(lake).items():
            if given.only and name not in given.only.split(","):
                continue
            at = AppTest.from_file(str(APP / "main.py"), default_timeout=300)
            at._page_hash = calc_hash(url)
            for key, value in query.items():
                at.query_params[key] = str(value)
            first = _timed(at)
            runs = [_timed(at) for _ in range(given.runs)]
            cpu, wall = (median(run[place] for run in runs) for place in (0, 1))
            high = quantiles([run[1] for run in runs], n=20)[-1]
            failed = "  (failed)" if at.exception else ""
            print(f"{name:16} {cpu:8.0f} {wall:8.0f} {high:10.0f} {first[1]:9.0f}{failed}", flush=True)


def _pages(lake: Lake) -> dict[str, tuple[str, dict[str, object]]]:
    """Every fixed page, every report, and the list of each type that has records: name, address and query."""
    from navigation import PLACES

    from xrm_lake.reports.build import REPORTS

    fixed: dict[str, tuple[str, dict[str, object]]] = {
        place.title: (place.url, {}) for place in PLACES if place.url not in ("record", "reports")
    }
    counts = lake.query(
        "select type, count(*) as n, max(id) as id from entity where deleted_at is null group by type order by n desc"
    ).rows()
    lists: dict[str, tuple[str, dict[str, object]]] = {f"list {type}": (type, {}) for type, _, _ in counts}
    records: dict[str, tuple[str, dict[str, object]]] = {
        f"record {type}": ("record", {"type": type, "id": id}) for type, _, id in counts
    }
    return fixed | {f"report {each.name}": ("reports", {"name": each.name}) for each in REPORTS} | lists | records


def _timed(at) -> tuple[float, float]:
    cpu, wall = time.process_time(), time.perf_counter()
    at.run()
    return 1000 * (time.process_time() - cpu), 1000 * (time.perf_counter() - wall)


if __name__ == "__main__":
    main()
