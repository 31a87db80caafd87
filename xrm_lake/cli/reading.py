"""The command read: what is in a file, without a lake."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xrm_lake.cli import output
from xrm_lake.cli.door import Door, command
from xrm_lake.cli.named import files_of, named
from xrm_lake.cli.progress import Bar
from xrm_lake.errors import Refused

if TYPE_CHECKING:
    import polars as pl

    from xrm_lake.model.results import ReadTable

_ROWS_SHOWN = 20


@command(
    "read",
    "xrm read book.xlsx",
    "xrm read export.zip --out tables",
    "xrm read 'postgresql://localhost/crm#public.contacts' --format csv > contacts.csv",
)
@click.argument("file", type=named, metavar="FILE")
@click.option("--sheet", metavar="N", help="One table of several: a sheet, a file of an archive … by number or name.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where each table goes as CSV, and what was rejected or mended beside it.",
)
def read(door: Door, file: str | Path, *, sheet: str | None, out: Path | None) -> int:
    """
    What is in a file: each table as text, with its account. No lake is needed, and none is changed.

    A file with one table: its rows (of a long one the first 20, as a table on the screen). With several: a list of them.
    JSON has all of it. `-` is standard input. Exit code 1 if a record was rejected.
    """
    from xrm_lake.verbs import resolve

    with files_of([file]) as [given], Bar("xrm read") as bar:
        tables: tuple[ReadTable, ...] = resolve("read")(given, sheet=sheet, progress=bar)
    if out is not None:
        _write(tables, out)
    _show(door, tables, written=out is not None)
    for table in tables:
        _tell(door, table)
    return 1 if any(table.account.rejected for table in tables) else 0


def _show(door: Door, tables: "Sequence[ReadTable]", *, written: bool) -> None:
    if door.format == "json" and not written:
        output.show_json(tables)
    elif len(tables) == 1 and not written:
        door.show(tables[0].rows.head(_ROWS_SHOWN) if door.format == "table" else tables[0].rows)
    else:
        door.show(_accounts(tables))
        if not written:
            door.say("Name one with --sheet, or write them all with --out DIR.")


def _accounts(tables: "Sequence[ReadTable]") -> "pl.DataFrame":
    import polars as pl

    return pl.DataFrame(
        {
            "table": table.name,
            "columns": len(table.headers),
            "counted": table.account.counted,
            "staged": table.account.staged,
            "rejected": table.account.rejected,
            "mended": table.repairs.height,
        }
        for table in tables
    )


def _tell(door: Door, table: "ReadTable") -> None:
    counts = (
        output.counted(table.account.counted, "record", "records"),
        f"{table.account.rejected:,} rejected" if table.account.rejected else "",
        f"{table.repairs.height:,} mended" if table.repairs.height else "",
    )
    door.say(f"{table.name}: {', '.join(filter(None, counts))}.")
    for note in table.notes:
        door.say(f"  {note}")
    for line, reason in table.rejects.select("line_no", "reason").head(5).iter_rows():
        door.say(f"  rejected, line {line}: {reason}")


def _write(tables: "Sequence[ReadTable]", out: Path) -> None:
    parts: dict[str, pl.DataFrame] = {}
    for table in tables:
        name = table.name.removesuffix(".csv")
        stem = _free(re.sub(r"[^\w.-]+", "_", name).strip("._") or "table", parts)
        parts[stem] = table.rows
        for what, frame in (("rejects", table.rejects), ("repairs", table.repairs)):
            if frame.height:
                parts[f"{stem}.{what}"] = frame
    try:
        out.mkdir(parents=True, exist_ok=True)
        there = [name for name in parts if (out / f"{name}.csv").exists()]
        if there:
            raise Refused(f"{out / there[0]}.csv is there already. Nothing was written. Choose another folder.")
        for name, frame in parts.items():
            (out / f"{name}.csv").write_text(output.csv_text(frame), encoding="utf-8", newline="")
    except OSError as trouble:
        raise Refused(f"{out} cannot be written: {trouble.strerror}.") from trouble


def _free(stem: str, taken: "dict[str, pl.DataFrame]") -> str:
    number, name = 2, stem
    while name in taken:
        name, number = f"{stem}_{number}", number + 1
    return name
