"""Open a lake, or make one."""

import os
import shutil
import time
import uuid
from datetime import UTC, datetime
from getpass import getuser
from pathlib import Path

from xrm_lake.errors import LakeBusy, LakeMissing, Refused
from xrm_lake.model.template import load_template
from xrm_lake.store.engine import ALIAS, Engine
from xrm_lake.store.highwater import HighWater, check_mark, keep_mark
from xrm_lake.store.lake import Clock, Lake
from xrm_lake.store.migrate import migrate
from xrm_lake.store.model import load_catalog
from xrm_lake.store.owner import Owner, read_owner, write_owner

FILE = "lake.duckdb"
FOLDERS = ("landing", "backups", "reports", "tmp")
DEFAULT_PATH = "lake.xrm"


def utc_now() -> datetime:
    """Now, in UTC, without a zone: the doors' clock."""
    return datetime.now(UTC).replace(tzinfo=None)


def open_lake(
    path: str | Path = DEFAULT_PATH,
    *,
    clock: Clock = utc_now,
    user: str | None = None,
    what: str = "xrm_lake",
    wait_seconds: float = 0.0,
) -> Lake:
    """
    The lake at `path`, owned by this process until it is closed.

    `wait_seconds` is how long to wait for another process to let it go. Raises LakeMissing,
    LakeBusy (naming the owner), LakeDamaged, LakeVersion or LakeFull; the lake is as it was.
    """
    folder = Path(path)
    if not (folder / FILE).exists():
        raise LakeMissing(
            f"There is no lake at {folder}. Make one with `xrm init {folder}`, or name another with --lake."
        )
    return _open(folder, clock=clock, user=user, what=what, wait_seconds=wait_seconds)


def init_lake(
    path: str | Path = DEFAULT_PATH,
    *,
    template: str = "crm",
    clock: Clock = utc_now,
    user: str | None = None,
    what: str = "xrm_lake",
) -> Lake:
    """
    A new lake at `path`, with the types and links of a template (`none`: without any).

    Raises Refused if something else lies there; UnknownName for a template that is not known.
    """
    folder = Path(path)
    catalog = None if template == "none" else load_template(template)
    if (folder / FILE).exists():
        raise Refused(
            f"There is a lake at {folder} already. Nothing was changed. Choose another path, or use this one."
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(f"{folder} exists and is no lake. Nothing was changed. Choose a path that is free.")
    _make_folders(folder)
    lake = _open(folder, clock=clock, user=user, what=what, wait_seconds=0.0)
    if catalog is not None:
        load_catalog(lake, catalog, note=f"template {template}")
    return lake


def _make_folders(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Personal data: for this user alone, whatever the umask is.
        folder.chmod(0o700)
        for name in FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise Refused(f"{folder} cannot be made: {problem.strerror}. Nothing was changed.") from problem


def _open(folder: Path, *, clock: Clock, user: str | None, what: str, wait_seconds: float) -> Lake:
    _refuse_read_only(folder)
    engine = _engine(folder, wait_seconds)
    try:
        with engine.guard():
            migrate(engine.cursor())
            lake_id = _lake_id(engine)
            lake = Lake(folder, engine, lake_id=lake_id, clock=clock, user=user or _user())
        found = HighWater(lake.counters.batch_id, lake.counters.change_seq, lake_id)
        check_mark(folder, found)
        keep_mark(folder, found)
        _sweep(folder / "tmp")
        write_owner(folder, Owner(pid=os.getpid(), what=what, since=clock().isoformat(timespec="seconds")))
    except BaseException:
        # What was found must stay as it is: closing in order would write the log into the file.
        engine.abandon()
        raise
    lake.own(os.getpid())
    return lake


def _sweep(folder: Path) -> None:
    """Remove what a process that was killed has left of its work: files that were sent here, and copies on their way."""
    for prefix in ("upload-", "import-", "export-", "mend-", "fixes-", "reconcile-", "held-"):
        for left in folder.glob(f"{prefix}*"):
            shutil.rmtree(left, ignore_errors=True)


def _refuse_read_only(folder: Path) -> None:
    if not os.access(folder, os.W_OK) or ((folder / FILE).exists() and not os.access(folder / FILE, os.W_OK)):
        from xrm_lake.errors import LakeFull

        raise LakeFull(f"{folder} cannot be written: the place is read-only for this user. Nothing was changed.")


def _engine(folder: Path, wait_seconds: float) -> Engine:
    waited, pause = 0.0, 0.02
    while True:
        try:
            return Engine(folder / FILE)
        except LakeBusy as busy:
            if waited >= wait_seconds:
                owner = read_owner(folder)
                who = owner.describe() if owner else "another process"
                raise LakeBusy(
                    f"{folder} is in use by {who}. Nothing was changed. Wait until it is done, or stop it, then try again."
                ) from busy
            time.sleep(pause)
            waited += pause
            pause = min(pause * 1.5, 0.5)


def _lake_id(engine: Engine) -> str:
    cursor = engine.cursor()
    rows = cursor.execute("select value from meta where key = 'lake_id'").fetchall()
    if rows:
        return str(rows[0][0])
    lake_id = str(uuid.uuid4())
    cursor.execute(f"insert into {ALIAS}.meta values ('lake_id', $lake_id)", {"lake_id": lake_id})
    return lake_id


def _user() -> str:
    try:
        return getuser()
    except (KeyError, OSError):
        return "unknown"
