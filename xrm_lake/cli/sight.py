"""Commands for who may see figures about named persons: viewers, viewer."""

import click

from xrm_lake.cli.door import Door, command


@command("viewers", "xrm viewers")
def viewers(door: Door) -> None:
    """Who may see figures about named persons: nobody, until the lake's maker allows it."""
    door.show_found(door.call("viewers"))


@command("viewer", "xrm viewer ann", "xrm viewer bob --disallow")
@click.argument("user", metavar="USER")
@click.option("--disallow", is_flag=True, help="No more.")
def viewer(door: Door, user: str, disallow: bool) -> None:
    """Let a user of this computer see figures about named persons, or no more; prints the batch."""
    door.show_id("batch_id", door.call("disallow_viewer" if disallow else "allow_viewer", user))
