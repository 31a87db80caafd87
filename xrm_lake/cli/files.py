"""Commands for files and what came of them: import, rejects, pending, resolve, batches, undo, export."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xrm_lake.cli import output
from xrm_lake.cli.door import Door, command
from xrm_lake.cli.table import table_text
from xrm_lake.cli.values import assignments
from xrm_lake.cli.write_back import show_fixes
from xrm_lake.errors import Refused

if TYPE_CHECKING:
    import polars as pl

    from xrm_lake.model.results import ImportResult, UndoResult

COUNTS = ("counted", "new", "changed", "same", "rejected", "conflicts", "links", "pending")


@command(
    "import",
    "xrm import accounts.csv contacts.csv --source maven",
    "xrm import leads.xlsx --type lead --key email --dry-run",
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--type", "type_name", metavar="TYPE", help="What a row is, if it cannot be told from the headers.")
@click.option(
    "--new-type", metavar="NAME", help="Make a type of the file's columns first, and take the rows in as that."
)
@click.option("--preset", help="The system that the files were exported from.")
@click.option("--source", help="What to call where they come from; records are known by source and key.")
@click.option("--key", multiple=True, metavar="FIELD", help="The field that tells records apart; may be repeated.")
@click.option("--map", "mapping", multiple=True, metavar="HEADER=FIELD", help="Where a column goes; may be repeated.")
@click.option("--sheet", metavar="NAME", help="The sheet of a workbook.")
@click.option("--dry-run", is_flag=True, help="Do all of it, keep nothing, show the counts.")
def import_(
    door: Door,
    files: tuple[Path, ...],
    type_name: str | None,
    *,
    new_type: str | None,
    mapping: tuple[str, ...],
    **options: Any,
) -> int:
    """
    Take in files: CSV or XLSX.

    Every row is counted as new, changed, same or rejected. Exit code 1 if one was rejected, or a link waits
    for its other end.
    """
    if new_type is not None:
        type_name = _make_type(door, files, new_type, type_name, options)
    result = door.call("import", list(files), type=type_name, mapping=assignments(mapping) or None, **options)
    if door.format == "json":
        output.show_json(result)
    else:
        door.show(_counts(result))
    return _tell(door, result)


def _make_type(
    door: Door, files: tuple[Path, ...], new_type: str, type_name: str | None, options: dict[str, Any]
) -> str:
    if type_name is not None or len(files) != 1 or options["dry_run"]:
        raise click.UsageError("--new-type takes one file, and neither --type nor --dry-run.")
    made: str = door.call("add_type_from_file", files[0], new_type, sheet=options["sheet"])
    door.say(f"The type {made} was made of {files[0].name}. Its fields: xrm type show {made}")
    return made


def _counts(result: "ImportResult") -> "pl.DataFrame":
    import polars as pl

    rows = [
        {
            "file": each.file,
            "type": each.type,
            "batch_id": each.batch_id,
            **{name: getattr(each, name) for name in COUNTS},
        }
        for each in result.files
    ]
    return pl.DataFrame(rows)


def _tell(door: Door, result: "ImportResult") -> int:
    for each in result.files:
        for note in each.notes:
            door.say(f"{each.file}: {note}")
        if each.rejected and each.batch_id is not None and not result.dry_run:
            rows = output.counted(each.rejected, f"row of {each.file} was", f"rows of {each.file} were")
            door.say(f"{rows} rejected. See them: xrm rejects {each.batch_id}")
    pending = result.total("pending")
    if pending and not result.dry_run:
        door.say(
            output.counted(pending, "link waits for its", "links wait for their") + " other end. See them: xrm pending"
        )
    if result.resolved_earlier:
        links = output.counted(
            result.resolved_earlier, "link that waited has found its", "links that waited have found their"
        )
        door.say(f"{links} other end.")
    if result.dry_run:
        door.say("This was a dry run: nothing was kept.")
    return 1 if pending or result.total("rejected") else 0


@command("rejects", "xrm rejects 12 --format csv > rejects.csv")
@click.argument("batch_id", type=int, metavar="BATCH")
def rejects(door: Door, batch_id: int) -> None:
    """What an import refused: place in the file, reason and raw text."""
    door.show_found(door.call("rejects", batch_id))


@command("pending", "xrm pending --type deal")
@click.option(
    "--type", "type_name", metavar="TYPE", help="Only what records of this type wait for, or links of this link type."
)
def pending(door: Door, type_name: str | None) -> None:
    """Links of imports that wait, because their other end is not there or could be several."""
    found = door.call("pending", type=type_name)
    door.show(found)
    door.say(output.counted(found.height, "link waits.", "links wait."))


@command("resolve", "xrm resolve 12 41")
@click.argument("pending_id", type=int, metavar="PENDING")
@click.argument("to_id", type=int, metavar="ID")
@click.option("--only-this", is_flag=True, help="Not also the links that wait for the same text.")
def resolve(door: Door, pending_id: int, to_id: int, only_this: bool) -> None:
    """Say which record a waiting link means, and so for all that wait for the same text; prints how many."""
    output.show_value("resolved", door.call("resolve_pending", pending_id, to_id, all_like=not only_this), door.format)


@command("batches", "xrm batches --limit 10")
@click.option("--limit", type=click.IntRange(min=0), default=50, show_default=True, help="How many at most.")
def batches(door: Door, limit: int) -> None:
    """What happened to the lake, newest first."""
    door.show_found(door.call("batches", limit=limit))


@command("undo", "xrm undo 12")
@click.argument("batch_id", type=int, metavar="BATCH|DECISION")
def undo(door: Door, batch_id: int) -> None:
    """
    Take back an import, an edit or a merge, at any time and in any order.

    What was changed again later stays, and is listed. An undo can be undone.
    """
    result = door.call("undo", batch_id)
    counts = {
        name: getattr(result, name)
        for name in ("batch_id", "undone", "withdrawn", "restored", "fields", "links", "verdicts")
    }
    if door.format == "json":
        output.show_json(result)
    else:
        output.show_listing(counts, door.format)
    door.say(undo_words(result))
    if result.kept.height:
        stay = output.counted(result.kept.height, "change stays, because it was", "changes stay, because they were")
        door.say(f"{stay} changed again later:")
        output.say(table_text(result.kept.head(20)).rstrip())


def undo_words(result: "UndoResult") -> str:
    """What came back, in words: `2 records withdrawn, 29 fields of 12 records went back, 36 links ended.`"""
    redo, joined = result.redo, result.links - result.ended
    fields = output.counted(result.fields, "field", "fields")
    of = output.counted(result.changed, "record", "records")
    verdicts = result.verdicts if not result.merges else 0
    parts = [
        (result.withdrawn, output.counted(result.withdrawn, "record withdrawn", "records withdrawn")),
        (result.restored, output.counted(result.restored, "record brought back", "records brought back")),
        (result.fields, f"{fields} of {of} {'brought back' if redo else 'went back'}"),
        (result.ended, output.counted(result.ended, "link ended", "links ended")),
        (joined, output.counted(joined, "link brought back", "links brought back")),
        (
            result.merges,
            output.counted(result.merges, "merge", "merges") + (" brought back" if redo else " taken apart"),
        ),
        (verdicts, output.counted(verdicts, "verdict", "verdicts") + (" brought back" if redo else " taken back")),
    ]
    return (", ".join(words for number, words in parts if number) or "Nothing of it stood any more") + "."


@command(
    "export",
    "xrm export person --out people.csv",
    "xrm export deal --where \"stage = 'Won'\" --format json",
    "xrm export --fixes --for salesforce --out fixes",
)
@click.argument("type_name", required=False, metavar="[TYPE]")
@click.option(
    "--out", type=click.Path(path_type=Path), help="The file to write; without it, stdout. With --fixes: the folder."
)
@click.option(
    "--as", "format", metavar="FORMAT", help="csv, xlsx, parquet, json or jsonl.  [default: as --out ends, else csv]"
)
@click.option("--where", metavar="EXPR", help="Only records that meet this SQL condition.")
@click.option("--replace", is_flag=True, help="Write over what is there.")
@click.option(
    "--fixes", is_flag=True, help="Merges and corrections, as files for the systems that the records come from."
)
@click.option("--for", "target", metavar="SYSTEM", help="With --fixes: salesforce, hubspot … or csv.  [default: csv]")
@click.option("--source", metavar="NAME", help="With --fixes: only this source.")
def export(
    door: Door,
    type_name: str | None,
    *,
    out: Path | None,
    replace: bool,
    fixes: bool,
    target: str | None,
    source: str | None,
    **options: Any,
) -> None:
    """Write a type's records to a file, or to stdout; or what was merged and mended, for the systems that it came from."""
    if fixes:
        if type_name or any(options.values()):
            raise click.UsageError("--fixes takes --for, --source, --out and --replace, and no type.")
        show_fixes(door, {"out": out or Path("fixes"), "target": target or "csv", "source": source, "replace": replace})
        return
    if type_name is None or target or source:
        raise click.UsageError("Name a type; or take --fixes, which --for and --source belong to.")
    if out is not None:
        _export_to(door, type_name, out, {"replace": replace, **options})
        return
    import tempfile

    chosen = options["format"] or ("json" if door.format == "json" else "csv")
    with tempfile.TemporaryDirectory() as folder:
        file, _ = door.call("export", type_name, out=Path(folder) / f"{type_name}.{chosen}", where=options["where"])
        output.show_bytes(file.read_bytes())


def _export_to(door: Door, type_name: str, out: Path, options: dict[str, Any]) -> None:
    if out.is_dir():
        raise click.UsageError(f"{out} is a folder. Name a file.")
    if out.exists() and not options["replace"]:
        raise Refused(f"{out} is there already. Nothing was written. Choose another name, or take --replace.")
    file, rows = door.call("export", type_name, out=out, **options)
    output.show_listing({"file": str(file), "rows": rows}, door.format)
