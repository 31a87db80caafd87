"""Commands for what an import left over: rejects, links that wait, conflicts."""

from typing import Any

import click

from xrm_lake.cli import output
from xrm_lake.cli.door import Door, command


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


@command("conflicts", "xrm conflicts person --source hubspot")
@click.argument("type_name", required=False, metavar="[TYPE]")
@click.option("--source", metavar="NAME", help="Only what this source contradicts.")
@click.option("--limit", type=click.IntRange(min=0), help="How many at most.")
def conflicts(door: Door, type_name: str | None, **options: Any) -> int:
    """
    Where a source says something new of a value that a person has set; the person's stays until it is answered.

    Exit code 1 if there are some.
    """
    found = door.call("conflicts", type_name, **options)
    door.show(found)
    door.say(output.counted(found.height, "conflict is open.", "conflicts are open."))
    return 1 if found.height else 0


@command("answer", "xrm answer 118 121 mine", "xrm answer 130 theirs")
@click.argument("conflict_ids", nargs=-1, required=True, type=int, metavar="CONFLICT...")
@click.argument("answer", type=click.Choice(["mine", "theirs"]), metavar="mine|theirs")
def answer(door: Door, conflict_ids: tuple[int, ...], answer: str) -> None:
    """Settle conflicts: keep what stands here, or take what the source says; prints the batch, which undo takes back."""
    door.show_id("batch_id", door.call("answer_conflicts", conflict_ids, answer))
