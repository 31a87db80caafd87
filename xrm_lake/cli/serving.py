"""Commands that serve the app and the REST API: serve, demo."""

import click

from xrm_lake.cli import output
from xrm_lake.cli.door import Door, command
from xrm_lake.cli.progress import Bar


@command("serve", "xrm serve --port 8501")
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Where to listen.  [default: 8501, or the next one that is free]"
)
@click.option("--no-browser", is_flag=True, help="Do not open the app in a browser.")
def serve(door: Door, port: int | None, no_browser: bool) -> None:
    """
    Serve the app and the REST API on 127.0.0.1, until Ctrl-C.

    Meanwhile every other xrm command works too: it is sent here.
    """
    from xrm_lake.server.run import serve as serve_lake

    serve_lake(door.lake, port=port, say=door.say, open_browser=not no_browser)


@command("demo", "xrm demo --no-serve", "xrm --lake demo.xrm demo")
@click.option("--seed", type=int, default=7, show_default=True, help="Another seed makes another firm.")
@click.option("--scale", type=float, default=1.0, show_default=True, help="How large the firm is, 0.005 to 20.")
@click.option("--no-serve", is_flag=True, help="Do not open the app afterwards.")
@click.option("--no-browser", is_flag=True, help="Serve, but do not open a browser.")
@click.option("--port", type=click.IntRange(1, 65535), help="Where to listen.")
def demo(door: Door, *, seed: int, scale: float, no_serve: bool, no_browser: bool, port: int | None) -> None:
    """A lake of a fictitious firm: its exports, through the whole flow to the weekly report, then the app."""
    if (door.lake / "demo" / "truth").is_dir():
        door.say(f"There is a demonstration at {door.lake} already; it is taken as it is.")
    else:
        _make_demo(door, seed, scale)
    door.say(f"Try: xrm --lake {door.lake} report weekly")
    if not no_serve:
        from xrm_lake.server.run import serve as serve_lake

        serve_lake(door.lake, port=port, say=door.say, open_browser=not no_browser)


def _make_demo(door: Door, seed: int, scale: float) -> None:
    from xrm_lake.verbs import resolve

    with Bar("xrm demo") as bar:
        result = resolve("demo")(door.lake, seed=seed, scale=scale, progress=bar)
    if door.format == "json":
        output.show_json(result)
    else:
        door.show(result.planted)
    door.say(f"The lake is {result.lake}; the weekly report is {result.reports[0]}.")
