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
        door.show(found.drop("run_id", strict=False))
        door.say(output.counted(result.counts.height - found.height, "check", "checks") + " found nothing.")
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
        door.show(found)
        return 1 if found["found"].sum() else 0
    found = door.call("issues", type_name, check=check_name, limit=limit)
    door.show_found(found)
    return 1 if found.height else 0


@command("match", "xrm match person --at-least 0.9 --format csv > matches.csv")
@click.argument("type_name", metavar="TYPE")
@click.option(
    "--at-least", type=click.FloatRange(0, 1), default=0.5, show_default=True, help="The lowest score to keep."
)
def match(door: Door, type_name: str, at_least: float) -> None:
    """Find pairs of records that may be the same, best first, each with its evidence."""
    pairs = door.call("match", type_name, at_least=at_least)
    door.show(with_evidence_in_words(door, pairs))
    door.say(output.counted(pairs.height, "pair", "pairs") + " may be the same.")


def with_evidence_in_words(door: Door, pairs: "pl.DataFrame") -> "pl.DataFrame":
    """In a table the evidence is words, the heaviest first; in CSV and JSON it is the evidence itself."""
    if door.format != "table":
        return pairs
    import polars as pl

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
    return ", ".join(f"{item['field'].rstrip('_')} {item['label']} {item['weight']:+.1f}" for item in told)


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
    if waiting:
        door.show_found(door.call("open_clusters", type_name, limit=limit))
    else:
        door.show_found(door.call("clusters", type_name, at_least=at_least))


@command("judge", "xrm judge 4 7 different --reason 'father and son'")
@click.argument("left", type=int, metavar="ID")
@click.argument("right", type=int, metavar="ID")
@click.argument("verdict", metavar="same|different|unsure|open")
@click.option("--reason", default="", help="Why, for the history.")
@click.option(
    "--drawn", type=click.Choice(["value", "information", "audit"]), help="Why `xrm matches --order value` asked."
)
def judge(door: Door, *, left: int, right: int, verdict: str, reason: str, drawn: str | None) -> None:
    """Say whether two records are the same; prints the decision, which `xrm undo` takes back."""
    door.show_id("decision", door.call("judge", [(left, right)], verdict, reason=reason, drawn=drawn))


@command("unmerge", "xrm unmerge 8")
@click.argument("id", type=int)
@click.option("--reason", default="", help="Why, for the history.")
def unmerge(door: Door, id: int, reason: str) -> None:
    """Take a record out of its cluster, or a golden record apart; prints the decision."""
    door.show_id("decision", door.call("unmerge", id, reason=reason))


@command("snapshot", "xrm snapshot --as-of 2017-12-31")
@click.option("--as-of", type=Day(), help="The day the figures speak of.  [default: today]")
def snapshot(door: Door, as_of: date | None) -> None:
    """Measure the lake and keep the figures, so that the next report can say what moved."""
    taken = door.call("snapshot", as_of=as_of)
    if door.format == "json":
        output.show_json(taken)
    else:
        door.show(taken.measures)
    door.say(f"Snapshot {taken.snapshot_id} as of {taken.as_of}.")
