"""Data on stdout, as a table, as CSV or as JSON; what is said about it on stderr."""

import sys
from typing import TYPE_CHECKING, Any

import click

from xrm_lake.cli.table import cell_text, table_text, terminal_width

if TYPE_CHECKING:
    import polars as pl

FORMATS = ("table", "csv", "json")


def show_frame(frame: "pl.DataFrame", format: str) -> None:
    """Print a frame: aligned text, exact CSV, or JSON with one object a row."""
    match format:
        case "csv":
            click.echo(csv_text(frame), nl=False)
        case "json":
            show_json(frame)
        case _:
            click.echo(table_text(frame, width=terminal_width()), nl=False)


def has_room(columns: int) -> bool:
    """Whether a table of so many columns is printed without being cut."""
    width = terminal_width()
    return width is None or width >= columns


def show_json(value: Any) -> None:
    """Print any result as JSON, with all of its digits."""
    from xrm_lake.server.plain import to_json

    click.echo(to_json(value, indent=2))


def show_value(name: str, value: Any, format: str) -> None:
    """Print one value, such as a new id: bare, under a CSV header, or as a JSON object."""
    match format:
        case "csv":
            click.echo(f"{name}\n{value}")
        case "json":
            show_json({name: value})
        case _:
            click.echo(value)


def show_listing(pairs: dict[str, Any], format: str) -> None:
    """Print names and values: two columns, CSV with `name,value`, or a JSON object."""
    import polars as pl

    match format:
        case "csv":
            texts = ["" if value is None else cell_text(value) for value in pairs.values()]
            click.echo(csv_text(pl.DataFrame({"name": list(pairs), "value": texts})), nl=False)
        case "json":
            show_json(pairs)
        case _:
            width = max((len(name) for name in pairs), default=0)
            for name, value in pairs.items():
                click.echo(f"{name:<{width}}  {cell_text(value)}".rstrip())


def show_bytes(content: str | bytes) -> None:
    """Write a rendered file to stdout as it is."""
    if isinstance(content, bytes):
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    else:
        click.echo(content, nl=False)


def say(text: str) -> None:
    """Tell the user something that is not data."""
    click.echo(text, err=True)


def counted(number: int, one: str, many: str) -> str:
    """
    A number with the words that go with it.

    >>> counted(1, "link waits", "links wait"), counted(1200, "link waits", "links wait")
    ('1 link waits', '1,200 links wait')
    """
    return f"{number:,} {one if number == 1 else many}"


def csv_text(frame: "pl.DataFrame") -> str:
    """
    A frame as CSV (RFC 4180): exact values, ISO dates, lists as JSON text, nothing for null.

    An empty text is quoted, so that it can be told from null.
    """
    import polars as pl

    from xrm_lake.server.plain import to_json

    def flat(name: str, dtype: pl.DataType) -> pl.Series:
        column = frame[name]
        if isinstance(dtype, pl.Binary):
            texts = [None if value is None else value.decode("utf-8", "backslashreplace") for value in column]
        elif dtype.is_nested() or isinstance(dtype, pl.Object):
            texts = [None if value is None else to_json(value) for value in column.to_list()]
        else:
            return column
        return pl.Series(name, texts, dtype=pl.String)

    columns = [flat(name, dtype) for name, dtype in frame.schema.items()]
    return pl.DataFrame(columns).write_csv(line_terminator="\n") if columns else "\n"
