"""The command for reports."""

from datetime import date
from pathlib import Path

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
    help="text, md, html, json, xlsx; several with --out.  [default: text]",
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
    page = door.call("report", name, as_of=as_of, **assignments(options))
    if out is None:
        output.show_bytes(render(page, chosen[0]))
        return
    suffixes = {each.name: each.suffix for each in FORMATS}
    drawn = [(render(page, each), out / f"{page.name}-{page.as_of}{suffixes[each]}") for each in chosen]
    out.mkdir(parents=True, exist_ok=True)
    for content, file in drawn:
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        click.echo(str(file))


def _default(format: str) -> str:
    if format == "csv":
        raise click.UsageError("A report has no CSV form; take --as xlsx, or --format json.")
    return "json" if format == "json" else "text"
