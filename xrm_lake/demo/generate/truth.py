"""The truth about generated files: who is who, what was planted where, how many rows each file has."""

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from xrm_lake.demo.generate.faults.draft import FAULTS
from xrm_lake.demo.generate.life.drifts import Drift

CLUSTERS = pl.Schema({"file": pl.String, "external_key": pl.String, "entity": pl.String, "true_id": pl.String})
FILES = pl.Schema(
    {
        "file": pl.String, "path": pl.String, "sheet": pl.String, "system": pl.String, "entity": pl.String,
        "key": pl.String, "encoding": pl.String, "separator": pl.String, "rows": pl.Int64, "broken": pl.Int64,
    }
)  # fmt: skip
STALE_AFTER_DAYS = {"person": 180, "lead": 60, "organisation": 365, "deal": 30, "ticket": 14}
FOLDER = "truth"


@dataclass(frozen=True)
class Truth:
    """
    What is true about one generation.

    `clusters`: file, external_key, entity (person, organisation or deal), true_id;
    rows of one true_id are one and the same. `faults`: fault, file, external_key,
    field ("" for the row as a whole), value (the cell as written). `files`: one row
    for each table, in the order to import them: file (its name in the other frames), path, sheet (null for CSV),
    system, entity (what a row is), key (column; null: rows go by number from 1),
    encoding and separator (null for XLSX), rows (good), broken (to be refused).
    """

    seed: int
    scale: float
    today: date
    clusters: pl.DataFrame
    faults: pl.DataFrame
    drifts: tuple[Drift, ...]
    files: pl.DataFrame

    def counts(self) -> pl.DataFrame:
        """fault, file, field, n: how many of each fault were planted where."""
        return self.faults.group_by("fault", "file", "field").len("n").sort("fault", "file", "field")

    def save(self, folder: Path) -> None:
        """Write `truth/truth.json`, `truth/clusters.parquet` and `truth/faults.parquet` below the folder."""
        place = folder / FOLDER
        place.mkdir(parents=True, exist_ok=True)
        self.clusters.write_parquet(place / "clusters.parquet")
        self.faults.write_parquet(place / "faults.parquet")
        told = {
            "seed": self.seed,
            "scale": self.scale,
            "today": self.today.isoformat(),
            "stale_after_days": STALE_AFTER_DAYS,
            "files": self.files.to_dicts(),
            "drifts": [asdict(drift) for drift in self.drifts],
            "counts": self.counts().to_dicts(),
        }
        text = json.dumps(told, indent=1, ensure_ascii=False) + "\n"
        (place / "truth.json").write_text(text, encoding="utf-8", newline="\n")

    @classmethod
    def read(cls, folder: Path) -> "Truth":
        """The truth saved below a folder that `generate` has filled."""
        place = folder / FOLDER
        told: dict[str, Any] = json.loads((place / "truth.json").read_text(encoding="utf-8"))
        return cls(
            seed=told["seed"],
            scale=told["scale"],
            today=date.fromisoformat(told["today"]),
            clusters=pl.read_parquet(place / "clusters.parquet"),
            faults=pl.read_parquet(place / "faults.parquet").match_to_schema(FAULTS),
            drifts=tuple(Drift(**drift) for drift in told["drifts"]),
            files=pl.DataFrame(told["files"], schema=FILES),
        )
