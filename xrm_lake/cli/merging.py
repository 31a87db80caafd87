"""Commands for what becomes one: merge, certificate, provenance, sources, source."""

from typing import TYPE_CHECKING, Any

import click

from xrm_lake.cli import output
from xrm_lake.cli.door import Door, command
from xrm_lake.cli.table import cell_text
from xrm_lake.cli.values import whole_number
from xrm_lake.errors import NotCertified

if TYPE_CHECKING:
    import polars as pl

    from xrm_lake.model.results import AutoMerge, Certificate

_MERGED = ("field", "value", "rule", "member_id", "source", "others")


@command(
    "merge",
    "xrm merge 4 7 --reason 'same phone'",
    "xrm merge 4 7 --not 9",
    "xrm merge 4 7 --dry-run",
    "xrm merge --auto person --dry-run",
)
@click.argument("ids", nargs=-1, metavar="ID ID...")
@click.option(
    "--not", "others", type=int, multiple=True, metavar="ID", help="One that is none of them; may be repeated."
)
@click.option("--auto", "type_name", metavar="TYPE", help="Merge what the last match run is certain of.")
@click.option("--dry-run", is_flag=True, help="Show what would come of it, and keep nothing.")
@click.option(
    "--at-least", type=click.FloatRange(0, 1), help="With --auto: the lowest score to merge.  [default: 0.99]"
)
@click.option("--at-most", type=click.IntRange(min=0), help="With --auto: how many clusters a day.  [default: 500]")
@click.option("--force", is_flag=True, help="With --auto: without measured precision.")
@click.option("--reason", default="", help="Why, for the history.")
def merge(
    door: Door,
    *,
    ids: tuple[str, ...],
    others: tuple[int, ...],
    type_name: str | None,
    dry_run: bool,
    reason: str,
    **limits: Any,
) -> None:
    """
    Make records one; prints the decision, which `xrm undo` takes back.

    No record is changed: a golden record stands for all of them; with --not, others are kept apart from it in the same
    decision. With --dry-run it shows the golden record, or what --auto would merge, and what it leaves to people and why.
    """
    if bool(ids) == bool(type_name):
        raise click.UsageError("Name two records or more, or a type with --auto.")
    if others and (type_name or dry_run):
        raise click.UsageError("--not goes with records only, and without --dry-run.")
    given = {name: value for name, value in limits.items() if value not in (None, False)}
    if given and not type_name:
        named = ", ".join(f"--{name.replace('_', '-')}" for name in given)
        raise click.UsageError(f"{named}: only with --auto TYPE. Records that you name are merged as you say.")
    if type_name:
        _merge_auto(door, type_name, {"dry_run": dry_run, "reason": reason} | given)
        return
    chosen = [whole_number("ID", id) for id in ids]
    if dry_run:
        show_provenance(door, door.call("preview_merge", chosen))
        door.say("This was a dry run: nothing was merged.")
    elif others:
        door.show_id("decision", door.call("judge_cluster", chosen, list(others), reason=reason))
    else:
        door.show_id("decision", door.call("merge", chosen, reason=reason))


def _merge_auto(door: Door, type_name: str, options: dict[str, Any]) -> None:
    try:
        result: AutoMerge = door.call("auto_merge", type_name, **options)
    except NotCertified as problem:
        if "take the risk yourself" not in str(problem):
            raise
        raise NotCertified(f"{problem} To do so: --force.") from problem
    if door.format == "json":
        output.show_json(result)
    elif result.dry_run:
        door.show(result.merged)
    else:
        counts = {name: getattr(result, name) for name in ("decision", "clusters", "records")}
        output.show_listing(counts, door.format)
    _tell_auto(door, result)


def _tell_auto(door: Door, result: "AutoMerge") -> None:
    clusters, records = (
        output.counted(result.clusters, "cluster", "clusters"),
        output.counted(result.records, "record", "records"),
    )
    door.say(f"{clusters} of {records} {'would be' if result.dry_run else 'were'} merged.")
    if result.left_out.height:
        by_reason = result.left_out.group_by("reason", maintain_order=True).len().rows()
        told = ", ".join(f"{reason} {count:,}" for reason, count in by_reason)
        door.say(f"Left out: {output.counted(result.left_out.height, 'cluster', 'clusters')} ({told}).")
        if result.dry_run and door.format == "table":
            from xrm_lake.cli.table import table_text

            output.say(table_text(result.left_out.head(20)).rstrip())
    if result.dry_run and not result.certificate.allows:
        door.say(f"It is not allowed to merge by itself: xrm certificate {result.certificate.type}")
    if result.decision is not None:
        door.say(f"To take all of it back: xrm undo {result.decision}")


