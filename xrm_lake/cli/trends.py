"""Commands for trends: trends, entered, odd-weeks, odd-week."""

from datetime import date

import click

from xrm_lake.cli.door import Door, command
from xrm_lake.cli.values import Day

_SHOWN = ("metric", "scope", "state", "since", "rate", "usual", "sentence")
_WORSE = ("alert", "worse")


@command("trends", "xrm trends", "xrm trends person --metric stale", "xrm trends --as-of 2026-11-30 --format json")
@click.argument("type_name", required=False, metavar="[TYPE]")
@click.option("--metric", metavar="METRIC", help="Only this one, such as stale.")
@click.option("--as-of", type=Day(), help="The day to judge by.  [default: today]")
def trends(door: Door, type_name: str | None, metric: str | None, as_of: date | None) -> int:
    """
    What gets worse, what better, and what only wavers, the worst first; exit code 1 if something gets worse.

    Told from the flows of weekly snapshots. What fired with which figures stands in the columns of CSV and JSON.
    """
    found = door.call("trends", type_name, metric=metric, as_of=as_of)
    door.show(found.select(_SHOWN) if door.format == "table" else found)
    if door.format == "table":
        for row in found.filter(found["cause"] != "").iter_rows(named=True):
            door.say(f"{row['metric']} of {row['scope']}: {row['cause']}")
    if found.is_empty():
        door.say("Nothing was measured yet. Take a snapshot each week: xrm snapshot")
    return 1 if found["state"].is_in(_WORSE).any() else 0


@command("entered", "xrm entered incomplete --type person --since 2026-11-01")
@click.argument("metric", metavar="METRIC")
@click.option("--type", "type_name", metavar="TYPE", help="Only of this type.")
@click.option("--since", type=Day(), help="Only those that entered after this day.")
@click.option("--limit", type=click.IntRange(min=0), default=1000, show_default=True, help="How many at most.")
def entered(door: Door, *, metric: str, type_name: str | None, since: date | None, limit: int) -> None:
    """The records in the bad state of a metric, such as incomplete or inactive, the latest to enter it first."""
    door.show_found(door.call("entered", metric, type=type_name, since=since, limit=limit))


@command("odd-weeks", "xrm odd-weeks")
def odd_weeks(door: Door) -> None:
    """Weeks that trends leave out, such as those of holidays."""
    door.show_found(door.call("odd_weeks"))


@command("odd-week", "xrm odd-week 2026-12-25 --reason Christmas", "xrm odd-week 2026-12-25 --count-again")
@click.argument("day", type=Day(), metavar="DAY")
@click.option("--reason", default="", help="Why, for those who wonder.")
@click.option("--count-again", is_flag=True, help="It is a week like others after all.")
def odd_week(door: Door, *, day: date, reason: str, count_again: bool) -> None:
    """Have trends leave out the week that holds this day, or count it again; prints the batch."""
    door.show_id("batch", door.call("flag_week", day, reason=reason, odd=not count_again))
