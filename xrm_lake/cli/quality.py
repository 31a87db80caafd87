"""Commands for quality: check, issues, match, clusters, judge, unmerge, snapshot."""

import json
from datetime import date
from typing import TYPE_CHECKING

import click

from xrm_lake.cli import output
from xrm_lake.cli.door import Door, command
from xrm_lake.cli.values import Day

if TYPE_CHECKING:
    import polars as pl

    from xrm_lake.hygiene.match_types import TypeMatches

_ROOMY = 140  # columns of a terminal in which a sentence and the weights both have room


@command("check", "xrm check person")
@click.argument("type_name", required=False, metavar="[TYPE]")
@click.option("--as-of", type=Day(), help="The day to judge by.  [default: today]")
def check(door: Door, type_name: str | None, as_of: date | None) -> int:
    """
    Find what is wrong in the records: duplicate, incomplete, malformed, stale, unlinked.

    Exit code 1 if something was found.
    """
    result = door.call("check", type_name, as_of=as_of)
    if door.format == "json":
        output.show_json(result)
    elif door.format == "csv":
        door.show(result.counts)
    else:
        found = result.counts.filter(result.counts["found"] > 0).sort("found", descending=True)
        door.show(_in_short(found))
        door.say(output.counted(result.counts.height - found.height, "check", "checks") + " found nothing.")
    for row in result.counts.filter(result.counts["failed"] > 0).iter_rows(named=True):
        told = output.counted(row["failed"], "record", "records")
        door.say(f"The check {row['check_name']} of {row['type']} could not be run for {told}: {row['reason']}.")
    issues = output.counted(result.found, "issue", "issues")
    door.say(f"{issues} as of {result.as_of}." + (" See them: xrm issues" if result.found else ""))
    return 1 if result.found else 0


@command("issues", "xrm issues person --check incomplete --limit 100")
@click.argument("type_name", required=False, metavar="[TYPE]")
@click.option("--check", "check_name", metavar="CHECK", help="Only what this check found.")
@click.option("--limit", type=click.IntRange(min=0), default=1000, show_default=True, help="How many at most.")
@click.option("--count", is_flag=True, help="Only how many there are of each sort.")
def issues(door: Door, type_name: str | None, check_name: str | None, limit: int, count: bool) -> int:
    """What the last check found, record by record; exit code 1 if there is any."""
    if count:
        found = door.call("count_issues", type_name)
        found = found.filter(found["check_name"] == check_name) if check_name else found
        door.show(_in_short(found) if door.format == "table" else found)
        return 1 if found["found"].sum() else 0
    found = door.call("issues", type_name, check=check_name, limit=limit)
    door.show_found(found)
    return 1 if found.height else 0


def _in_short(counts: "pl.DataFrame") -> "pl.DataFrame":
    """What a reader of a terminal asks: what, where, how many of how many, and the open value that is touched, if any is."""
    touched = ["at_risk", "currency"] if counts["at_risk"].is_not_null().any() else []
    names = ["check_name", "problem", "severity", "type", "field", "found", "checked", *touched]
    return counts.select(name for name in counts.columns if name in names)


@command(
    "match",
    "xrm match person --at-least 0.9 --format csv > matches.csv",
    "xrm match person --new",
    "xrm match person --between salesforce,hubspot",
    "xrm match candidate --with person",
)
@click.argument("type_name", metavar="TYPE")
@click.option(
    "--at-least", type=click.FloatRange(0, 1), default=0.5, show_default=True, help="The lowest score to keep."
)
@click.option("--new", is_flag=True, help="Only records that came or were changed since the last run, against all.")
@click.option("--between", metavar="SOURCE,SOURCE", help="Only across two sources, each record with one counterpart.")
@click.option("--with", "other", metavar="TYPE", help="With records of another type; nothing is merged.")
def match(door: Door, *, type_name: str, at_least: float, new: bool, between: str | None, other: str | None) -> None:
    """
    Find pairs of records that may be the same, best first, each with its evidence.

    Of one type, of what is new in it, across two sources of it, or with another type.
    """
    if new + (between is not None) + (other is not None) > 1:
        raise click.UsageError("Give --new, --between or --with, not two of them.")
    if other is not None:
        _match_types(door, type_name, other, at_least)
        return
    if new:
        pairs = _match_new(door, type_name, at_least)
    elif between is None:
        pairs = door.call("match", type_name, at_least=at_least)
    else:
        sources = [name.strip() for name in between.split(",")]
        if len(sources) != 2 or not all(sources):
            raise click.UsageError("--between takes two sources: --between salesforce,hubspot")
        pairs = door.call("match_sources", type_name, *sources, at_least=at_least)
    door.show(with_evidence_in_words(door, pairs))
    door.say(output.counted(pairs.height, "pair", "pairs") + " may be the same.")


def _match_new(door: Door, type_name: str, at_least: float) -> "pl.DataFrame":
    found = door.call("match_new", type_name, at_least=at_least)
    matched = output.counted(found.records, "record", "records")
    door.say(f"All {matched} were matched: {found.anew}." if found.anew else f"New or changed: {matched}.")
    pairs: pl.DataFrame = found.pairs
    return pairs


def _match_types(door: Door, type_name: str, other: str, at_least: float) -> None:
    found: TypeMatches = door.call("match_types", type_name, other, at_least=at_least)
    if door.format == "json":
        output.show_json(found)
    else:
        door.show(with_evidence_in_words(door, found.pairs))
    paired = ", ".join(f"{left} with {right}" for left, right, _ in found.fields.iter_rows())
    door.say(f"Of {found.left_type} and {found.right_type} were compared: {paired}.")
    if found.doubt:
        door.say(f"In doubt: {found.doubt}.")
    pairs = output.counted(found.pairs.height, "pair", "pairs")
    door.say(f"{pairs} may mean the same. Nothing is merged; to answer: xrm judge ID ID same-thing|two-roles|different")


