"""The list to work through as it comes back: the rows of a weekly workbook, or of its sheet saved as CSV."""

from pathlib import Path
from typing import Any

from xrm_lake.errors import Misuse
from xrm_lake.ingest.read.table import read_table
from xrm_lake.model.todo import HEADINGS, NEEDED, SHEET


def read_done(file: str | Path) -> list[dict[str, Any]]:
    """
    The rows under which something stands in the column Done, as `apply_done` takes them: row (its line in the sheet), record_id, done
    and the other columns as text, None for an empty cell.

    Raises Misuse if the file is no such list.
    """
    tables = read_table(file)
    found = next((each for each in tables if each.name.endswith(f"#{SHEET}") or len(tables) == 1), None)
    needed = {name: HEADINGS[name] for name in NEEDED}
    missing = [] if found is None else [label for label in needed.values() if label not in found.rows.columns]
    if found is None or missing:
        lacking = f"no column {missing[0]!r}" if missing else f"no sheet {SHEET!r}"
        raise Misuse(f"{Path(file).name} is no list of a weekly report: it has {lacking}. Nothing was changed.")
    if not found.rejects.is_empty():
        raise Misuse(f"{found.rejects.height} rows of {Path(file).name} cannot be read. Nothing was changed.")
    rows = []
    for line, row in zip(found.places["line_no"], found.rows.iter_rows(named=True), strict=True):
        cells = {name: _text(row[label]) for name, label in needed.items()}
        if cells["done"] is not None:
            rows.append({**cells, "row": int(line or 0), "record_id": _number(cells["record_id"])})
    return rows


def _text(cell: Any) -> str | None:
    text = "" if cell is None else str(cell)
    # The mark that keeps a text from being read as a formula.
    text = text[1:] if text[:2] in ("'=", "'+", "'-", "'@") else text
    return text or None


def _number(text: str | None) -> int | None:
    try:
        return int(float(text)) if text else None
    except ValueError:
        return None
