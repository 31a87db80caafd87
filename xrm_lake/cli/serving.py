"""Commands that serve the app and the REST API: serve, demo."""

from pathlib import Path

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


@command("demo", "xrm demo --no-serve --folder demo")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("xrm-demo"),
    show_default=True,
    help="Where to put it.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed makes another firm.")
@click.option("--no-serve", is_flag=True, help="Do not open the app afterwards.")
@click.option("--no-browser", is_flag=True, help="Serve, but do not open a browser.")
@click.option("--port", type=click.IntRange(1, 65535), help="Where to listen.")
def demo(door: Door, folder: Path, seed: int, no_serve: bool, no_browser: bool, port: int | None) -> None:
    """A lake of a fictitious firm: its exports, through the whole flow to the weekly report, then the app."""
    from xrm_lake.verbs import resolve

    with Bar("xrm demo") as bar:
        result = resolve("demo")(folder, seed=seed, progress=bar)
    if door.format == "json":
        output.show_json(result)
    else:
        door.show(result.planted)
    door.say(f"The lake is {result.lake}. Try: xrm types --lake {result.lake}")
    if not no_serve:
        from xrm_lake.server.run import serve as serve_lake

        serve_lake(result.lake, port=port, say=door.say, open_browser=not no_browser)
