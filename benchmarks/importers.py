"""
Score importers on folders of difficult files: ours and its peers.

    python benchmarks/importers.py --csv DIR --xlsx DIR [--show TOOL] [--only TOOL ...]

Each folder holds a manifest.json: one entry a file, with `file`, `expect`, `header`, `expected_rows`, `accept_rows` and
`clean` (the expected table); for workbooks see `workbooks.py`. A tool gets the path and nothing else.

loads: it came back with a table. rows: as many as expected, or as also accepted. exact: every cell, after trimming.
accounted: rows and what the tool says it rejected, skipped or left out are together no fewer than expected.
silent loss: not accounted, and the tool said nothing at all was rejected, skipped or left out. Only xrm_lake and DuckDB with
rejects say such things; for the others both columns look at rows alone.
"""

import argparse
import csv
import json
import multiprocessing as mp
import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import doubtful_labels, pollock

SECONDS_A_FILE = 20


class Table(NamedTuple):
    """What a tool made of a file."""

    names: list[str]
    rows: list[list[str]]
    rejected: int = 0
    flagged: int = 0
    said: str = ""


def text(value: Any) -> str:
    """A value as text, nothing as the empty text."""
    return "" if value is None or value != value else str(value)


def ours(path: Path) -> Table:
    """The library under test."""
    import polars as pl

    from xrm_lake.ingest.read import read_file

    with tempfile.TemporaryDirectory() as landing:
        delivery = read_file(path, Path(landing))
        rows = pl.read_parquet(delivery.staged).drop("record_no", "line_no").rows()
        names = [] if not delivery.dialect.header_line else list(delivery.headers)
        assert delivery.staged_rows + delivery.rejects.height == delivery.counted
        flagged = delivery.rejects.height + delivery.repairs.height
        said = sum(
            int(n.split()[0]) for n in delivery.notes if n.endswith(("skipped.", "left out.")) and n[0].isdigit()
        )
        reasons = Counter([*delivery.rejects["reason"].to_list(), *delivery.repairs["reason"].to_list()])
        words = "; ".join([f"{count} × {reason}" for reason, count in reasons.most_common(3)] or delivery.notes[:2])
        return Table(names, [[text(v) for v in row] for row in rows], delivery.rejects.height + said, flagged, words)


def duckdb_rejects(path: Path) -> Table:
    """DuckDB with its own list of rejects."""
    import duckdb

    with duckdb.connect() as connection:
        query = "from read_csv($1, all_varchar = true, store_rejects = true)"
        found = connection.execute(query, [str(path).replace("[", "[[]")])
        names = [column[0] for column in found.description]
        rows = [[text(v) for v in row] for row in found.fetchall()]
        lines = connection.execute("select count(distinct line) from reject_errors").fetchone()
    return Table(names, rows, lines[0], lines[0])


def duckdb_text(path: Path) -> Table:
    """DuckDB by default, types off."""
    import duckdb

    with duckdb.connect() as connection:
        found = connection.execute("from read_csv($1, all_varchar = true)", [str(path).replace("[", "[[]")])
        return Table([c[0] for c in found.description], [[text(v) for v in row] for row in found.fetchall()])


def polars_tolerant(path: Path) -> Table:
    """polars at its most tolerant."""
    import polars as pl

    options = {"infer_schema": False, "truncate_ragged_lines": True, "encoding": "utf8-lossy", "ignore_errors": True}
    frame = pl.read_csv(path, glob=False, **options)
    return Table(frame.columns, [[text(v) for v in row] for row in frame.rows()])


def pandas_skipping(path: Path) -> Table:
    """pandas, bad lines skipped."""
    import pandas as pd

    options = {"engine": "python", "sep": None, "dtype": str, "keep_default_na": False, "encoding_errors": "replace"}
    frame = pd.read_csv(path, on_bad_lines="skip", **options)
    return Table(list(map(str, frame.columns)), [[text(v) for v in row] for row in frame.itertuples(index=False)])


