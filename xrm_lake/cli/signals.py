"""The command for what wears away: signals."""

from datetime import date

import click

from xrm_lake.cli import output
from xrm_lake.cli.door import Door, command
from xrm_lake.cli.values import Day

_SIGNALS = ("inactive", "undefined", "duplicates", "stage_meaning", "correction")


@command(
    "signals",
    "xrm signals",
    "xrm signals deal --signal stage_meaning --all",
    "xrm signals --as-of 2026-09-30 --days 30",
)
@click.argument("type_name", required=False, metavar="[TYPE]")
@click.option("--as-of", type=Day(), help="The day to measure as of.  [default: today]")
@click.option(
    "--days", type=click.IntRange(min=1), default=91, show_default=True, help="How far back something is new."
)
@click.option("--signal", type=click.Choice(_SIGNALS), help="Only this one.")
@click.option("--all", "every", is_flag=True, help="Also what is fine, and what too few records tell of.")
def signals(
    door: Door, type_name: str | None, *, as_of: date | None, days: int, signal: str | None, every: bool
) -> int:
    """
    What shows that trust wears away: inactive, undefined, duplicates, stage meaning, corrections.

    Exit code 1 if something is worth a look. Owners are named to those whom `xrm viewers` lists.
    """
    found = door.call("signals", type_name, as_of=as_of, days=days)
    if signal:
        found = found.filter(found["signal"] == signal)
    raised = found.filter(found["raised"].fill_null(False))
    door.show_found(found if every else raised)
    if not every:
        unknown = found["raised"].null_count()
        fine = found.height - raised.height - unknown
        door.say(
            f"{output.counted(fine, 'measure is', 'measures are')} fine, of {unknown} too few records tell. See all: --all"
        )
    return 1 if raised.height else 0


@command(
    "invoices",
    "xrm import invoices.csv --new-type invoice",
    "xrm invoices invoice",
    "xrm invoices invoice --field customer",
)
@click.argument("type_name", metavar="TYPE")
@click.option("--against", default="deal", show_default=True, metavar="TYPE", help="The type of what is won.")
@click.option("--field", metavar="FIELD", help="Which field of the invoices names the account.")
def invoices(door: Door, type_name: str, against: str, field: str | None) -> int:
    """
    What was won against what was invoiced, by month and account, the largest difference first.

    The invoices are a type of their own. Exit code 1 if they differ.
    """
    from xrm_lake.hygiene.decay.invoices import agreement

    compared = door.call("compare_invoices", type_name, against=against, field=field)
    door.show_found(compared)
    difference, matched = agreement(compared)
    if difference is not None and matched is not None:
        door.say(
            f"The difference is {100 * difference:.1f}% of what was invoiced; {100 * matched:.1f}% of it is of accounts known here."
        )
    return 1 if compared.height and float(compared["difference"].abs().sum()) else 0
