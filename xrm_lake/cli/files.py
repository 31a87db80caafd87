"""Commands for files that come in, and for taking back what came of them: import, presets, batches, undo."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xrm_lake.cli import output
from xrm_lake.cli.door import Door, command
from xrm_lake.cli.named import files_of, name_of, named
from xrm_lake.cli.table import table_text
from xrm_lake.cli.told import value_words
from xrm_lake.cli.values import assignments
from xrm_lake.cli.written import format_of, write_frame

if TYPE_CHECKING:
    import polars as pl

    from xrm_lake.model.results import FileResult, ImportResult, UndoResult

COUNTS = ("counted", "new", "changed", "same", "rejected", "conflicts", "links", "pending")


@command(
    "import",
    "xrm import accounts.csv contacts.csv --source maven",
    "xrm import leads.xlsx --type lead --key email --dry-run",
    "xrm import exports --dry-run",
    "xrm import export.zip contacts.jsonl 'postgresql://localhost/crm#public.deals'",
    "xrm import - --source old_crm < old.csv",
)
@click.argument("files", nargs=-1, required=True, type=named, metavar="FILE|FOLDER...")
@click.option("--type", "type_name", metavar="TYPE", help="What a row is, if it cannot be told from the headers.")
@click.option(
    "--new-type", metavar="NAME", help="Make a type of the file's columns first, and take the rows in as that."
)
@click.option("--preset", help="The system that the files were exported from, or a preset's file.")
@click.option("--source", help="What to call where they come from; records are known by source and key.")
@click.option("--key", multiple=True, metavar="FIELD", help="The field that tells records apart; may be repeated.")
@click.option("--map", "mapping", multiple=True, metavar="HEADER=FIELD", help="Where a column goes; may be repeated.")
@click.option("--sheet", metavar="N", help="One table of several: a sheet, a file of an archive … by number or name.")
@click.option(
    "--value",
    "told",
    multiple=True,
    metavar="FIELD:OLD=NEW",
    help="Read a text as another, and remember that for the source; may be repeated.",
)
@click.option(
    "--values",
    "told_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The same as a CSV file with the columns field, old, new.",
)
@click.option(
    "--empty",
    type=click.Choice(["keep", "clear"]),
    default="keep",
    show_default=True,
    help="What an empty cell does to a value that is there.",
)
@click.option(
    "--lists",
    type=click.Choice(["replace", "add"]),
    default="replace",
    show_default=True,
    help="What several values do to those that are there.",
)
@click.option(
    "--propose/--no-propose",
    default=None,
    help="Make types, fields and links for what the lake has no place for.  [default: for a folder]",
)
@click.option("--only", metavar="[TABLE:]RECORDS", default="", help="Only these records of a file, such as 3,7-12.")
@click.option(
    "--skip", metavar="[TABLE:]RECORDS", default="", help="All but these; what is left out can come in later."
)
@click.option("--only-new", is_flag=True, help="Change nothing that is there.")
@click.option("--dry-run", is_flag=True, help="Do all of it, keep nothing, show the counts.")
@click.option(
    "--rows",
    "rows_out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write down what became of each row and cell: .csv, .xlsx, .parquet, .json or .jsonl; - is the output.",
)
def import_(
    door: Door,
    files: tuple[str | Path, ...],
    type_name: str | None,
    *,
    new_type: str | None,
    mapping: tuple[str, ...],
    told: tuple[str, ...],
    told_file: Path | None,
    rows_out: Path | None,
    **options: Any,
) -> int:
    """
    Take in files: tables, workbooks, JSON, archives, folders, databases by their address; `-` is standard input.

    Every row is counted as new, changed, same or rejected. Exit code 1 if one was rejected, or a link waits
    for its other end.
    """
    if options["preset"]:
        options["preset"] = _absolute(options["preset"])
    if rows_out is not None and not _is_output(rows_out):
        format_of(rows_out)
    options["values"] = value_words(told, told_file) or None
    rows = rows_out is not None or (door.format == "json" and options["dry_run"])
    with files_of(files) as given:
        if new_type is not None:
            type_name = _make_type(door, given, new_type, type_name, options)
        result = door.call("import", given, type=type_name, mapping=assignments(mapping) or None, rows=rows, **options)
    if rows_out is not None and _is_output(rows_out):
        output.show_frame(result.rows, "csv" if door.format == "table" else door.format)
        return _tell(door, result)
    if rows_out is not None:
        write_frame(result.rows, rows_out)
    if door.format == "json":
        output.show_json(result)
    else:
        door.show(counts_of(result))
    return _tell(door, result)


def _is_output(file: Path) -> bool:
    """Whether a file is a dash: then its rows go to the output, in the place of the counts."""
    return str(file) == "-"


def _absolute(preset: str) -> str:
    """A preset's file by its whole path: another process may have the lake open, and be in another folder."""
    return str(Path(preset).expanduser().absolute()) if preset.casefold().endswith(".toml") else preset


