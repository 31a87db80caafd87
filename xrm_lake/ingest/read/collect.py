"""Collect records that need not have the same cells, and stage them as one table whose columns are all that occurred."""

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from xrm_lake.errors import ImportRefused
from xrm_lake.ingest.read.account import RAW_KEPT
from xrm_lake.ingest.read.delivery import Delivery, Dialect, Place, places
from xrm_lake.ingest.read.landing import Kept, settle, written_whole
from xrm_lake.ingest.read.stage import agree, stage_frame

MOST_COLUMNS = 10_000
_CELLS_AT_ONCE = 1 << 20
_NUMBERS = {"record_no": pl.Int64, "line_no": pl.Int64}


class Collector:
    """The records of one table, in the order of the file; a context manager, whose files are gone at its end."""

    def __init__(self, kept: Kept, name: str, place: int | None = None) -> None:
        self.kept, self.name, self.place = kept, name, place
        self.headers: dict[str, int] = {}
        self.records = self.staged = 0
        self.notes: list[str] = []
        self._rejects: list[Place] = []
        self._repairs: list[Place] = []
        self._rows: list[tuple[int, int, Mapping[str, str | None]]] = []
        self._cells = 0
        self._folder = tempfile.TemporaryDirectory(prefix=".partial-", dir=kept.path.parent)
        self._parts: list[Path] = []

    def __enter__(self) -> "Collector":
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    def add(self, cells: Mapping[str, str | None], *, line: int, mended: Iterable[str] = (), raw: bytes = b"") -> None:
        """One more record; `mended` says what had to be done to it, and `raw` what it was."""
        self.records += 1
        self.staged += 1
        for reason in mended:
            self._repairs.append((self.records, line, None, None, reason, raw[:RAW_KEPT]))
        for header in cells:
            self.headers.setdefault(header, len(self.headers))
        if len(self.headers) > MOST_COLUMNS:
            raise ImportRefused(f"{self.name} has more than {MOST_COLUMNS:,} columns. Nothing was imported.")
        self._rows.append((self.records, line, cells))
        self._cells += len(self.headers)
        if self._cells > _CELLS_AT_ONCE:
            self._flush()

    def reject(self, reason: str, *, line: int, raw: bytes, position: int | None = None) -> None:
        """One more record, which cannot be taken in."""
        self.records += 1
        self._rejects.append((self.records, line, position, None, reason, raw[:RAW_KEPT]))

    def deliver(self, *, counted: int, encoding: str = "") -> Delivery:
        """The table as collected. Raises ImportRefused unless all `counted` records are staged or rejected."""
        self._flush()
        staged = self.kept.staged(self.place)
        rows = self._stage(staged)
        agree(self.name, counted=counted, staged=rows, rejected=len(self._rejects))
        return Delivery(
            name=self.name,
            sha256=self.kept.sha256,
            kept=self.kept.path,
            staged=staged,
            headers=tuple(self.headers),
            counted=counted,
            staged_rows=rows,
            rejects=places(self._rejects),
            repairs=places(self._repairs),
            dialect=Dialect(encoding, ""),
            notes=tuple(self.notes),
        )

    def _flush(self) -> None:
        if not self._rows:
            return
        numbers, lines, cells = zip(*self._rows, strict=True)
        columns = {"record_no": pl.Series(numbers, dtype=pl.Int64), "line_no": pl.Series(lines, dtype=pl.Int64)}
        columns |= {
            f"c{at}": pl.Series([row.get(name) for row in cells], dtype=pl.String) for name, at in self.headers.items()
        }
        self._parts.append(Path(self._folder.name) / f"{len(self._parts)}.arrow")
        pl.DataFrame(columns).write_ipc(self._parts[-1])
        self._rows, self._cells = [], 0

    def _stage(self, staged: Path) -> int:
        if not self._parts:
            return stage_frame(
                pl.DataFrame(schema=_NUMBERS | {f"c{at}": pl.String for at in self.headers.values()}), staged
            )
        parts = pl.concat([pl.scan_ipc(part) for part in self._parts], how="diagonal")
        with written_whole(staged.parent) as temporary:
            parts.sink_parquet(temporary, compression="lz4", statistics=False)
            settle(temporary, staged)
        return int(pl.scan_parquet(staged, glob=False).select(pl.len()).collect().item())
