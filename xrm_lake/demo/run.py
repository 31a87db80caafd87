"""
The demonstration: the exports of a fictitious firm through the whole flow, and what was found of what was planted.

    generate -> import -> match -> check -> merge -> snapshots -> weekly report
"""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from xrm_lake.demo.generate import Truth, generate
from xrm_lake.demo.stages import STAGE_HISTORY_FILE, add_stage_history, import_stage_history
from xrm_lake.demo.verdict import found_against_planted
from xrm_lake.hygiene.auto_merge import auto_merge
from xrm_lake.hygiene.certificate import doubt_of
from xrm_lake.hygiene.check import check
from xrm_lake.hygiene.fixes.propose import propose_fixes
from xrm_lake.hygiene.match import match
from xrm_lake.hygiene.snapshot import take_snapshot
from xrm_lake.ingest.load import import_files
from xrm_lake.model.progress import Progress, quiet
from xrm_lake.model.results import FileResult
from xrm_lake.reports.build import build_report
from xrm_lake.reports.render import render
from xrm_lake.store.lake import Lake
from xrm_lake.store.open import init_lake

FILES = "demo"
WEEKS_BACK = 4
MERGE_FROM = 0.99
# A first run, over all that the exports hold.
MERGE_MOST = 100_000
FORMS = ("html", "md", "xlsx", "json")


@dataclass(frozen=True)
class DemoResult:
    """
    Where the demonstration lies and how well it went.

    `planted` has a row for each kind of fault: fault, planted, found, share (0..1); `files` what became of each file;
    `reports` are the files of the weekly report.
    """

    lake: Path
    planted: pl.DataFrame
    files: tuple[FileResult, ...]
    reports: tuple[Path, ...]


def run_demo(path: str | Path, *, seed: int = 7, scale: float = 1.0, progress: Progress = quiet) -> DemoResult:
    """
    Make a lake of a fictitious firm at `path` and run the main job over it.

    At scale 1: 20,000 people, 4,000 organisations, 6,000 deals, 60,000 activities and 3,000 tickets from two CRMs and
    four spreadsheets, whose exports are kept in the lake's folder `demo`. Raises Refused if something lies at `path`.
    """
    with init_lake(path, what="xrm demo") as lake:
        today = lake.clock().date()
        truth = generate(lake.path / FILES, seed=seed, scale=scale, today=today, progress=progress)
        files = _import(lake, truth, progress)
        for type_name in ("person", "organisation"):
            match(lake, type_name, progress=progress)
        check(lake, progress=progress)
        planted = found_against_planted(lake, truth)
        _measure(lake, today, progress)
        propose_fixes(lake, progress=progress)
        reports = _write_weekly(lake, today)
        return DemoResult(lake.path, planted, tuple(files), reports)


def _import(lake: Lake, truth: Truth, progress: Progress) -> list[FileResult]:
    """All files of a system in one call, so that their ids find one another; each spreadsheet is a source of its own."""
    add_stage_history(lake)
    folder = lake.path / FILES
    done: list[FileResult] = []
    for system, paths in _deliveries(truth).items():
        if system == "spreadsheet":
            for path in paths:
                done += import_files(lake, [folder / path], progress=progress).files
            continue
        plain = [folder / path for path in paths if Path(path).name != STAGE_HISTORY_FILE]
        done += import_files(lake, plain, source=system, progress=progress).files
        if len(plain) < len(paths):
            history = next(folder / path for path in paths if Path(path).name == STAGE_HISTORY_FILE)
            done += import_stage_history(lake, history, source=system, progress=progress).files
    return done


def _deliveries(truth: Truth) -> dict[str, list[str]]:
    """The files of each system, in the order of their import."""
    rows = truth.files.select("system", "path").unique(maintain_order=True).rows()
    systems = list(dict.fromkeys(system for system, _ in rows))
    return {system: [path for of, path in rows if of == system] for system in systems}


def _measure(lake: Lake, today: date, progress: Progress) -> None:
    """Weekly snapshots that lead up to today, with the certain duplicates merged before the last."""
    for back in range(WEEKS_BACK, 0, -1):
        progress("measuring past weeks", WEEKS_BACK - back, WEEKS_BACK)
        take_snapshot(lake, as_of=today - timedelta(weeks=back))
    progress("measuring past weeks", WEEKS_BACK, WEEKS_BACK)
    for type_name in ("person", "organisation"):
        progress(f"merging {type_name}", 0, None)
        _merge_certain(lake, type_name)
    take_snapshot(lake, as_of=today, progress=progress)
    lake.checkpoint()


def _merge_certain(lake: Lake, type_name: str) -> None:
    # The model of a very small firm doubts itself: nothing merges by itself on it.
    if doubt_of(lake, type_name) is None:
        reason = "demonstration: what is all but certain"
        auto_merge(lake, type_name, at_least=MERGE_FROM, at_most=MERGE_MOST, force=True, reason=reason)


def _write_weekly(lake: Lake, today: date) -> tuple[Path, ...]:
    page = build_report(lake, "weekly", as_of=today)
    written = []
    for form in FORMS:
        target = lake.path / "reports" / f"weekly-{today}.{form}"
        content = render(page, form)
        target.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        written.append(target)
    return tuple(written)
