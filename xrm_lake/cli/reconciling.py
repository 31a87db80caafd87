"""The command `xrm reconcile`: imported files against the lake, as a sealed page; and whether such a page is what was sealed."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from xrm_lake.cli import output
from xrm_lake.cli.door import Door, command
from xrm_lake.cli.table import table_text
from xrm_lake.errors import LakeMissing, Refused

if TYPE_CHECKING:
    import polars as pl

    from xrm_lake.model.reconciliation import Reconciliation, Verification

_SHOWN = 20


@command(
    "reconcile",
    "xrm reconcile 3 4 5 --out migration",
    "xrm reconcile deals.csv",
    "xrm reconcile --verify migration.html",
)
@click.argument("batches", nargs=-1, metavar="[BATCH|FILE]...")
@click.option("--out", type=click.Path(path_type=Path), metavar="NAME", help="Write NAME.json and NAME.html, sealed.")
@click.option("--replace", is_flag=True, help="Write over what is there.")
@click.option(
    "--verify",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Whether a page is what was sealed.",
)
def reconcile(door: Door, batches: tuple[str, ...], *, out: Path | None, replace: bool, verify: Path | None) -> int:
    """Hold what imported files said against what the lake has now. Exit code 1 if a number differs, or a page does not hold."""
    if verify is not None:
        if batches or out:
            raise click.UsageError("--verify takes a file, and nothing else.")
        return _verify(door, verify)
    if not batches:
        raise click.UsageError("Name the batches of imports, or files that were imported.")
    files = [] if out is None else [out.with_name(f"{out.name}.{form}") for form in ("json", "html")]
    for file in files:
        if file.exists() and not replace:
            raise Refused(f"{file} is there already. Nothing was written. Choose another name, or take --replace.")
    result: Reconciliation = door.call(
        "reconcile", [int(told) if told.isdecimal() else Path(told).resolve() for told in batches]
    )
    if door.format == "json":
        output.show_json(result.document)
    else:
        door.show(_numbers(result))
        _tell_records(door, result)
    for file in files:
        _write(result, file)
    door.say(_told(result))
    return 0 if result.agrees else 1


def _write(result: "Reconciliation", file: Path) -> None:
    from xrm_lake.reports.reconciliation import render_reconciliation

    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(render_reconciliation(result.document, file.suffix.lstrip(".")), encoding="utf-8")


def _numbers(result: "Reconciliation") -> "pl.DataFrame":
    """What differs; where nothing does, how many records of each file were compared."""
    import polars as pl

    rows = [
        {"file": file["file"], **{name: row[name] for name in ("measure", "scope")}}
        | {name: str(row[name]) for name in ("source", "lake", "explained", "difference")}
        for file in result.document["files"]
        for row in file["measures"]
        if float(row["difference"]) != 0 or row["measure"] == "records"
    ]
    return pl.DataFrame(rows)


def _tell_records(door: Door, result: "Reconciliation") -> None:
    """Which records differ, in what, and since which batch; the first of them."""
    import polars as pl

    listed = [{"file": file["file"], **row} for file in result.document["files"] for row in file["listed"]]
    if not listed:
        return
    door.say("These records differ; without a field, the record is not there:")
    names = ("file", "record_id", "key", "field", "amount", "batch_id", "changed_by", "made_by")
    rows = [{name: None if row[name] is None else str(row[name]) for name in names} for row in listed[:_SHOWN]]
    output.say(table_text(pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String))).rstrip())
    if len(listed) > _SHOWN:
        door.say(f"… and {len(listed) - _SHOWN:,} more: --out NAME lists them.")


def _told(result: "Reconciliation") -> str:
    numbers = sum(len(file["measures"]) for file in result.document["files"])
    if result.agrees:
        return f"All {numbers} numbers agree. Seal {result.document['seal'][:16]}…"
    records = sum(file["differing"] for file in result.document["files"])
    where = output.counted(records, "record", "records")
    return f"{result.differences} of {numbers} numbers differ, in {where}. Seal {result.document['seal'][:16]}…"


def _verify(door: Door, file: Path) -> int:
    from xrm_lake.reports.reconciliation import check_seal

    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise click.UsageError(f"{file} cannot be read.") from problem
    found: Verification
    try:
        found = door.call("verify_reconciliation", text)
    except LakeMissing:
        found = check_seal(text)
    if door.format == "json":
        output.show_json(found)
    for each in found.problems:
        door.say(each)
    if found.holds:
        asked = "this lake sealed it" if found.known else "no lake was asked who made it"
        door.say(f"{file.name} is what was sealed; {asked}.")
    return 0 if found.holds else 1
