"""What is asked of a reader, and which tables of a file that means."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from xrm_lake.errors import ImportRefused
from xrm_lake.ingest.read.delivery import Dialect
from xrm_lake.model.progress import Progress, quiet


@dataclass(frozen=True)
class Asked:
    """
    Where files are kept, which table of a file is wanted (None: all that are not empty), and who is told how far it is.

    `first` wants only the first of the tables, `dialect` says how a text table is written, `inside` that the file was
    unpacked from an archive, and so must not be another one.
    """

    landing: Path
    table: str | int | None = None
    first: bool = False
    dialect: Dialect | None = None
    progress: Progress = quiet
    inside: bool = False


def choose(names: Sequence[str], wanted: str | int | None, *, file: str, what: str) -> list[str]:
    """
    Those of the tables of a file that are wanted; `what` they are called there, such as "sheet".

    A number counts from 1, also as text unless a table bears it as its name. Raises ImportRefused if there is no such table.
    """
    if wanted is None:
        return list(names)
    if wanted in names:
        return [str(wanted)]
    number = int(wanted) if isinstance(wanted, int) or wanted.isdecimal() else 0
    if 1 <= number <= len(names):
        return [names[number - 1]]
    there = ", ".join(repr(name) for name in names[:12]) + (", …" if len(names) > 12 else "")
    raise ImportRefused(f"{file} has no {what} {wanted!r}. Nothing was imported. Its {what}s are: {there}.")


def refuse_choice(wanted: str | int | None, file: str, called: str) -> None:
    """Raise ImportRefused if a table is named of a file that is only one, such as "a text table"."""
    if wanted is not None:
        raise ImportRefused(f"{file} is {called} and has no sheets. Nothing was imported. Leave out the sheet.")