def with_evidence_in_words(door: Door, pairs: "pl.DataFrame") -> "pl.DataFrame":
    """
    In a table the evidence is a sentence, and where there is room its fields, the heaviest first; in CSV and JSON it is the evidence itself.
    """
    if door.format != "table":
        return pairs
    import polars as pl

    pairs = pairs.drop("brought_by", strict=False)
    if not output.has_room(_ROOMY):
        return pairs.drop("evidence")
    told = pl.Series("evidence", [evidence_words(text) for text in pairs["evidence"]], dtype=pl.String)
    return pairs.with_columns(told)


def evidence_words(evidence: str | None) -> str:
    """
    What speaks for and against one record, in bits.

    >>> evidence_words('[{"field": "city", "label": "different", "level": 3, "weight": -1.52}]')
    'city different -1.5'
    """
    told = [item for item in json.loads(evidence or "[]") if item["level"]]
    told.sort(key=lambda item: -abs(item["weight"]))
    return ", ".join(f"{item['field']} {item['label']} {item['weight']:+.1f}" for item in told)


@command("clusters", "xrm clusters person --at-least 0.95 --format csv", "xrm clusters person --waiting --limit 10")
@click.argument("type_name", metavar="TYPE")
@click.option(
    "--at-least", type=click.FloatRange(0, 1), help="Believe pairs of this score.  [default: weigh each cluster]"
)
@click.option("--waiting", is_flag=True, help="Those of 3 records and more that are not one yet; what matters first.")
@click.option("--limit", type=click.IntRange(min=0), help="With --waiting: how many at most.")
def clusters(door: Door, *, type_name: str, at_least: float | None, waiting: bool, limit: int | None) -> None:
    """Which records would be one, by the last match run and all verdicts; `xrm cluster ID` shows one of them."""
    if waiting and at_least is not None:
        raise click.UsageError("With --waiting each cluster is weighed: leave --at-least out.")
    if limit is not None and not waiting:
        raise click.UsageError(
            "--limit goes with --waiting only: all records of a type are told, each with its cluster."
        )
    if waiting:
        door.show_found(door.call("open_clusters", type_name, limit=limit))
    else:
        door.show_found(door.call("clusters", type_name, at_least=at_least))


@command("judge", "xrm judge 4 7 different --reason 'father and son'", "xrm judge 9 4 two-roles")
@click.argument("left", type=int, metavar="ID")
@click.argument("right", type=int, metavar="ID")
@click.argument("verdict", metavar="same|different|unsure|open")
@click.option("--reason", default="", help="Why, for the history.")
@click.option(
    "--drawn", type=click.Choice(["value", "information", "audit"]), help="Why `xrm matches --order value` asked."
)
def judge(door: Door, *, left: int, right: int, verdict: str, reason: str, drawn: str | None) -> None:
    """
    Say whether two records are the same; prints the decision, which `xrm undo` takes back.

    Of records of two types: same-thing, two-roles (one party), different, unsure or open. They stay two, joined by a link.
    """
    answer = verdict.replace("-", "_")
    door.show_id("decision", door.call("judge", [(left, right)], answer, reason=reason, drawn=drawn))


@command("unmerge", "xrm unmerge 8")
@click.argument("id", type=int)
@click.option("--reason", default="", help="Why, for the history.")
def unmerge(door: Door, id: int, reason: str) -> None:
    """Take a record out of its cluster, or a golden record apart; prints the decision."""
    door.show_id("decision", door.call("unmerge", id, reason=reason))


@command("snapshot", "xrm snapshot --as-of 2017-12-31")
@click.option("--as-of", type=Day(), help="The day the figures speak of.  [default: today]")
@click.option("--backfill", is_flag=True, help="Work out the snapshots of past days from the ledger; needs --from.")
@click.option("--from", "since", type=Day(), help="The first day to fill.")
@click.option("--every", type=click.IntRange(1), default=7, show_default=True, help="Days between those to fill.")
def snapshot(door: Door, as_of: date | None, backfill: bool, since: date | None, every: int) -> None:
    """
    Measure the lake and keep the figures, so that the next report can say what moved.

    The table tells whole types; by field, source and owner the figures are in the answer as JSON. With --backfill, what would have been
    measured on past days, up to the first snapshot that was taken.
    """
    if backfill != (since is not None):
        raise click.UsageError("--backfill and --from go together: xrm snapshot --backfill --from 2025-06-02")
    if since is not None:
        _backfill(door, since, every)
        return
    taken = door.call("snapshot", as_of=as_of)
    if door.format == "json":
        output.show_json(taken)
    else:
        door.show(taken.measures.filter(taken.measures["split"] == "").drop("split", "part"))
    door.say(f"Snapshot {taken.snapshot_id} as of {taken.as_of}.")


def _backfill(door: Door, since: date, every: int) -> None:
    filled = door.call("backfill", since, every=every)
    if door.format == "json":
        output.show_json(filled)
    else:
        door.show(filled.left_out)
    days = output.counted(len(filled.days), "snapshot", "snapshots")
    door.say(
        f"{days} worked out, from {filled.days[0]} to {filled.days[-1]}. Above is what the ledger cannot tell of them."
    )
