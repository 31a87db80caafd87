"""Commands for the lake itself: init, doctor, backup, restore."""

from pathlib import Path

import click

from xrm_lake.cli import output
from xrm_lake.cli.door import Door, command


@command("init", "xrm init crm.xrm --template crm")
@click.argument("path", type=click.Path(path_type=Path), required=False, metavar="[LAKE]")
@click.option(
    "--template", default="crm", show_default=True, help="Types to begin with, or a folder of your own; none: empty."
)
def init(door: Door, path: Path | None, template: str) -> None:
    """Make a lake."""
    from xrm_lake.verbs import resolve

    chosen = path or door.lake
    with resolve("init")(chosen, template=template) as lake:
        count = len(lake.catalog.active_types)
    output.show_value("lake", str(chosen), door.format)
    door.say(f"Made a lake with {count} types of record. Next: xrm import FILE --lake {chosen}")


@command("doctor", "xrm doctor")
@click.option(
    "--accept",
    is_flag=True,
    help="Take a lake as it is although its log is damaged or gone; the log is kept in its folder `backups`.",
)
def doctor(door: Door, accept: bool) -> int:
    """Test the lake against its own rules; exit code 1 if one is broken."""
    if accept:
        from xrm_lake.store.accept import accept as accept_lake

        aside = accept_lake(door.lake)
        door.say(f"Accepted as it is; its log is kept in {aside}." if aside else "Accepted as it is.")
    diagnosis = door.call("doctor")
    if door.format == "json":
        output.show_json(diagnosis)
    else:
        door.show(diagnosis.findings)
    if door.format == "table":
        click.echo()
        output.show_listing(diagnosis.signs, "table")
    door.say(
        "The lake is sound." if diagnosis.healthy else "The lake breaks its own rules: see the rows that are not ok."
    )
    return 0 if diagnosis.healthy else 1


@command("backup", "xrm backup")
@click.option("--name", help="What to call the copy.  [default: when it was made]")
def backup(door: Door, name: str | None) -> None:
    """Copy the lake into its folder `backups` while it is in use, and verify the copy."""
    copy = door.call("backup", name=name)
    output.show_value("backup", str(copy), door.format)
    door.say("Copied and verified.")


@command("restore", "xrm restore lake.xrm/backups/2017-03-01.duckdb")
@click.argument("copy", metavar="BACKUP")
def restore(door: Door, copy: str) -> None:
    """Bring the lake back from a backup, by its path or name; what it replaces is kept beside it."""
    from xrm_lake.verbs import resolve

    kept = resolve("restore")(door.lake, copy)
    output.show_value("kept", str(kept), door.format)
    door.say("Restored; what was there before is kept.")
