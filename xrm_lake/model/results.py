"""What verbs give back: frozen, plain, and the same at every door."""

from dataclasses import dataclass, field
from datetime import date, datetime
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

    `fields` went back in `changed` records, `ended` of the `links` ended and the others stand again; `verdicts` count
    no more, which took `merges` apart (0 unless the decision said nothing but `same`). `redo` says that it was an
    undo that was undone: then the same came back. `kept` has one row for each change that stays because it was
    changed again later: entity_id, field, reason.
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
class FileResult:
    """What became of one file: every record of it is counted under exactly one of new, changed, same and rejected."""

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

    @property
    def accounted(self) -> bool:
        """Whether no record of the file is unaccounted for."""
        return self.counted == self.new + self.changed + self.same + self.rejected


@dataclass(frozen=True)
class ImportResult:
    """What became of all files of an import; `dry_run` says that nothing was kept."""

    files: tuple[FileResult, ...]
    dry_run: bool
    resolved_earlier: int = 0

    def total(self, name: str) -> int:
        """The sum of one of the counts over all files."""
        return int(sum(getattr(item, name) for item in self.files))


@dataclass(frozen=True)
class Certificate:
    """
    How precise matching was where people audited it: of `audited` pairs `wrong` were judged different.

    `precision_at_least` is the one-sided 95 % lower bound (Clopper and Pearson 1934): 0 wrong in 299 give 0.99.
    """

    audited: int
    wrong: int
    precision_at_least: float

    @property
    def holds(self) -> bool:
        """Whether merging without a person is allowed."""
        return self.precision_at_least >= 0.99


@dataclass(frozen=True)
class AutoMerge:
    """What was merged without a person: the decision (None if there was nothing to merge), clusters and records."""

    decision: int | None
    clusters: int
    records: int
    certificate: Certificate


@dataclass(frozen=True)
class CheckResult:
    """What a check run found: `counts` has a row for each check and type (check_name, problem, severity, type, field, found, checked)."""

    run_id: int
    as_of: date
    found: int
    counts: pl.DataFrame


@dataclass(frozen=True)
class Snapshot:
    """A moment measured: `measures` has metric, scope, num, den, at_risk, entered, left_."""

    snapshot_id: int
    as_of: date
    measures: pl.DataFrame


@dataclass(frozen=True)
class Diagnosis:
    """What the doctor found: one row for each invariant (name, ok, found, detail) and the lake's vital signs."""

    healthy: bool
    findings: pl.DataFrame
    signs: dict[str, Any] = field(default_factory=dict)
