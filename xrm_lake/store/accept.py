"""
Accept a lake as it is, although acknowledged commits are missing: the way out when there is no backup.

What can be read is kept, what cannot is set aside, and nothing is thrown away.
"""

import re
import shutil
from pathlib import Path

from xrm_lake.errors import LakeBusy, LakeDamaged, LakeMissing
from xrm_lake.store.engine import Engine
from xrm_lake.store.highwater import NAME as MARK
from xrm_lake.store.owner import read_owner

FILE = "lake.duckdb"


def accept(folder: str | Path) -> Path | None:
    """
    Let a lake be opened again whose log is damaged, cut off or gone; its high-water mark is begun anew.

    The log is copied into `backups/` first, and cut before what cannot be read; gives where the copy is, None if there
    was no log. Raises LakeMissing, LakeBusy, or LakeDamaged if the database itself is damaged: then nothing is
    changed, and `xrm restore` is the way.
    """
    folder = Path(folder)
    file, log = folder / FILE, folder / (FILE + ".wal")
    if not file.is_file():
        raise LakeMissing(f"There is no lake at {folder}.")
    owner = read_owner(folder)
    if owner is not None:
        raise LakeBusy(f"{folder} is in use by {owner.describe()}. Nothing was changed. Stop it, then try again.")
    aside = _set_aside(log, folder / "backups") if log.exists() else None
    _take_in(file, log, aside)
    (folder / MARK).unlink(missing_ok=True)
    return aside


def _take_in(file: Path, log: Path, aside: Path | None) -> None:
    """Bring into the database what can be read of its log."""
    while True:
        try:
            return Engine(file).close()
        except LakeDamaged as problem:
            if aside is None or not log.stat().st_size:
                # The log was not to blame: it stays as it was.
                if aside is not None:
                    aside.replace(log)
                raise
            with log.open("r+b") as handle:
                handle.truncate(min(_sound_bytes(str(problem)), log.stat().st_size - 1))


def _set_aside(log: Path, backups: Path) -> Path:
    backups.mkdir(exist_ok=True)
    number = 1
    while (target := backups / f"log-{number}.wal").exists():
        number += 1
    shutil.copyfile(log, target)
    return target


def _sound_bytes(message: str) -> int:
    """How far the log can be read, as the engine says; 0 if it does not."""
    found = re.search(r"byte position (\d+)", message)
    return int(found.group(1)) if found else 0