def clevercsv_read(path: Path) -> Table:
    """CleverCSV, with its own guess of encoding, dialect and header."""
    import io

    import clevercsv

    encoding = clevercsv.encoding.get_encoding(str(path))
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        content = file.read()
    dialect = clevercsv.Sniffer().sniff(content[:8000])
    rows = [list(map(str, row)) for row in clevercsv.reader(io.StringIO(content, newline=""), dialect) if row]
    if rows and clevercsv.Sniffer().has_header(content[:8000]):
        return Table(rows[0], rows[1:])
    return Table([], rows)


def csv_sniffer(path: Path) -> Table:
    """The standard library."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        dialect = csv.Sniffer().sniff(file.read(8000))
        file.seek(0)
        rows = [row for row in csv.reader(file, dialect) if row]
    return Table(rows[0], rows[1:])


CSV_TOOLS: dict[str, Callable[[Path], Table]] = {
    "xrm_lake": ours,
    "duckdb, text": duckdb_text,
    "duckdb, rejects": duckdb_rejects,
    "polars, tolerant": polars_tolerant,
    "pandas, skipping": pandas_skipping,
    "CleverCSV": clevercsv_read,
    "csv + Sniffer": csv_sniffer,
}


def trimmed(row: list[str]) -> list[str]:
    """A row without outer spaces and empty cells at its end."""
    cells = [cell.replace("\r\n", "\n").replace("\x00", "").strip() for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def score_csv(entry: dict[str, Any], folder: Path, table: Table) -> dict[str, Any]:
    """What a table got right."""
    found: dict[str, Any] = {"loads": True}
    if entry["expected_rows"] is None:
        return found
    accepted = set(entry["accept_rows"] or []) | {entry["expected_rows"]}
    if entry["header"] is None:
        accepted |= {count - 1 for count in accepted}
    slack = 1 if entry["header"] is False else 0
    count = len(table.rows)
    found["count"], found["rejected"], found["flagged"] = count, table.rejected, table.flagged
    found["said"] = table.said
    found["rows"] = count in accepted
    found["accounted"] = count + table.rejected >= min(accepted) - slack
    found["lost"] = not found["accounted"] and not table.rejected
    if entry["clean"]:
        with (folder / entry["clean"]).open(encoding="utf-8", newline="", errors="surrogatepass") as file:
            clean = [trimmed(row) for row in csv.reader(file)]
        got = [row for row in map(trimmed, table.rows) if row]
        if entry["header"] is True:
            found["exact"] = got == [row for row in clean[1:] if row]
        else:
            head = trimmed(table.names)
            whole = [row for row in clean if row]
            found["exact"] = got == whole or [row for row in [head, *got] if row] == whole
    return found


def outcomes(
    entries: list[dict[str, Any]], folder: Path, tool: Callable[[Path], Any], score: Callable[..., dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Run a tool over the files in a process of its own, which is replaced when it crashes or hangs."""
    done, context = 0, mp.get_context("fork")
    while done < len(entries):
        here, there = context.Pipe(False)
        worker = context.Process(target=_work, args=(entries[done:], folder, tool, score, there))
        worker.start()
        there.close()
        while done < len(entries):
            try:
                outcome = here.recv() if here.poll(SECONDS_A_FILE) else {"loads": False, "error": "hangs"}
                stop = outcome.get("error") == "hangs"
            except EOFError:
                outcome, stop = {"loads": False, "error": "crashes"}, True
            yield outcome
            done += 1
            if stop:
                break
        worker.kill()
        worker.join()


def _work(entries: list[dict[str, Any]], folder: Path, tool: Any, score: Any, pipe: Any) -> None:
    import warnings

    warnings.filterwarnings("ignore")
    for entry in entries:
        try:
            pipe.send(score(entry, folder, tool(folder / entry["file"])))
        except Exception as trouble:  # noqa: BLE001  (whatever a tool raises is its result)
            pipe.send({"loads": False, "error": f"{type(trouble).__name__}: {trouble}"[:200]})
    pipe.close()
    os._exit(0)


def share(found: list[dict[str, Any]], key: str) -> str:
    """Percent of the judged outcomes."""
    judged = [outcome[key] for outcome in found if key in outcome]
    return f"{100 * sum(judged) / len(judged):.1f}" if judged else "-"


