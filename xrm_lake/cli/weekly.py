"""The command that one puts into a timetable: the weekly run, its files and its mail; and the workbook that comes back."""

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xrm_lake.cli import output
from xrm_lake.cli.door import Door, command
from xrm_lake.cli.values import Day, names_of
from xrm_lake.errors import Misuse

if TYPE_CHECKING:
    from xrm_lake.automation.weekly import WeeklyRun
    from xrm_lake.reports.page import Page

FORMS = ("html", "pdf", "eml", "xlsx", "md", "json")
ALERT = 1


@command(
    "weekly",
    "xrm weekly --out reports",
    "xrm weekly --out reports --as pdf,xlsx --mail-to ann@example.org",
    "xrm weekly --done weekly-2026-11-21.xlsx --dry-run",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where the files go.  [default: the lake's folder reports]",
)
@click.option("--as", "forms", default="", metavar="FORMS", help=f"Which forms.  [default: {','.join(FORMS)}]")
@click.option(
    "--mail-to",
    multiple=True,
    metavar="ADDRESS",
    help="Send it, too, over the server of XRM_SMTP_HOST; may be repeated.",
)
@click.option("--as-of", type=Day(), help="The day the figures speak of.  [default: today]")
@click.option("--no-match", is_flag=True, help="Leave duplicates as they were found last.")
@click.option("--owners", is_flag=True, help="With figures by owner, if you may see them.")
@click.option("--base-url", default="", metavar="URL", help="Where the app is, so that links lead there.")
@click.option(
    "--done",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Apply what was ticked in this workbook instead.",
)
@click.option("--dry-run", is_flag=True, help="With --done: only say what would become of each row.")
def weekly(
    door: Door, *, out: Path | None, forms: str, mail_to: tuple[str, ...], as_of: date | None, no_match: bool, owners: bool,
    base_url: str, done: Path | None, dry_run: bool,
) -> int:  # fmt: skip
    """
    Match what is new, check, measure, and write the weekly report; prints the files. Fit for a timetable.

    Exit code 0 if all is calm, 1 if a figure gets worse; with --done, 1 if a ticked row could not be done. On one day it may be run
    as often as one likes.
    """
    if done is not None:
        return _bring_back(door, done, dry_run=dry_run)
    if dry_run:
        raise click.UsageError("--dry-run goes with --done.")
    server = None
    if mail_to:
        from xrm_lake.reports.send import server_of

        # Asked first: a run that lasts must not end in a mail that cannot be sent.
        server = server_of(os.environ)
    run = door.call("weekly", as_of=as_of, match=not no_match, owners=owners)
    page = _with_base(run, base_url)
    for file in _write(door, page, out or door.lake / "reports", forms):
        click.echo(str(file))
    if server is not None:
        from xrm_lake.reports.send import send_page

        send_page(page, mail_to, server)
        door.say(f"Sent to {output.counted(len(mail_to), 'address', 'addresses')}.")
    return _tell(door, run)


def _with_base(run: "WeeklyRun", base_url: str) -> "Page":
    from dataclasses import replace

    return replace(run.page, base_url=base_url) if base_url else run.page


def _write(door: Door, page: "Page", out: Path, forms: str) -> list[Path]:
    from xrm_lake.reports.render import FORMATS, render

    suffixes = {each.name: each.suffix for each in FORMATS}
    chosen = names_of(forms) or list(FORMS)
    drawn: list[tuple[Path, bytes]] = []
    for form in chosen:
        try:
            content = render(page, form)
        except Misuse as problem:
            # A machine without the library for paper still gets the other forms, unless it was asked for this one.
            if forms:
                raise
            door.say(f"Left out {form}: {problem}")
            continue
        drawn.append(
            (
                out / f"{page.name}-{page.as_of}{suffixes[form]}",
                content.encode() if isinstance(content, str) else content,
            )
        )
    out.mkdir(parents=True, exist_ok=True)
    for file, content in drawn:
        file.write_bytes(content)
    return [file for file, _ in drawn]


def _tell(door: Door, run: "WeeklyRun") -> int:
    door.say(
        f"{'Snapshot' if run.is_new else 'Nothing was written since snapshot'} {run.snapshot_id} as of {run.as_of}."
    )
    if run.is_calm:
        door.say("No figure gets worse.")
        return 0
    for metric, scope, _, sentence in run.alerts.iter_rows():
        door.say(f"{metric} of {scope}: {sentence}")
    return ALERT


def _bring_back(door: Door, file: Path, *, dry_run: bool) -> int:
    from xrm_lake.ingest.read_done import read_done

    result = door.call("apply_done", read_done(file), dry_run=dry_run)
    if door.format == "json":
        output.show_json(result)
    else:
        door.show_found(result.rows)
    would = "would be " if dry_run else ""
    counts = dict(result.rows["outcome"].value_counts().iter_rows())
    door.say(
        ", ".join(f"{count} {would if name != 'gone' else ''}{name}" for name, count in sorted(counts.items())) + "."
    )
    for what, batch in (("fixes", result.fixed_in), ("looked at", result.looked_in)):
        if batch is not None:
            door.say(f"To take back ({what}): xrm undo {batch}")
    return ALERT if "left" in counts else 0
