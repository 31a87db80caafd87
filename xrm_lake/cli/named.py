"""What a person names to be read: files, addresses of databases, and `-`, which is standard input."""

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, unquote

import click

STANDARD_INPUT = "-"


def named(value: str) -> str | Path:
    """
    The path that was typed, or the address of a database, in which the path of a file is made absolute.

    Raises ImportRefused for an address of what cannot be read.
    """
    from xrm_lake.ingest.read.address import address_of

    address = address_of(value)
    if address is None:
        return value if value == STANDARD_INPUT else Path(value)
    if address.system != "sqlite":
        return value
    file = Path(unquote(address.url.path)[1:]).absolute()
    return f"sqlite:///{quote(str(file))}" + (f"#{quote(address.table)}" if address.table else "")


@contextmanager
def files_of(given: Sequence[str | Path]) -> Iterator[list[str | Path]]:
    """What was named, with standard input as a file called `stdin`, which is gone afterwards."""
    if STANDARD_INPUT not in given:
        yield list(given)
        return
    if given.count(STANDARD_INPUT) > 1:
        raise click.UsageError("Standard input can be read only once.")
    if sys.stdin is None or sys.stdin.isatty():
        raise click.UsageError("- reads standard input, and nothing is piped into it.")
    with tempfile.TemporaryDirectory(prefix="xrm-stdin-") as folder:
        file = Path(folder) / "stdin"
        with file.open("wb") as copy:
            shutil.copyfileobj(sys.stdin.buffer, copy, 1 << 20)
        yield [file if each == STANDARD_INPUT else each for each in given]


def name_of(file: str | Path) -> str:
    """What to call it in a message; an address without what it may hide."""
    from xrm_lake.ingest.read.address import address_of

    address = address_of(file)
    return Path(file).name if address is None else address.name
