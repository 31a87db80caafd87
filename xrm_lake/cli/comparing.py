"""The command `xrm compare`: a file against the lake, before it comes in."""

from pathlib import Path

import click

from xrm_lake.cli.door import Door, command
from xrm_lake.cli.named import files_of, named


@command("compare", "xrm compare pipeline.xlsx --type deal --key name", "xrm compare contacts.csv --key email --all")
@click.argument("file", type=named, metavar="FILE")
@click.option("--type", "type_name", metavar="TYPE", help="What a row is, if it cannot be told from the headers.")
@click.option("--source", help="What to call where it comes from; records are known by source and key.")
@click.option("--key", multiple=True, metavar="FIELD", help="The field that tells records apart; may be repeated.")
@click.option("--sheet", metavar="N", help="One table of several, by number or name.")
@click.option("--all", "every", is_flag=True, help="Also what is the same.")
def compare(
    door: Door,
    file: Path | str,
    *,
    type_name: str | None,
    source: str | None,
    key: tuple[str, ...],
    sheet: str | None,
    every: bool,
) -> int:
    """
    A file against the lake, changing nothing: only there, only here, conflicting, and which is newer.

    Exit code 1 if they differ. To take it in: xrm import, with the same options.
    """
    with files_of([file]) as (given,):
        found = door.call("compare", given, type=type_name, source=source, key=list(key), sheet=sheet)
    same = found["verdict"] == "same"
    door.show_found(found if every else found.filter(~same))
    counts = found.group_by("verdict", maintain_order=True).len()
    door.say("; ".join(f"{verdict}: {n:,}" for verdict, n in counts.rows()) + ". Nothing was changed.")
    return 0 if same.all() else 1
