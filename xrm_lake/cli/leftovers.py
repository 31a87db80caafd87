"""Commands for what an import left over: rejects, pending, resolve."""

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
