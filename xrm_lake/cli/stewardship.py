"""Commands for deciding: matches, cluster, decisions."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from xrm_lake.cli import output
from xrm_lake.cli.door import Door, command
from xrm_lake.cli.quality import with_evidence_in_words
from xrm_lake.cli.values import Moment

if TYPE_CHECKING:
    import polars as pl

    from xrm_lake.hygiene.cluster_review import ClusterReview
    from xrm_lake.hygiene.undo_effect import UndoEffect

_ORDERS = ("score", "value", "information", "audit")
_VERDICTS = ("same", "different", "unsure", "open", "same_thing", "two_roles")


@command(
    "matches",
    "xrm matches person --order value --limit 20",
    "xrm matches person --owner 'Ann Smith' --at-most 0.9",
    "xrm matches candidate --with person",
)
@click.argument("type_name", metavar="TYPE")
@click.option("--order", type=click.Choice(_ORDERS), default="score", show_default=True,
              help="value: by what hangs on a pair, mixed with what teaches most and a random sample.")  # fmt: skip
@click.option(
    "--at-least", type=click.FloatRange(0, 1), default=0.5, show_default=True, help="The lowest score to show."
)
@click.option(
    "--at-most", type=click.FloatRange(0, 1), default=1.0, show_default=True, help="The highest score to show."
)
@click.option("--source", help="Only pairs with a record of this source.")
@click.option("--owner", metavar="ID|NAME", help="Only pairs with a record that this one owns.")
@click.option("--limit", type=click.IntRange(min=0), help="How many at most.")
@click.option("--offset", type=click.IntRange(min=0), default=0, help="How many to pass over.")
@click.option("--with", "other", metavar="TYPE", help="Pairs with records of another type.")
def matches(door: Door, *, type_name: str, other: str | None, **wanted: Any) -> None:
    """Pairs of the last match run that nobody has judged yet, best first or by what hangs on them."""
    pairs: pl.DataFrame
    if other is not None:
        if wanted["order"] != "score" or wanted["at_most"] != 1 or wanted["source"] or wanted["owner"]:
            raise click.UsageError("With --with only --at-least, --limit and --offset can be given.")
        wanted = {name: wanted[name] for name in ("at_least", "limit", "offset")}
        pairs = door.call("matches_across", type_name, other, **wanted)
    else:
        pairs = door.call("matches", type_name, **wanted)
    if door.format == "table" and other is None:
        unasked = [] if wanted["order"] == "value" else ["why"]
        pairs = pairs.drop("open_amount", "activities", "links", *unasked)
    door.show(with_evidence_in_words(door, pairs))
    part = {name: wanted.pop(name) for name in ("limit", "offset")}
    whole = (
        pairs.height
        if not any(part.values()) and part["limit"] is None
        else door.call("count_matches", type_name, other, **wanted)
    )
    if pairs.height < whole:
        door.say(f"{pairs.height:,} of {whole:,} pairs that wait for a verdict.")
    else:
        door.say(output.counted(whole, "pair waits", "pairs wait") + " for a verdict.")


@command("cluster", "xrm cluster 4", "xrm cluster 4 7 9 --format json")
@click.argument("ids", type=int, nargs=-1, required=True, metavar="ID...")
def cluster(door: Door, ids: tuple[int, ...]) -> None:
    """
    Records side by side, where they differ, and how well they hold together; of one record, the cluster it is in.

    To decide: xrm merge 4 7 --not 9.
    """
    review: ClusterReview = door.call("cluster", list(ids))
    if door.format == "json":
        output.show_json(review)
        return
    door.show(_grid(review))
    for line in _told(review):
        door.say(line)


def _grid(review: "ClusterReview") -> "pl.DataFrame":
    """A row for each field in which the records differ, a column for each record, and what all of them would give."""
    import polars as pl

    columns: dict[str, list[str | None]] = {"field": list(review.differing)}
    for side in review.records:
        name = f"{side.id} ({side.members} merged)" if side.members else f"{side.id} {side.source}".strip()
        columns[name] = [side.values[field] for field in review.differing]
    whole = "all as one" if review.golden is None else f"{review.golden} golden"
    columns[whole] = [review.result[field] for field in review.differing]
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def _told(review: "ClusterReview") -> list[str]:
    count = len(review.records)
    if review.golden is not None:
        members = ", ".join(str(side.id) for side in review.records)
        return [f"Record {review.golden} stands for {members}, which are one. To take one out: xrm unmerge ID."]
    if count == 1:
        return [f"Record {review.records[0].id} stands alone: it is merged with no other, and no pair of it waits."]
    found, all_pairs = review.pairs.height, count * (count - 1) // 2
    lowest = "" if review.cohesion is None else f", no two of a score below {review.cohesion:.3f}"
    lines = [f"{output.counted(count, 'record', 'records')}, {found} of {all_pairs} pairs found alike{lowest}."]
    if review.bridge is not None:
        one, other = (", ".join(map(str, half)) for half in (review.bridge.one, review.bridge.other))
        ends = f"{review.bridge.left_id} and {review.bridge.right_id}"
        lines.append(f"Weakest bridge: {ends} of score {review.bridge.score:.3f}; without it {one} | {other}.")
    for left, right, guard, reason in review.guards.iter_rows():
        whose = "" if left is None else f" {left} and {right}"
        lines.append(f"Guard ({guard}){whose}: {reason}")
    return lines


@command("decisions", "xrm decisions --type person --since 2026-03-01", "xrm decisions --what-if 12")
@click.option("--type", help="Only on records of this type.")
@click.option("--verdict", type=click.Choice(_VERDICTS), help="Only with this verdict.")
@click.option("--by", "made_by", metavar="NAME", help="Only by this person.")
@click.option("--since", type=Moment(), help="Only from this day or moment (UTC) on.")
@click.option("--standing/--undone", default=None, help="Only what stands, or what was undone.")
@click.option("--limit", type=click.IntRange(min=0), default=50, show_default=True, help="How many at most.")
@click.option("--offset", type=click.IntRange(min=0), default=0, help="How many to pass over.")
@click.option("--what-if", type=int, metavar="DECISION", help="What undoing this decision would do; nothing is done.")
def decisions(door: Door, *, what_if: int | None, since: datetime | None, **wanted: Any) -> None:
    """What was judged, newest first: who, why, and whether it stands; `xrm undo` takes a decision back."""
    if what_if is None:
        door.show_found(door.call("decisions", since=since, **wanted))
        return
    effect: UndoEffect = door.call("undo_effect", what_if)
    if door.format == "json":
        output.show_json(effect)
    else:
        door.say(effect.sentence)
