"""What verbs give back: frozen, plain, and the same at every door."""

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl


@dataclass(frozen=True)
class RecordView:
    """One record as a person sees it; `updated_at` is the version to name when saving an edit."""

    id: int
    type: str
    caption: str
    values: dict[str, Any]
    extra: dict[str, Any]
    updated_at: datetime
    created_at: datetime
    source: str | None
    source_key: str | None
    deleted_at: datetime | None
    golden_id: int | None
    members: tuple[int, ...]
    party: dict[str, Any] | None
    roles: tuple[dict[str, Any], ...]
    links: pl.DataFrame

    @property
    def is_golden(self) -> bool:
        """Whether this is a golden record, derived from two or more members."""
        return bool(self.members)


@dataclass(frozen=True)
class UndoResult:
    """
    What an undo took back.

    `fields` went back in `changed` records, `ended` of the `links` ended and the others stand again; `verdicts` count no more, which took
    `merges` apart (0 unless the decision said nothing but `same`). `redo` says that it was an undo that was undone: then the same came
    back. `kept` has one row for each change that stays because it was changed again later: entity_id, field, reason.
    """

    batch_id: int
    undone: int
    withdrawn: int
    restored: int
    fields: int
    links: int
    verdicts: int
    kept: pl.DataFrame
    redo: bool = False
    changed: int = 0
    ended: int = 0
    merges: int = 0


@dataclass(frozen=True)
class RetypeResult:
    """How a field's values took to another kind: `failing` has value and count, most frequent first."""

    batch_id: int | None
    converted: int
    failing: pl.DataFrame

    @property
    def failed(self) -> int:
        """How many records have a value that would not survive."""
        return int(self.failing["count"].sum()) if self.failing.height else 0


@dataclass(frozen=True)
class ReadAccount:
    """Where the records of a table went that was only read: `counted == staged + rejected`, always."""

    counted: int
    staged: int
    rejected: int

    def __post_init__(self) -> None:
        if self.counted != self.staged + self.rejected:
            raise ValueError(f"{self.counted} records are not {self.staged} staged and {self.rejected} rejected")


@dataclass(frozen=True)
class ReadTable:
    """
    One table of a file as it was read.

    `name` is the file's, with `#sheet` or `/file` behind it where it holds several; `headers` are the column names as
    written. `rows` has the cells as text under distinct names (a second `phone` is phone_2, an empty one column_3), `places`
    record_no and line_no of each row, from 1. `rejects` are the records that are not in `rows`, `repairs` those that are in it
    only after a mend; both have record_no, line_no, byte_pos, column_name, reason and raw. `notes` say what else was found.
    """

    name: str
    headers: tuple[str, ...]
    rows: pl.DataFrame
    places: pl.DataFrame
    rejects: pl.DataFrame
    repairs: pl.DataFrame
    account: ReadAccount
    notes: tuple[str, ...]


@dataclass(frozen=True)
class FileResult:
    """
    What became of one file: every record of it is counted under exactly one of new, changed, same, rejected and held.

    `rows` tells it row by row and cell by cell (frame `ingest.row_account.ROWS`), where that was asked for. `unknown` has the
    values that are none of those known, with the nearest (frame `ingest.unknown_values.UNKNOWN`). Of the `pending` links
    `absent` name records that are not in the lake and not in the files either. `cells` says by header how many cells were rejected of records
    that came in without them.
    """

    file: str
    type: str
    preset: str | None
    batch_id: int | None
    counted: int
    new: int
    changed: int
    same: int
    rejected: int
    conflicts: int
    links: int
    pending: int
    mapping: pl.DataFrame
    notes: tuple[str, ...] = ()
    rows: pl.DataFrame | None = None
    unknown: pl.DataFrame | None = None
    held: int = 0
    absent: int = 0
    cells: dict[str, int] = field(default_factory=dict)

    @property
    def accounted(self) -> bool:
        """Whether no record of the file is unaccounted for."""
        return self.counted == self.new + self.changed + self.same + self.rejected + self.held


@dataclass(frozen=True)
class LeftOut:
    """A file of a folder, or a table of a file, that an import has left out, and why."""

    file: str
    reason: str