@command("certificate", "xrm certificate person", "xrm certificate person --let-go-on --reason 'bad file taken back'")
@click.argument("type_name", metavar="TYPE")
@click.option(
    "--at-least", type=click.FloatRange(0, 1), default=0.99, show_default=True, help="The lowest score to merge."
)
@click.option("--at-most", type=click.IntRange(min=0), default=500, show_default=True, help="How many clusters a day.")
@click.option("--let-go-on", is_flag=True, help="After merges were taken back: count them no more.")
@click.option("--reason", default="", help="With --let-go-on: why, for the history.")
def certificate(door: Door, type_name: str, *, let_go_on: bool, reason: str, **limits: Any) -> int:
    """
    Whether a type may merge by itself: pairs audited, precision, doubt, cap and what was taken back.

    Exit code 1 if it may not.
    """
    if reason and not let_go_on:
        raise click.UsageError("--reason goes with --let-go-on only: what is asked needs none.")
    if let_go_on:
        door.call("let_go_on", type_name, reason=reason)
    found: Certificate = door.call("certificate", type_name, **limits)
    if door.format == "json":
        output.show_json(found)
    else:
        output.show_listing(_told(found), door.format)
        cooling = found.runs.filter(found.runs["cooling_until"].is_not_null())
        if cooling.height and door.format == "table":
            click.echo()
            door.show(cooling.drop("undone_by"))
    if not found.holds:
        door.say(f"{output.counted(found.to_judge, 'pair', 'pairs')} of the audit to judge, if none of them is wrong.")
    if found.stopped_at is not None:
        door.say(f"To let it go on: xrm certificate {type_name} --let-go-on")
    return 0 if found.allows else 1


def _told(found: "Certificate") -> dict[str, Any]:
    names = (
        "type", "at_least", "audited", "wrong", "unsure", "precision_at_least", "to_judge", "holds", "doubt", "at_most",
        "merged_today", "left_today", "taken_back", "stopped_at", "allows",
    )  # fmt: skip
    told = {name: getattr(found, name) for name in names}
    return told | {"precision_at_least": round(found.precision_at_least, 5)}


@command("provenance", "xrm provenance 42")
@click.argument("id", type=int)
def provenance(door: Door, id: int) -> None:
    """Where each value of a record comes from: member, source, batch, by which rule it survived, and what it beat."""
    show_provenance(door, door.call("provenance", id))


def show_provenance(door: Door, found: "pl.DataFrame") -> None:
    """Print a provenance; in a table the values that gave way are words."""
    if door.format != "table":
        door.show(found)
        return
    import polars as pl

    others = pl.Series("others", [others_words(each) for each in found["others"].to_list()], dtype=pl.String)
    door.show(
        found.with_columns(others).select(
            [name for name in _MERGED if not found[name].is_null().all()] if found.height else _MERGED
        )
    )


def others_words(others: list[dict[str, Any]]) -> str:
    """
    The values that gave way, each with the record it stands in.

    >>> others_words([{"member_id": 7, "source": "crm", "value": "Ann"}])
    'Ann (7, crm)'
    """
    return "; ".join(f"{cell_text(each['value'])} ({each['member_id']}, {each['source']})" for each in others)


@command("sources", "xrm sources")
def sources(door: Door) -> int:
    """Where records come from, how far each source is trusted, when it last delivered and is due. Exit code 1 if one is late."""
    found = door.call("sources")
    door.show_found(found)
    late = found.filter("late").iter_rows(named=True)
    told = [
        f"{row['source']} is late: it comes every {row['every_days']:g} days ({row['rhythm']}), and last came on {row['last_import']:%Y-%m-%d}."
        for row in late
    ]
    for sentence in told:
        door.say(sentence)
    return 1 if told else 0


@command("source", "xrm source hubspot --trust 2", "xrm source hubspot --every 7")
@click.argument("name", metavar="NAME")
@click.option("--trust", type=float, help="0 is usual; where values differ, the higher wins.")
@click.option("--every", type=float, metavar="DAYS", help="How often it delivers; 0: learn it from what comes.")
def source(door: Door, name: str, trust: float | None, every: float | None) -> None:
    """Say how far a source is trusted (all golden records follow at once), or how often it delivers. Prints the batch."""
    if (trust is None) == (every is None):
        raise click.UsageError("Say one of --trust and --every.")
    if trust is not None:
        door.show_id("batch_id", door.call("trust_source", name, trust))
    else:
        door.show_id("batch_id", door.call("expect_source", name, every or None))
