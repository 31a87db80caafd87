"""Small files to import, and what a lake says of itself."""

from pathlib import Path
from typing import Any

import polars as pl

from xrm_lake.ingest.load import import_files
from xrm_lake.model.results import FileResult
from xrm_lake.store.lake import Lake

# What an undo must bring back to the last bit; the ledger only ever grows.
DERIVED = ("search_doc", "pending_link", "stage")


def file(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


def load(lake: Lake, folder: Path, text: str, *, name: str = "people.csv", **options: Any) -> FileResult:
    """Import one file with this text; gives what became of it."""
    result = import_files(lake, [file(folder, name, text)], source=options.pop("source", "crm"), **options)
    assert all(item.accounted for item in result.files)
    return result.files[0]


def counts(result: FileResult) -> tuple[int, int, int, int]:
    """New, changed, same, rejected."""
    return result.new, result.changed, result.same, result.rejected


def state(lake: Lake) -> dict[str, pl.DataFrame]:
    """All that a user sees: live records, standing links, and what is derived from them."""
    seen = {
        item.name: lake.query(f'select * from "{item.name}" order by id').frame() for item in lake.catalog.active_types
    }
    seen["link"] = lake.query(
        "select * exclude (ended_at, batch_id) from link where ended_at is null order by id"
    ).frame()
    for table in DERIVED:
        seen[table] = lake.query(f"select * from {table} order by all").frame()
    return seen


def values(lake: Lake, type_name: str, *columns: str) -> list[tuple[Any, ...]]:
    return lake.query(f'select {", ".join(columns)} from "{type_name}" order by id').rows()


def same_state(before: dict[str, pl.DataFrame], after: dict[str, pl.DataFrame], *, moments: bool = False) -> None:
    """Assert that users see the same; `moments`: also when each record was last changed."""
    assert before.keys() == after.keys()
    for name, frame in before.items():
        drop = [] if moments else ["updated_at"]
        assert frame.drop(drop, strict=False).equals(after[name].drop(drop, strict=False)), name
