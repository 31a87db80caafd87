"""The command for reports."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from xrm_lake.cli import output
from xrm_lake.cli.door import Door, command
from xrm_lake.cli.values import Day, assignments, names_of


@command("report", "xrm report weekly", "xrm report pipeline --out reports --as html,xlsx")
@click.argument("name")
@click.argument("options", nargs=-1, metavar="[OPTION=VALUE...]")
@click.option(
    "--as",
    "formats",
    default="",
    metavar="FORMATS",
    help="text, md, html, json, xlsx, pdf, eml; several with --out.  [default: text]",
)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Write files into this folder."
)
@click.option("--as-of", type=Day(), help="The day the figures speak of.  [default: today]")
def report(
    door: Door, *, name: str, options: tuple[str, ...], formats: str, out: Path | None, as_of: date | None
) -> None:
    """A report: weekly, pipeline; on stdout or as files."""
    from xrm_lake.reports.render import FORMATS, render

    chosen = names_of(formats) or [_default(door.format)]
    if out is None and len(chosen) > 1:
        raise click.UsageError("Several formats need a folder: --out DIR.")
    page = door.call("report", name, **_options(options, as_of))
    if out is None:
        output.show_bytes(render(page, chosen[0]))
        return
    suffixes = {each.name: each.suffix for each in FORMATS}
    drawn = [(render(page, each), out / f"{page.name}-{page.as_of}{suffixes[each]}") for each in chosen]
    out.mkdir(parents=True, exist_ok=True)
    for content, file in drawn:
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        click.echo(str(file))


def _options(words: tuple[str, ...], as_of: date | None) -> dict[str, Any]:
    """The options of a report; the day may stand among them, too."""
    found = assignments(words)
    if "as_of" in found and as_of is not None:
        raise click.UsageError("The day is given twice: take --as-of DATE or as_of=DATE.")
    if {"lake", "name"} & set(found):
        raise click.UsageError("A report has no option lake or name: the name stands first, the lake after --lake.")
    day = found.pop("as_of", None)
    return found | {"as_of": Day().convert(day, None, None) if day is not None else as_of}


def _default(format: str) -> str:
    if format == "csv":
        raise click.UsageError("A report has no CSV form; take --as xlsx, or --format json.")
    return "json" if format == "json" else "text"
