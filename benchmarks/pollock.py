"""
Pollock's score (Vitagliano et al., "Pollock: a data loading benchmark", VLDB 2023) for a reader of text tables.

Pollock spoils one clean table of 83 records in 2,290 ways. Of these the 2,268 that spoil one record (a stray quote, a delimiter
missing, one too many, or blanks in its place) follow from the clean table by four rules; they are made here, and those that
lie in the folder must come out byte for byte. Of the 22 that spoil the whole file, those in the folder are taken.

A file gives one point for being read, and precision, recall and F1 of its column names, its records and its cells, compared
as multisets: at most 10. The simple score is the mean over the files; the weighted one counts each way to spoil a file as
often as Pollock's authors found it among real files.
"""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

_CLEAN = "clean/0636ae494298.csv"  # what nearly all of Pollock's files should be read as
_SOURCE = "pollock/file_no_trailing_newline.csv"  # the clean table as Pollock writes it, but for its last newline
_MEASURES = ("header", "records", "cells")


def entries(manifest: Sequence[dict[str, Any]], folder: Path, spoiled: Path) -> list[dict[str, Any]]:
    """Pollock's files, with what they should be read as; those that spoil one record are written to `spoiled`."""
    given = {entry["file"]: entry for entry in manifest if entry["group"] == "pollock"}
    weights = {_kind(name): entry["pollock_weight"] for name, entry in given.items()}
    found = [_whole(entry, folder) for name, entry in given.items() if name.startswith("pollock/file_")]
    clean = _table(folder / _CLEAN)
    for name, text, expected in _one_record((folder / _SOURCE).read_bytes() + b"\n", clean):
        if f"pollock/{name}" in given and (folder / "pollock" / name).read_bytes() != text:
            raise ValueError(f"{name} is not what its rule makes of the clean table")
        (spoiled / name).write_bytes(text)
        weight = weights[_kind(name)]
        found.append({"file": str(spoiled / name), "weight": weight, "header": expected[0], "rows": expected[1:]})
    return found


def score(entry: dict[str, Any], _folder: Path, table: Any) -> dict[str, Any]:
    """The points of one file, and how many of its records are neither there nor said to be rejected."""
    pairs = {
        "header": (list(map(str.lower, entry["header"] or [])), list(map(str.lower, table.names))),
        "records": ([_record(row) for row in entry["rows"]], [_record(row) for row in table.rows]),
        "cells": (_cells(entry["rows"]), _cells(table.rows)),
    }
    points = {name: _points(*pairs[name]) for name in _MEASURES}
    lost = max(0, len(entry["rows"]) - len(table.rows) - table.rejected)
    return {"loads": True, "points": 1 + sum(points.values()), "lost": lost, "by": points}


def summary(found: Sequence[dict[str, Any]], outcomes: Sequence[dict[str, Any]]) -> dict[str, float]:
    """The simple and the weighted score, how many records were lost, and in how many files."""
    points = [outcome.get("points", 0.0) for outcome in outcomes]
    weights = [entry["weight"] for entry in found]
    weighted = sum(p * w for p, w in zip(points, weights, strict=True)) / sum(weights)
    lost = [outcome.get("lost", len(entry["rows"])) for entry, outcome in zip(found, outcomes, strict=True)]
    return {
        "files": len(found),
        "simple": sum(points) / len(points),
        "weighted": weighted,
        "lost": sum(lost),
        "files that lose": sum(map(bool, lost)),
    }


def _points(expected: Sequence[str], got: Sequence[str]) -> float:
    """Precision, recall and F1 of what was found, together."""
    if not expected:
        return 3.0
    common = (Counter(expected) & Counter(got)).total()
    if not common:
        return 0.0
    precision, recall = common / len(expected), common / len(got)
    return precision + recall + 2 * precision * recall / (precision + recall)


def _cells(rows: Sequence[Sequence[str]]) -> list[str]:
    return [cell.lower() for row in rows for cell in row]


def _record(row: Sequence[str]) -> str:
    return "\x1f".join(cell.lower() for cell in row)


def _whole(entry: dict[str, Any], folder: Path) -> dict[str, Any]:
    table = _table(folder / entry["clean"])
    header = table[0] if entry["header"] else None
    return {
        "file": entry["file"],
        "weight": entry["pollock_weight"],
        "header": header,
        "rows": table[1:] if entry["header"] else table,
    }


def _table(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def _kind(name: str) -> str:
    """What is spoiled, for the ways that spoil one record: all of them weigh the same."""
    bare = Path(name).name
    starts = ("row_extra_quote", "row_field_delimiter", "row_less_sep", "row_more_sep")
    return next((start for start in starts if bare.startswith(start)), bare)


def _one_record(source: bytes, clean: list[list[str]]) -> Iterator[tuple[str, bytes, list[list[str]]]]:
    """Name, text and expected table of each way to spoil one record; record 0 is that of the column names."""
    lines = [_raw_cells(line) for line in source.splitlines()]
    for row, cells in enumerate(lines):

        def text(line: bytes, row: int = row) -> bytes:
            whole = [b",".join(cells) for cells in lines]
            return b"\n".join([*whole[:row], line, *whole[row + 1 :], b""])

        yield f"row_field_delimiter_{row}_0x20.csv", text(b" ".join(cells)), clean
        for col in range(len(cells)):
            before, after = cells[:col], cells[col:]
            quoted = [list(line) for line in clean]
            quoted[row][col] = '"' + quoted[row][col]
            extra = text(b",".join([*before, b'"' + after[0], *after[1:]]))
            yield f"row_extra_quote{row}_col{col}.csv", extra, quoted
            yield f"row_more_sep_row{row}_col{col}.csv", text(b",".join([*before, b"", *after])), clean
            if col:
                less = [*before[:-1], before[-1] + after[0], *after[1:]]
                yield f"row_less_sep_row{row}_col{col}.csv", text(b",".join(less)), clean


def _raw_cells(line: bytes) -> list[bytes]:
    """The cells of a line as written, with their quotes."""
    cells, open_quote = [b""], False
    for byte in line:
        if byte == ord(",") and not open_quote:
            cells.append(b"")
            continue
        open_quote ^= byte == ord('"')
        cells[-1] += bytes([byte])
    return cells
