"""Commands for figures that are corrected by hand: override, overrides."""

from datetime import date

import click

from xrm_lake.cli.door import Door, command
from xrm_lake.cli.values import Day


@command(
    "override",
    "xrm override weekly 'Data quality' 55 --old 50.6 --reason 'two teams were on leave'",
    "xrm override --take-back 42",
)
@click.argument("report", required=False, metavar="[REPORT]")
@click.argument("figure", required=False, metavar="[FIGURE]")
@click.argument("new", required=False, type=float, metavar="[NEW]")
@click.option("--old", type=float, help="What the report said.")
@click.option("--as-of", type=Day(), help="The day the report speaks of.  [default: today]")
@click.option("--reason", default="", help="Why; always needed for a correction.")
@click.option("--take-back", "taken", type=int, metavar="ID", help="Take back this correction.")
def override(
    door: Door, *, report: str | None, figure: str | None, new: float | None, taken: int | None, reason: str,
    old: float | None, as_of: date | None,
) -> None:  # fmt: skip
    """
    Write down that a figure of a report was corrected by hand, and why; prints its number.

    No record is changed. The report shows the correction beside its figures.
    """
    if taken is not None:
        if report or old is not None or as_of:
            raise click.UsageError("--take-back goes with --reason only.")
        door.show_id("override_id", door.call("take_back_override", taken, reason=reason))
        return
    if report is None or figure is None or new is None:
        raise click.UsageError("Name the report, the figure and its new value, or a correction with --take-back.")
    door.show_id("override_id", door.call("override_figure", report, figure, new, old=old, as_of=as_of, reason=reason))


@command("overrides", "xrm overrides weekly", "xrm overrides --since 2026-09-01 --all")
@click.argument("report", required=False, metavar="[REPORT]")
@click.option("--since", type=Day(), help="Only those made since that day.")
@click.option("--all", "every", is_flag=True, help="Those that were taken back too.")
def overrides(door: Door, report: str | None, since: date | None, every: bool) -> None:
    """Figures of reports that were corrected by hand, newest first, with the reason."""
    door.show_found(door.call("overrides", report, since=since, standing=not every))
