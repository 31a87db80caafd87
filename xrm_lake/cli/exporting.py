"""The command `xrm export`: a type's records as a file, a whole lake as a folder, or what to mend in the systems that it came from."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xrm_lake.cli import output
from xrm_lake.cli.door import Door, command
from xrm_lake.errors import Refused

if TYPE_CHECKING:
    from xrm_lake.model.exported import Exported
    from xrm_lake.model.results import Fixes


@command(
    "export",
    "xrm export person --out people.csv",
    "xrm export deal --where \"stage = 'Won'\" --format json",
    "xrm export --all --out lake_as_files --as xlsx",
    "xrm export --fixes --for salesforce --out fixes",
)
@click.argument("type_name", required=False, metavar="[TYPE]")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="The file to write; without it, stdout. With --all and --fixes: the folder.",
)
@click.option(
    "--as", "format", metavar="FORMAT", help="csv, xlsx, parquet, json or jsonl.  [default: as --out ends, else csv]"
)
@click.option("--where", metavar="EXPR", help="Only records that meet this SQL condition.")
@click.option("--replace", is_flag=True, help="Write over what is there.")
@click.option(
    "--all",
    "whole",
    is_flag=True,
    help="Every type, link and the model, as a folder that `xrm import` takes into an empty lake.",
)
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
    whole: bool,
    fixes: bool,
    target: str | None,
    source: str | None,
    **options: Any,
) -> None:
    """
    Write a type's records to a file, or to stdout; a whole lake; or what was merged and mended, for the systems that it came from.

    Edit the file in a spreadsheet and `xrm import` it: what you changed is what changes.
    """
    if whole:
        if type_name or fixes or target or source or options["where"]:
            raise click.UsageError("--all takes --out, --as and --replace: it is of every type.")
        if out is None:
            raise click.UsageError("--all writes a folder. Name it: --out DIR.")
        _show_whole(door, {"out": out, "format": options["format"] or "csv", "replace": replace})
        return
    if fixes:
        if type_name or any(options.values()):
            raise click.UsageError("--fixes takes --for, --source, --out and --replace, and no type.")
        _show_fixes(
            door, {"out": out or Path("fixes"), "target": target or "csv", "source": source, "replace": replace}
        )
        return
    if type_name is None or target or source:
        raise click.UsageError("Name a type; or take --all, or --fixes, which --for and --source belong to.")
    if out is not None:
        _export_to(door, type_name, out, {"replace": replace, **options})
        return
    import tempfile

    chosen = options["format"] or ("json" if door.format == "json" else "csv")
    with _ends_in_order(), tempfile.TemporaryDirectory(prefix="xrm-export-") as folder:
        file, _ = door.call("export", type_name, out=Path(folder) / f"{type_name}.{chosen}", where=options["where"])
        output.show_bytes(file.read_bytes())


@contextmanager
def _ends_in_order() -> Iterator[None]:
    """While it lasts, a request to end is an ordinary exit: what lies in a temporary folder is people's data, and goes with it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _show_whole(door: Door, options: dict[str, Any]) -> None:
    """Write the folder and print its files."""
    result: Exported = door.call("export_all", **options)
    if door.format == "json":
        output.show_json(result)
    else:
        door.show(result.files)
    records, links = output.counted(result.records, "record", "records"), output.counted(result.links, "link", "links")
    door.say(f"{records} and {links}. To bring them into another lake: xrm import {result.folder}")


def _export_to(door: Door, type_name: str, out: Path, options: dict[str, Any]) -> None:
    if out.is_dir():
        raise click.UsageError(f"{out} is a folder. Name a file.")
    if out.exists() and not options["replace"]:
        raise Refused(f"{out} is there already. Nothing was written. Choose another name, or take --replace.")
    file, rows = door.call("export", type_name, out=out, **options)
    output.show_listing({"file": str(file), "rows": rows}, door.format)


def _show_fixes(door: Door, options: dict[str, Any]) -> None:
    """Write the files and print which there are."""
    result: Fixes = door.call("export_fixes", **options)
    if door.format == "json":
        output.show_json(result)
    else:
        door.show(result.files)
    if result.files.is_empty():
        door.say("There is nothing to write back.")
        return
    door.say(
        f"{output.counted(result.rows('merges'), 'merge', 'merges')} and"
        f" {output.counted(result.cells, 'changed cell', 'changed cells')} for {result.folder}. Merge there first, then import the updates."
    )
    for note, cells in result.not_written.iter_rows():
        door.say(f"{output.counted(cells, 'cell', 'cells')} not written ({note}): see the files of old values.")
