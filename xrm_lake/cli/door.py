"""What every command shares: the lake, the format, and a help that ends in an example."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xrm_lake.cli import output

if TYPE_CHECKING:
    import polars as pl

DEFAULT_LAKE = "lake.xrm"


@dataclass(frozen=True)
class Door:
    """Where a command finds its lake, and how it shows what it found."""

    lake: Path
    format: str

    def call(self, name: str, /, *positional: Any, **named: Any) -> Any:
        """Run a verb on the lake, here or in the process that has it open."""
        from xrm_lake.cli.session import call

        return call(self.lake, name, *positional, **named)

    def show(self, frame: "pl.DataFrame") -> None:
        """Print a frame on stdout."""
        output.show_frame(frame, self.format)

    def show_found(self, frame: "pl.DataFrame") -> None:
        """Print what was looked for; if there is none, say so on stderr."""
        self.show(frame)
        if frame.is_empty():
            self.say("Nothing found.")

    def show_id(self, name: str, id: int) -> None:
        """Print an id on stdout."""
        output.show_value(name, id, self.format)

    def say(self, text: str) -> None:
        """Tell something on stderr."""
        output.say(text)


class Example:
    """Ends the help of a command or a group with its examples, word for word."""

    examples: Sequence[str] = ()

    def format_epilog(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples; click would wrap them."""
        formatter.write("\nExample:\n" + "".join(f"  {line}\n" for line in self.examples))


class Command(Example, click.Command):
    """A command with examples."""

    def __init__(self, *args: Any, examples: Sequence[str], **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.examples = examples


class Group(Example, click.Group):
    """A group of commands with examples, listed in the order they were added in."""

    def __init__(self, *args: Any, examples: Sequence[str], **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.examples = examples

    def list_commands(self, _context: click.Context) -> list[str]:
        """The names in their order."""
        return list(self.commands)


def command(name: str, *examples: str) -> Callable[[Callable[..., int | None]], Command]:
    """
    Make a command of a function whose first argument is a Door; it may return an exit code.

    Its docstring is the help, its other arguments are declared by click's decorators below this one.
    """

    def decorate(function: Callable[..., int | None]) -> Command:
        @wraps(function)
        def run(**given: Any) -> int | None:
            root = click.get_current_context().find_root()
            shared = root.params
            lake = given.pop("lake_path") or shared.get("lake_path") or Path(DEFAULT_LAKE)
            format = given.pop("output_format") or shared.get("output_format") or "table"
            # Should all else fail, the traceback is kept in this lake.
            root.obj = lake
            return function(Door(lake, format), **given)

        return click.command(name, cls=Command, examples=examples)(format_option(lake_option(run)))

    return decorate


def lake_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--lake PATH`; on a command it wins over the one before it, which wins over XRM_LAKE."""
    return click.option(
        "--lake", "lake_path", type=click.Path(path_type=Path), metavar="PATH",
        help="The lake.  [default: $XRM_LAKE, else ./lake.xrm]",
    )(function)  # fmt: skip


def format_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--format`: how data on stdout looks."""
    return click.option(
        "--format", "output_format", type=click.Choice(output.FORMATS),
        help="How to print data.  [default: table]",
    )(function)  # fmt: skip
