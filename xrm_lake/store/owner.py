"""Who has the lake open: one process at a time, and how others reach it."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

NAME = "owner.json"


@dataclass(frozen=True)
class Owner:
    """The process that holds the lake; `port` is 0 if it takes no commands from others."""

    pid: int
    what: str
    port: int = 0
    token: str = ""
    since: str = ""

    def describe(self) -> str:
        """Who it is, for a message."""
        where = f" on port {self.port}" if self.port else ""
        return f"process {self.pid} ({self.what}{where})"


def new_token() -> str:
    """A secret that only those who can read the lake's folder know."""
    return secrets.token_urlsafe(32)


def write_owner(folder: Path, owner: Owner) -> None:
    """Say who holds the lake, readable by this user only."""
    beside = folder / f"{NAME}.{owner.pid}"
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(handle, json.dumps(asdict(owner)).encode())
    finally:
        os.close(handle)
    beside.replace(folder / NAME)


def read_owner(folder: Path) -> Owner | None:
    """Who holds the lake; None if nobody does, as far as the file and the process table tell."""
    try:
        owner = Owner(**json.loads((folder / NAME).read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return owner if _is_alive(owner.pid) else None


def remove_owner(folder: Path, pid: int) -> None:
    """Say that this process holds the lake no more."""
    owner = read_owner(folder)
    if owner is not None and owner.pid == pid:
        (folder / NAME).unlink(missing_ok=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
