"""The command for reports."""

from pathlib import Path
from typing import Any

import click

from xrm_lake.cli import output
from xrm_lake.cli.door import Door, command
from xrm_lake.cli.values import Day, assignments, names_of


@command(
    "report", "xrm report weekly", "xrm report pipeline --out reports --as html,xlsx",
    "xrm report waterfall --since 2026-09-30 --period 2026-Q4 --owner 'Ann Smith'",
)  # fmt: skip
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
@click.option("--where", metavar="CONDITION", help="Of the records that meet this condition over their fields.")
@click.option("--owner", metavar="WHO", help="Of the records of one owner, by name or id.")
@click.option("--source", metavar="NAME", help="Of the records that this source has delivered.")
@click.option("--type", metavar="TYPE", help="Of which type of record, where a report is of several.  [default: deal]")
@click.option("--since", type=Day(), help="The day that figures are held against.")
@click.option("--period", metavar="PERIOD", help="2026, 2026-Q4, 2026-11, or 2026-11-02..2026-11-08.")
@click.option("--by", metavar="WHAT", help="What to split by, where a report can be split.")
def report(door: Door, name: str, options: tuple[str, ...], formats: str, out: Path | None, **narrowed: Any) -> None:
    """A report, such as weekly, pipeline, waterfall; on stdout or as files. What else it takes stands as OPTION=VALUE."""
    from xrm_lake.reports.render import FORMATS, render

    chosen = names_of(formats) or [_default(door.format)]
    if out is None and len(chosen) > 1:
        raise click.UsageError("Several formats need a folder: --out DIR.")
    page = door.call("report", name, **_options(options, narrowed))
    if out is None:
        output.show_bytes(render(page, chosen[0]))
        return
    suffixes = {each.name: each.suffix for each in FORMATS}
    drawn = [(render(page, each), out / f"{page.name}-{page.as_of}{suffixes[each]}") for each in chosen]
    out.mkdir(parents=True, exist_ok=True)
    for content, file in drawn:
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        click.echo(str(file))


def _options(words: tuple[str, ...], given: dict[str, Any]) -> dict[str, Any]:
    """The options of a report; each may stand as a flag or as a word, but not as both."""
    found = assignments(words)
    twice = sorted(key for key, value in given.items() if value is not None and key in found)
    if twice:
        raise click.UsageError(f"{twice[0]} is given twice: take --{twice[0].replace('_', '-')} or {twice[0]}=…")
    if {"lake", "name"} & set(found):
        raise click.UsageError("A report has no option lake or name: the name stands first, the lake after --lake.")
    if found.get("as_of") is not None:
        found["as_of"] = Day().convert(found["as_of"], None, None)
    return {key: value for key, value in given.items() if value is not None} | found


def _default(format: str) -> str:
    if format == "csv":
        raise click.UsageError("A report has no CSV form; take --as xlsx, or --format json.")
    return "json" if format == "json" else "text"