def report_csv(folder: Path, tools: list[str], show: str | None) -> None:
    """Print one line a tool by the labels as they stand, and one without the labels that are listed as doubtful."""
    entries = json.loads((folder / "manifest.json").read_text())
    print("| tool | loads % | rows % | exact % | accounted % | silent loss (files) | crash or hang | s |")
    print("|---|---|---|---|---|---|---|---|")
    for name in tools:
        start = time.time()
        found = list(outcomes(entries, folder, CSV_TOOLS[name], score_csv))
        for entry, outcome in zip(entries, found, strict=True):
            if not outcome["loads"] and entry["expected_rows"] is not None:
                outcome |= {"rows": False, "accounted": False} | ({"exact": False} if entry["clean"] else {})
        load = [(e, o) for e, o in zip(entries, found, strict=True) if e["expect"] == "load"]
        sure = [o for e, o in load if e["file"] not in doubtful_labels.CSV]
        broken = sum(o.get("error") in ("hangs", "crashes") for o in found)
        lost = sum(bool(o.get("lost")) for o in found)
        print(
            f"| {name} | {_figures([o for _, o in load])} | {lost} | {broken} | {time.time() - start:.0f} |", flush=True
        )
        print(f"| … without doubtful labels | {_figures(sure)} | | | |", flush=True)
        if show == name:
            _show_missed(load)


def _figures(found: list[dict[str, Any]]) -> str:
    return " | ".join(share(found, key) for key in ("loads", "rows", "exact", "accounted"))


def _show_missed(load: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    """Each file on which a tool falls short: what is expected, what came, and why."""
    print("| file | short of | records expected | staged | rejected | why |")
    print("|---|---|---|---|---|---|")
    for entry, outcome in load:
        short = [k for k in ("loads", "rows", "exact", "accounted") if outcome.get(k) is False]
        if short:
            label = doubtful_labels.CSV.get(entry["file"])
            why = f"the label {label}" if label else outcome.get("error") or outcome.get("said") or "cells differ"
            figures = f"{entry['expected_rows']} | {outcome.get('count', '-')} | {outcome.get('rejected', '-')}"
            print(f"| {entry['file']} | {', '.join(short)} | {figures} | {why} |")


def report_pollock(folder: Path, tools: list[str], show: str | None) -> None:
    """Print one line a tool: Pollock's own score."""
    manifest = json.loads((folder / "manifest.json").read_text())
    print("| Pollock | files | simple | weighted | records lost without a word | in files | s |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as spoiled:
        files = pollock.entries(manifest, folder, Path(spoiled))
        for name in tools:
            start = time.time()
            found = list(outcomes(files, folder, CSV_TOOLS[name], pollock.score))
            total = pollock.summary(files, found)
            scores = f"{total['files']:.0f} | {total['simple']:.3f} | {total['weighted']:.3f}"
            lost = f"{total['lost']:.0f} | {total['files that lose']:.0f}"
            print(f"| {name} | {scores} | {lost} | {time.time() - start:.0f} |", flush=True)
            if show == name:
                for entry, outcome in zip(files, found, strict=True):
                    if outcome.get("points", 0) < 9.9999:
                        print("  ", Path(entry["file"]).name, entry["weight"], outcome)


def main() -> None:
    """Run what the arguments say."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().splitlines()[0])
    parser.add_argument("--csv", type=Path, help="folder with text tables and a manifest.json")
    parser.add_argument("--xlsx", type=Path, help="folder with workbooks and a manifest.json")
    parser.add_argument("--no-pollock", action="store_true", help="leave out Pollock's own score (2,300 files a tool)")
    parser.add_argument("--only", nargs="*", help="tools to run")
    parser.add_argument("--show", help="list the files on which this tool falls short")
    chosen = parser.parse_args()
    if chosen.csv:
        tools = [t for t in CSV_TOOLS if not chosen.only or t in chosen.only]
        report_csv(chosen.csv, tools, chosen.show)
        if not chosen.no_pollock:
            report_pollock(chosen.csv, tools, chosen.show)
    if chosen.xlsx:
        from benchmarks import workbooks

        workbooks.report(chosen.xlsx, chosen.only, chosen.show)


if __name__ == "__main__":
    main()
