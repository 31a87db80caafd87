"""Commands for what is remembered of a source: its mappings, and which of its texts are read as others."""

import csv
from collections.abc import Iterable
from pathlib import Path

import click

from xrm_lake.cli.door import Door, command


def value_words(words: Iterable[str], file: Path | None = None) -> dict[str, dict[str, str]]:
    """
    `field:old=new` words, and the rows of a CSV file with the columns field, old, new; by field, from old to new.

    >>> value_words(["country:Deutschl.=Germany", "stage:Won: paid=Won"])
    {'country': {'Deutschl.': 'Germany'}, 'stage': {'Won: paid': 'Won'}}
    """
    found: dict[str, dict[str, str]] = {}
    for field, old, new in [*(_rows(file) if file else ()), *map(_word, words)]:
        found.setdefault(field, {})[old] = new
    return found


def _word(word: str) -> tuple[str, str, str]:
    field, colon, rest = word.partition(":")
    old, sign, new = rest.rpartition("=")
    if not colon or not sign or not field.strip() or not old.strip():
        raise click.UsageError('Values are told as FIELD:OLD=NEW, such as: "country:Deutschl.=Germany".')
    return field.strip(), old.strip(), new.strip()


def _rows(file: Path) -> list[tuple[str, str, str]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            rows = list(csv.DictReader(text))
    except (OSError, UnicodeDecodeError) as problem:
        raise click.UsageError(f"{file} cannot be read as a CSV file.") from problem
    if not rows or not {"field", "old", "new"} <= set(rows[0]):
        raise click.UsageError(f"{file} needs the columns field, old and new, and a row for each text.")
    return [(row["field"], row["old"], row["new"] or "") for row in rows]


@command("values", "xrm values hubspot")
@click.argument("source", required=False, metavar="[SOURCE]")
@click.option("--type", "type_name", metavar="TYPE", help="Only of this type of record or link.")
def values(door: Door, source: str | None, type_name: str | None) -> None:
    """Which texts of a source are read as others, as it was said of them."""
    door.show_found(door.call("value_maps", source=source, type=type_name))


@command(
    "value",
    'xrm value hubspot person country "Deutschl.=Germany"',
    "xrm value hubspot deal stage Gewonnen=Won --forget",
)
@click.argument("source", metavar="SOURCE")
@click.argument("type_name", metavar="TYPE")
@click.argument("field", metavar="FIELD")
@click.argument("words", nargs=-1, required=True, metavar="OLD=NEW...")
@click.option("--forget", is_flag=True, help="Read these texts as they are again.")
def value(door: Door, source: str, type_name: str, *, field: str, words: tuple[str, ...], forget: bool) -> None:
    """Say how texts of a source are read from now on; an empty NEW means that there is no value. Prints the batch."""
    told = value_words(f"{field}:{word}" for word in words)[field]
    found = dict.fromkeys(told) if forget else told
    if not forget and source not in door.call("sources")["source"].to_list():
        door.say(
            f"Nothing has come from {source} yet; this counts from its first import. What has come so far: xrm sources"
        )
    door.show_id("batch_id", door.call("map_values", source, type_name, field, found))


@command("mappings", "xrm mappings --source hubspot", "xrm mappings forget 3")
@click.argument("forget", required=False, type=click.Choice(["forget"]), metavar="[forget]")
@click.argument("mapping_id", required=False, type=int, metavar="[MAPPING]")
@click.option("--source", metavar="NAME", help="Only of this source.")
def mappings(door: Door, forget: str | None, mapping_id: int | None, *, source: str | None) -> None:
    """
    How files were read, and are when files with the same headers come again; to have it worked out anew, forget it.

    Prints the batch of a mapping that was forgotten; undo of it remembers the mapping again.
    """
    if (forget is None) != (mapping_id is None):
        raise click.UsageError("Name the mapping that is to be forgotten, such as: xrm mappings forget 3.")
    if forget:
        door.show_id("batch_id", door.call("forget_mapping", mapping_id))
    else:
        door.show_found(door.call("mappings", source=source))
