"""The commands of governance: shadow, debt, dictionary, reviewed, readiness, adoption."""

from datetime import date

import click

from xrm_lake.cli import output
from xrm_lake.cli.door import Door, command
from xrm_lake.cli.values import Day


@command("shadow", "xrm shadow", "xrm shadow --as-of 2026-09-30 --all")
@click.option("--as-of", type=Day(), help="The day to measure as of.  [default: today]")
@click.option("--all", "every", is_flag=True, help="Also what is fine, and what cannot be told.")
def shadow(door: Door, *, as_of: date | None, every: bool) -> int:
    """
    What shows that the real work is done in spreadsheets and mailboxes.

    Exit code 1 if an indicator is raised.
    """
    from xrm_lake.hygiene.shadow.list_shadow import count_shadow

    found = door.call("shadow", as_of=as_of)
    raised, unknown = count_shadow(found)
    door.show_found(found if every else found.filter(found["raised"].fill_null(False)))
    door.say(
        f"{raised} of 6 indicators are raised; of {unknown} nothing can be told." + ("" if every else " See all: --all")
    )
    return 1 if raised else 0


@command("debt", "xrm debt", "xrm debt --format csv")
@click.option("--as-of", type=Day(), help="The day to measure as of.  [default: today]")
def debt(door: Door, *, as_of: date | None) -> int:
    """
    Fields nobody uses, twins, contradictory stages, late sources, and what they cost.

    Exit code 1 if anything is found.
    """
    from xrm_lake.hygiene.debt.list_debt import debt_score

    found = door.call("debt", as_of=as_of)
    door.show_found(found)
    score = debt_score(found)
    door.say("No score: nothing can be told." if score is None else f"Score: {score:g} of 100.")
    return 1 if found["raised"].fill_null(False).any() else 0


@command("dictionary", "xrm dictionary deal", "xrm dictionary --due")
@click.argument("type_name", required=False, metavar="[TYPE]")
@click.option("--due", "only_due", is_flag=True, help="Only fields that are to be looked at.")
def dictionary(door: Door, type_name: str | None, *, only_due: bool) -> None:
    """What each field means, who answers for it, how it is used, and when it is to be looked at again."""
    found = door.call("dictionary", type_name, only_due=only_due)
    door.show_found(found)
    if not only_due:
        door.say(f"{output.counted(found['due'].sum(), 'field is', 'fields are')} due. See them: --due")


@command("reviewed", "xrm reviewed deal amount", "xrm reviewed deal amount --due 2027-01-31")
@click.argument("type_name", metavar="TYPE")
@click.argument("field", metavar="FIELD")
@click.option("--due", type=Day(), help="When to look again.  [default: in a year]")
def reviewed(door: Door, type_name: str, field: str, due: date | None) -> None:
    """Say that a field was looked at and is right as it is declared."""
    door.show_id("batch", door.call("review_field", type_name, field, due=due))


@command("readiness", "xrm readiness", "xrm readiness forecast --as-of 2026-09-30")
@click.argument("use", required=False, metavar="[USE]")
@click.option("--as-of", type=Day(), help="The day to measure as of.  [default: today]")
def readiness(door: Door, use: str | None, *, as_of: date | None) -> int:
    """
    Whether the records are enough for a use, and what is missing.

    Uses: lead_score, win_prediction, churn, summary, forecast. Exit code 1 if a gate is not passed.
    """
    from xrm_lake.hygiene.readiness import is_ready

    found = door.call("readiness", use, as_of=as_of)
    door.show_found(found)
    uses = found["use"].unique(maintain_order=True)
    ready = [name for name in uses if is_ready(found, name)]
    door.say(f"Ready: {', '.join(ready) or 'none'}, of {len(uses)}.")
    return 0 if len(ready) == len(uses) else 1


@command("adoption", "xrm adoption")
@click.option("--as-of", type=Day(), help="The day to measure as of.  [default: today]")
def adoption(door: Door, *, as_of: date | None) -> None:
    """How far people use what records come from, as far as a lake can know it; nobody is named."""
    door.show_found(door.call("adoption", as_of=as_of))
