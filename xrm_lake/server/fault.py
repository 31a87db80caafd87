"""Faults: what should not happen. It is told in one line; the details go to a file that only its owner reads."""

import os
import secrets
import tempfile
import traceback
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Fault:
    """An unexpected error: the id that a user can name, and the file that holds the traceback."""

    id: str
    file: str

    def message(self) -> str:
        """What to tell the user: no value of a record, no traceback."""
        return (
            f"Something failed that should not (fault {self.id}). What was not finished was rolled back."
            f" Please report it; the details are in {self.file}."
        )


def keep_fault(problem: BaseException, lake: Path | None) -> Fault:
    """Write the traceback to a file in the lake's `tmp`, or among the system's temporary files."""
    id = secrets.token_hex(4)
    inside = lake / "tmp" if lake is not None else None
    folder = inside if inside is not None and os.access(inside, os.W_OK) else Path(tempfile.gettempdir())
    file = folder / f"fault-{id}.txt"
    text = "".join(traceback.format_exception(problem))
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as log:
        log.write(text)
    return Fault(id, str(file.resolve()))