def _make_type(
    door: Door, files: list[str | Path], new_type: str, type_name: str | None, options: dict[str, Any]
) -> str:
    if type_name is not None or len(files) != 1 or options["dry_run"]:
        raise click.UsageError("--new-type takes one file, and neither --type nor --dry-run.")
    made: str = door.call("add_type_from_file", files[0], new_type, sheet=options["sheet"])
    door.say(f"The type {made} was made of {name_of(files[0])}. Its fields: xrm type show {made}")
    return made


def counts_of(result: "ImportResult") -> "pl.DataFrame":
    """The counts of each file; how many rows were held back only where there are some."""
    import polars as pl

    rows = [
        {
            "file": each.file,
            "type": each.type,
            "batch_id": each.batch_id,
            **{name: getattr(each, name) for name in COUNTS},
            **({"held": each.held} if result.total("held") else {}),
        }
        for each in result.files
    ]
    return pl.DataFrame(rows)


def _tell(door: Door, result: "ImportResult") -> int:
    _tell_of_folder(door, result)
    for each in result.files:
        for note in each.notes:
            door.say(f"{each.file}: {note}")
        if each.held and each.batch_id is not None and not result.dry_run:
            rows = output.counted(each.held, f"row of {each.file} was", f"rows of {each.file} were")
            door.say(f"{rows} held back. See them: xrm held {each.batch_id}")
        if each.rejected and each.batch_id is not None and not result.dry_run:
            rows = output.counted(each.rejected, f"row of {each.file} was", f"rows of {each.file} were")
            door.say(f"{rows} rejected. See them: xrm rejects {each.batch_id}")
        if each.cells and each.batch_id is not None and not result.dry_run:
            _tell_cells(door, each)
    _tell_unknown(door, result)
    contested = result.total("conflicts")
    if contested and not result.dry_run:
        cells = output.counted(contested, "cell contradicts", "cells contradict")
        door.say(f"{cells} what a person has set, which stays. See them: xrm conflicts")
    pending = result.total("pending")
    if pending and not result.dry_run:
        absent = result.total("absent")
        known = f", {absent} of them for records that are not in these files" if absent else ""
        known = ": records that are not in these files" if absent == pending else known
        door.say(
            output.counted(pending, "link waits for its", "links wait for their")
            + f" other end{known}. See them: xrm pending"
        )
    if result.resolved_earlier:
        links = output.counted(
            result.resolved_earlier, "link that waited has found its", "links that waited have found their"
        )
        door.say(f"{links} other end.")
    if result.dry_run:
        door.say("This was a dry run: nothing was kept.")
    return 1 if pending or result.total("rejected") else 0


def _tell_cells(door: Door, file: "FileResult") -> None:
    number = sum(file.cells.values())
    cells = output.counted(number, f"cell of {file.file} was", f"cells of {file.file} were")
    columns = ", ".join(f"{count} in {header}" for header, count in file.cells.items())
    rest = "its row came in without it" if number == 1 else "their rows came in without them"
    door.say(f"{cells} rejected ({columns}); {rest}. See them: xrm rejects {file.batch_id}")


@command("presets", "xrm presets", "xrm presets hubspot/contacts")
@click.argument("name", required=False, metavar="[SYSTEM/FILE]")
def presets(door: Door, name: str | None) -> None:
    """
    The exports of other systems that are recognised by their headers; of one of them, what becomes of its columns.

    Presets of one's own are TOML files in the folder presets of the lake.
    """
    door.show_found(door.call("presets") if name is None else door.call("preset", name))


def _tell_unknown(door: Door, result: "ImportResult") -> None:
    import polars as pl

    parts = [each.unknown for each in result.files if each.unknown is not None and each.unknown.height]
    if not parts:
        return
    found = pl.concat(parts)
    door.say(output.counted(found.height, "value is", "values are") + " none of those known; the nearest that are:")
    output.say(table_text(found.drop("file").head(20)).rstrip())
    door.say('Say what they mean: --value "FIELD:OLD=NEW".')


def _tell_of_folder(door: Door, result: "ImportResult") -> None:
    for each in result.left_out:
        door.say(f"Left out: {each.file} ({each.reason}).")
    for gain in result.gained:
        door.say(f"The model {'would gain' if result.dry_run else 'gained'} the {gain}.")
    if result.gained and not result.dry_run:
        door.say("What the model gained stays when the records are undone; to take it out of use: xrm type retire.")


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
