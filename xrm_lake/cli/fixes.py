"""Commands for mending many records at once: fixes, fix, value-clusters, unify."""

from typing import TYPE_CHECKING, Any

import click

from xrm_lake.cli import output
from xrm_lake.cli.door import Door, command

if TYPE_CHECKING:
    from xrm_lake.hygiene.fixes.outcome import FixResult

_METHODS = ("fingerprint", "ngram", "metaphone", "cologne", "nearest", "spelling")


@command("fixes", "xrm fixes --look", "xrm fixes person --rule email", "xrm fixes --count --format json")
@click.argument("type_name", metavar="[TYPE]", required=False)
@click.option("--look", is_flag=True, help="Look at the records anew first; changes none.")
@click.option("--rule", help="Only those of one rule, such as email or link_by_domain.")
@click.option("--field", help="Only those of one field or type of link.")
@click.option(
    "--at-least", type=click.FloatRange(0, 1), default=0.0, show_default=True, help="The lowest score to show."
)
@click.option("--count", is_flag=True, help="How many of each sort.")
@click.option("--limit", type=click.IntRange(min=0), default=100, show_default=True, help="How many at most.")
@click.option("--offset", type=click.IntRange(min=0), default=0, help="How many to pass over.")
def fixes(door: Door, *, type_name: str | None, look: bool, count: bool, **wanted: Any) -> None:
    """What could be mended, as proposals: values to standardise, gaps to fill, links to make."""
    if look:
        door.call("propose_fixes", type_name)
    counts = door.call("count_fixes", type_name)
    if count:
        door.show_found(counts)
        return
    found = door.call("fixes", type_name, **wanted)
    door.show_found(found.select(_SHOWN) if door.format == "table" else found)
    if found.height:
        door.say(
            f"{output.counted(int(counts['fixes'].sum()), 'fix', 'fixes')} in all. To apply: xrm fix ID ... or xrm fix --rule RULE."
        )


_SHOWN = ("fix_id", "rule", "type", "record_id", "field", "old", "new", "score", "reason")


@command(
    "fix",
    "xrm fix 440000383 --dry-run",
    "xrm fix --rule letter_case --type person --at-least 0.9",
    "xrm fix 440000395 --refuse",
)
@click.argument("fix_ids", type=int, nargs=-1, metavar="[ID...]")
@click.option("--type", "type", metavar="TYPE", help="All of one type.")
@click.option("--rule", help="All of one rule.")
@click.option("--field", help="All of one field or type of link.")
@click.option(
    "--at-least", type=click.FloatRange(0, 1), default=0.0, show_default=True, help="Only those of this score."
)
@click.option("--alike", is_flag=True, help="With ids: also all others that make the same of the same value.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option("--refuse", is_flag=True, help="Never propose them again.")
def fix(
    door: Door, *, fix_ids: tuple[int, ...], refuse: bool, dry_run: bool, alike: bool, at_least: float, **named: Any
) -> None:
    """Apply proposed fixes as one batch, or refuse them; `xrm undo` takes either back."""
    if refuse:
        if dry_run or at_least:
            raise click.UsageError("With --refuse neither --dry-run nor --at-least can be given.")
        door.show_id("batch", door.call("refuse_fixes", list(fix_ids), **named))
        return
    applied = door.call("apply_fixes", list(fix_ids), alike=alike, at_least=at_least, dry_run=dry_run, **named)
    show_result(door, applied, dry_run=dry_run)


@command(
    "value-clusters",
    "xrm value-clusters organisation industry",
    "xrm value-clusters person city --method nearest --at-least 0.9",
    "xrm value-clusters deal sells",
)
@click.argument("type_name", metavar="TYPE")
@click.argument("field", metavar="FIELD|LINK")
@click.option("--method", type=click.Choice(_METHODS), help="One method alone, from strict to lax.  [default: all]")
@click.option(
    "--at-least", type=click.FloatRange(0, 1, min_open=True), default=0.8, show_default=True,
    help="How alike nearest neighbours must be.",
)  # fmt: skip
def value_clusters(door: Door, *, type_name: str, field: str, method: str | None, at_least: float) -> None:
    """
    Spellings of one value in a field, with the value that is proposed for them.

    Of a type of link: the names by which links wait for a record, held against what records are called.
    """
    found = door.call("value_clusters", type_name, field, method=method, at_least=at_least)
    door.show_found(found)
    if found.height:
        clusters = output.counted(found["cluster"].n_unique(), "cluster", "clusters")
        door.say(f"{clusters}. To mend one: xrm unify {type_name} {field} 'OLD=NEW'; to refuse it, with --refuse.")


@command(
    "unify",
    "xrm unify organisation industry technolgy=technology --dry-run",
    "xrm unify deal sells 'GTXPro=GTX Pro'",
    "xrm unify product name 'GTK 500=GTX 500' --refuse",
)
@click.argument("type_name", metavar="TYPE")
@click.argument("field", metavar="FIELD|LINK")
@click.argument("values", nargs=-1, required=True, metavar="OLD=NEW...")
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option("--refuse", is_flag=True, help="They are not the same: never propose it again.")
def unify(door: Door, *, type_name: str, field: str, values: tuple[str, ...], dry_run: bool, refuse: bool) -> None:
    """Put one spelling in the place of others in all records; prints what changed, which `xrm undo` takes back."""
    meant = _meant(values)
    if refuse:
        if dry_run:
            raise click.UsageError("Give --dry-run or --refuse, not both.")
        door.show_id("batch", door.call("refuse_values", type_name, field, meant))
        return
    show_result(door, door.call("unify_values", type_name, field, meant, dry_run=dry_run), dry_run=dry_run)


def show_result(door: Door, result: "FixResult", *, dry_run: bool) -> None:
    """What a batch of fixes changed, and what it left."""
    if door.format == "json":
        output.show_json(result)
    else:
        door.show(result.changed)
    values = output.counted(result.changed.height, "value", "values")
    records = output.counted(result.records, "record", "records")
    if dry_run:
        door.say(f"A dry run: {values} of {records} would change. Nothing was changed.")
    elif result.batch_id is None:
        door.say("Nothing was changed.")
    else:
        door.say(f"Changed {values} of {records}. To take it back: xrm undo {result.batch_id}.")
    for reason, count in _reasons(result).items():
        door.say(f"Left as they are: {count:,}, because {reason}.")


def _reasons(result: "FixResult") -> dict[str, int]:
    return dict(result.left.group_by("reason", maintain_order=True).len().iter_rows())


def _meant(words: tuple[str, ...]) -> dict[str, str]:
    meant: dict[str, Any] = {}
    for word in words:
        old, sign, new = word.rpartition("=")
        if not sign or not old.strip() or not new.strip():
            raise click.UsageError("Values are given as OLD=NEW, such as: 'GTXPro=GTX Pro'.")
        meant[old] = new
    return meant
