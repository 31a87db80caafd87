"""Commands for checks of one's own: list, add, try, change, retire."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import click

from xrm_lake.cli import output
from xrm_lake.cli.door import Door, Group, command
from xrm_lake.cli.values import Day, settings_of
from xrm_lake.model.own_check import PROBLEMS, SEVERITIES, OwnCheck, read_check


@click.group(
    "checks",
    cls=Group,
    examples=["xrm checks add overdue --type deal --if 'close_date < $as_of' --message 'Its close date has passed'"],
)
def checks_group() -> None:
    """Checks of your own: list, show, add, try, change, retire."""


def _told(function: Any) -> Any:
    """What a check says of itself, as options: in place of a file, or over what its header says."""
    for option in reversed(
        (
            click.option("--type", "type", metavar="TYPE", help="The type whose records are looked at."),
            click.option(
                "--if", "condition", metavar="SQL", help="True of a record at fault; $as_of is the day of the check."
            ),
            click.option("--message", help="What is wrong with a record at fault."),
            click.option(
                "--severity", type=click.Choice(SEVERITIES), help="An error counts in the measures.  [default: warning]"
            ),
            click.option("--problem", type=click.Choice(PROBLEMS), help="What it counts as.  [default: malformed]"),
            click.option("--field", metavar="FIELD", help="Beside which field it is shown."),
            click.option("--owner", help="Who answers for it."),
            click.option("--meaning", help="Why it matters."),
        )
    ):
        function = option(function)
    return function


@command("list", "xrm checks list deal")
@click.argument("type_name", required=False, metavar="[TYPE]")
def list_(door: Door, type_name: str | None) -> None:
    """The checks of your own, retired ones too."""
    found = door.call("checks", type_name)
    short = ["name", "type", "severity", "message", "condition", "owner", "retired"]
    door.show_found(found.select(short) if door.format == "table" else found)


@command("show", "xrm checks show overdue > overdue.sql")
@click.argument("name")
def show(door: Door, name: str) -> None:
    """A check of your own as a file, ready to be changed and added elsewhere."""
    click.echo(door.call("check_text", name), nl=False)


@command(
    "add", "xrm checks add overdue.sql", "xrm checks add big --type deal --if 'amount > 1e6' --message 'Very large'"
)
@click.argument("given", metavar="FILE|NAME")
@_told
def add(door: Door, given: str, **told: str | None) -> None:
    """
    Add a check of your own; prints the batch.

    From an SQL file with a TOML header, whose examples are run first, or from its parts. What cannot be run, would write or takes too
    long is refused.
    """
    door.show_id("batch_id", door.call("add_check", _check(given, told)))


@command("try", "xrm checks try overdue.sql", "xrm checks try big --type deal --if 'amount > 1e6'")
@click.argument("given", metavar="FILE|NAME")
@click.option("--as-of", type=Day(), help="The day to judge by.  [default: today]")
@click.option("--limit", type=click.IntRange(min=0), default=20, show_default=True, help="How many records at most.")
@_told
def try_(door: Door, *, given: str, as_of: date | None, limit: int, **told: str | None) -> int:
    """What a check would find; nothing is kept. Exit code 1 if it finds something."""
    told["message"] = told["message"] or "Tried"
    trial = door.call("try_check", _check(given, told), as_of=as_of, limit=limit)
    if door.format == "json":
        output.show_json(trial)
    else:
        door.show(trial.records)
    door.say(f"{trial.found:,} of {output.counted(trial.checked, 'record', 'records')} would be at fault.")
    if trial.failed:
        door.say(f"Of {output.counted(trial.failed, 'record', 'records')} it cannot be told: mend the condition.")
    return 1 if trial.found or trial.failed else 0


@command("change", "xrm checks change overdue severity=error owner='Sales operations'")
@click.argument("name")
@click.argument("settings", nargs=-1, required=True, metavar="SETTING=VALUE...")
def change(door: Door, name: str, settings: tuple[str, ...]) -> None:
    """Change a check of your own: condition, message, severity, problem, field, owner, meaning."""
    door.show_id("batch_id", door.call("change_check", name, **settings_of(OwnCheck, settings)))


@command("retire", "xrm checks retire overdue", "xrm checks retire overdue --back")
@click.argument("name")
@click.option("--back", is_flag=True, help="Bring it back into use.")
def retire(door: Door, name: str, back: bool) -> None:
    """Take a check of your own out of use."""
    door.show_id("batch_id", door.call("retire_check", name, retired=not back))


def _check(given: str, told: dict[str, str | None]) -> OwnCheck:
    """The check of a file, or of its parts, which also go over what a file says."""
    said = {word: value for word, value in told.items() if value is not None}
    if given.endswith(".sql"):
        try:
            text = Path(given).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as problem:
            raise click.UsageError(f"{given} cannot be read as a text file.") from problem
        return replace(read_check(text, Path(given).stem), **said)  # type: ignore[arg-type]
    lacking = [
        option
        for option, word in (("--type", "type"), ("--if", "condition"), ("--message", "message"))
        if not said.get(word)
    ]
    if lacking:
        raise click.UsageError(f"Give a file that ends in .sql, or also {', '.join(lacking)}.")
    return OwnCheck(name=given, **said)  # type: ignore[arg-type]


for _command in (list_, show, add, try_, change, retire):
    checks_group.add_command(_command)
