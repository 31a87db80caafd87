"""Commands for what an import left over: rejects, rows held back, links that wait, conflicts."""

from pathlib import Path
from typing import Any

import click

from xrm_lake.cli import output
from xrm_lake.cli.door import Door, command
from xrm_lake.cli.files import counts_of


@command("rejects", "xrm rejects 12", "xrm rejects 12 --out mend.xlsx")
@click.argument("batch_id", type=int, metavar="BATCH")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the rows as they came, to be mended and imported again: .xlsx, or else text.",
)
def rejects(door: Door, batch_id: int, out: Path | None) -> None:
    """What an import refused: place in the file, reason and raw text; or its rows as a file to be mended."""
    if out is not None:
        if out.exists():
            raise click.UsageError(f"{out} is there already. Choose another name.")
        rows = door.call("export_rejects", batch_id, out)
        output.show_listing({"file": str(out), "rows": rows}, door.format)
        door.say(f"Mend it, then: xrm import {out}")
        return
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


@command("conflicts", "xrm conflicts person --source hubspot")
@click.argument("type_name", required=False, metavar="[TYPE]")
@click.option("--source", metavar="NAME", help="Only what this source contradicts.")
@click.option("--limit", type=click.IntRange(min=0), help="How many at most.")
def conflicts(door: Door, type_name: str | None, **options: Any) -> None:
    """Where a source says something new of a value that a person has set; the person's stays until it is answered."""
    found = door.call("conflicts", type_name, **options)
    door.show(found)
    door.say(output.counted(found.height, "conflict is open.", "conflicts are open."))


@command("answer", "xrm answer 118 121 mine", "xrm answer 130 theirs")
@click.argument("conflict_ids", nargs=-1, required=True, type=int, metavar="CONFLICT...")
@click.argument("answer", type=click.Choice(["mine", "theirs"]), metavar="mine|theirs")
def answer(door: Door, conflict_ids: tuple[int, ...], answer: str) -> None:
    """Settle conflicts: keep what stands here, or take what the source says; prints the batch, which undo takes back."""
    door.show_id("batch_id", door.call("answer_conflicts", conflict_ids, answer))


@command("held", "xrm held", "xrm held 12 --format csv > held.csv")
@click.argument("batch_id", required=False, type=int, metavar="[BATCH]")
def held(door: Door, batch_id: int | None) -> None:
    """Rows that imports held back: left out, or nearly like a record that is there, with the records it may be."""
    door.show_found(door.call("held", batch_id))


@command("take", "xrm take 12", "xrm take 12 3 7-12", "xrm take 12 5=41 6=new")
@click.argument("batch_id", type=int, metavar="BATCH")
@click.argument("records", nargs=-1, metavar="[RECORD[=ID|=new]]...")
@click.option("--dry-run", is_flag=True, help="Do all of it, keep nothing, show the counts.")
def take(door: Door, batch_id: int, records: tuple[str, ...], dry_run: bool) -> None:
    """
    Bring in rows that an import held back: all that were left out, or those named by their numbers in the file.

    Of a row that is nearly like a record, say which one it is, or that it is new.
    """
    told = dict(word.split("=", 1) for word in records if "=" in word)
    try:
        answers = {int(number): None if id == "new" else int(id) for number, id in told.items()}
    except ValueError as problem:
        raise click.UsageError("Rows are answered as RECORD=ID or RECORD=new, such as 5=41.") from problem
    only = ",".join(word for word in records if "=" not in word)
    result = door.call("import_held", batch_id, only=only, answers=answers, dry_run=dry_run)
    if door.format == "json":
        output.show_json(result)
    else:
        door.show(counts_of(result))