@dataclass(frozen=True)
class ImportResult:
    """
    What became of all files of an import; `dry_run` says that nothing was kept.

    `gained` says in words which types, fields and link types the model gained for it; they stay when the records are undone.
    `left_out` are the files that were no data, or could not be read.
    """

    files: tuple[FileResult, ...]
    dry_run: bool
    resolved_earlier: int = 0
    gained: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    @property
    def rows(self) -> pl.DataFrame:
        """What became of each row and cell of all files, as far as it was asked for."""
        parts = [file.rows for file in self.files if file.rows is not None]
        return pl.concat(parts) if parts else pl.DataFrame()

    def total(self, name: str) -> int:
        """The sum of one of the counts over all files."""
        return int(sum(getattr(item, name) for item in self.files))


@dataclass(frozen=True)
class Certificate:
    """
    Whether matching of a type may merge by itself, and what that rests on.

    Of `audited` pairs, drawn at random from those of score `at_least` and more, people judged `wrong` different and were
    `unsure` of others, which count as wrong. `precision_at_least` is the one-sided 95 % lower bound (Clopper and Pearson 1934):
    0 wrong in 299 give 0.99; `to_judge` more without an error would do. `doubt` is the model's own of the last match run.
    `at_most` clusters may be merged a day, `merged_today` (UTC) were. `taken_back` are merges of the rule that were undone since it
    was last let go on, and `stopped_at` is when the second within 7 days was. `runs` has a row for each automatic decision: decision_id,
    made_at, made_by, clusters, records, undone_by, cooling_until (for 7 days: look at it, one undo takes it back).
    """

    type: str
    at_least: float
    audited: int
    wrong: int
    unsure: int
    precision_at_least: float
    to_judge: int
    doubt: str | None
    merged_today: int
    at_most: int
    taken_back: int
    stopped_at: datetime | None
    runs: pl.DataFrame

    @property
    def holds(self) -> bool:
        """Whether the precision that was measured is enough."""
        return self.precision_at_least >= 0.99

    @property
    def left_today(self) -> int:
        """How many clusters may still be merged today."""
        return max(0, self.at_most - self.merged_today)

    @property
    def allows(self) -> bool:
        """Whether merging without a person is allowed: precise enough, no doubt, not stopped."""
        return self.holds and self.doubt is None and self.stopped_at is None


@dataclass(frozen=True)
class AutoMerge:
    """
    What was merged without a person: the decision (None if there was nothing to merge, or on a dry run), clusters and records.

    `merged` has record_id, source, source_key, cluster_id of what was or would be merged; `left_out` has cluster_id, records (how
    many), reason (`guard`, `large`, `bridge`, `cap` …) and detail of what needs a person, or another day.
    """

    decision: int | None
    clusters: int
    records: int
    certificate: Certificate
    merged: pl.DataFrame
    left_out: pl.DataFrame
    dry_run: bool = False


@dataclass(frozen=True)
class Fixes:
    """
    What was written back: `files` has file, source, type, what (merges, updates, old_values, links, cross_reference) and rows.

    `cells` were written into updates; `not_written` has note and cells of those that stand in the files of old values only.
    """

    folder: Path
    files: pl.DataFrame
    cells: int
    not_written: pl.DataFrame

    def rows(self, what: str) -> int:
        """How many rows the files of that sort have in all."""
        return int(self.files.filter(what=what)["rows"].sum())


@dataclass(frozen=True)
class CheckResult:
    """What a check run found: `counts` has a row for each check and type, as `count_issues` tells them, and `measured`: whether it counts."""

    run_id: int
    as_of: date
    found: int
    counts: pl.DataFrame


@dataclass(frozen=True)
class Snapshot:
    """A moment measured: `measures` has metric, scope, split ("" for a whole type), part, num, den, at_risk, entered, left_."""

    snapshot_id: int
    as_of: date
    measures: pl.DataFrame


@dataclass(frozen=True)
class Diagnosis:
    """What the doctor found: one row for each invariant (name, ok, found, detail) and the lake's vital signs."""

    healthy: bool
    findings: pl.DataFrame
    signs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class NewMatches:
    """
    What matching found for `records` that came or were changed since the run before.

    `pairs` are those in which they take part, as `match` gives them. `anew` says why all records were matched anew, if they were.
    """

    pairs: pl.DataFrame
    records: int
    anew: str | None
