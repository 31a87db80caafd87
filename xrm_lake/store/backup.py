"""Backups: a verified copy of a lake that is in use, and the way back to it."""

import hashlib
import re
import shutil
from pathlib import Path

import duckdb

from xrm_lake.errors import LakeBusy, LakeDamaged, LakeMissing, Refused
from xrm_lake.model.progress import Progress, quiet
from xrm_lake.store.engine import STORAGE_VERSION, translated
from xrm_lake.store.highwater import NAME as MARK
from xrm_lake.store.highwater import HighWater, write_mark
from xrm_lake.store.lake import Lake
from xrm_lake.store.owner import read_owner

FILE = "lake.duckdb"


def backup(lake: Lake, *, name: str | None = None, progress: Progress = quiet) -> Path:
    """
    A copy of the lake under its folder `backups/`, verified by reading every column of every table back.

    Gives the path of the copy. The lake stays in use. Raises LakeFull if there is no room, LakeDamaged if the
    copy does not hold what the lake holds; the copy is removed then.
    """
    stamp = lake.clock().strftime("%Y%m%d-%H%M%S")
    if name is not None and not re.fullmatch(r"\w[\w.-]{0,99}", name):
        raise Refused(f"A backup cannot be named {name!r}. Nothing was changed. Use letters, digits, dots and dashes.")
    target = lake.path / "backups" / f"{name or stamp}.duckdb"
    if target.exists():
        raise Refused(f"There is a backup {target.name} already. Nothing was changed. Choose another name.")
    unfinished = target.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        with lake._write_lock, translated(unfinished):
            progress("copy", 0, 2)
            before = _copy(lake, unfinished)
        progress("verify", 1, 2)
        if _digest(unfinished) != before:
            raise LakeDamaged(
                f"The copy {unfinished} does not hold what the lake holds. It was removed; the lake is as it was. Run xrm doctor."
            )
    except BaseException:
        for part in (unfinished, unfinished.with_name(unfinished.name + ".wal")):
            part.unlink(missing_ok=True)
        raise
    unfinished.replace(target)
    progress("verify", 2, 2)
    return target


def restore(folder: str | Path, copy: str | Path) -> Path:
    """
    Put a backup in the place of a lake's database; gives the path of what was there, which is kept.

    The lake must be closed. `copy` is the name of a backup in its folder, or a path. Raises LakeMissing, LakeBusy,
    or LakeDamaged if the copy cannot be read; then nothing is changed.
    """
    folder = Path(folder)
    if not (folder / "backups").is_dir():
        raise LakeMissing(f"There is no lake at {folder}. Make one with `xrm init {folder}`, then restore into it.")
    source = _find(folder, copy)
    owner = read_owner(folder)
    if owner is not None:
        raise LakeBusy(f"{folder} is in use by {owner.describe()}. Nothing was changed. Stop it, then restore.")
    mark = verify(source)
    target, kept = folder / FILE, folder / "backups" / f"before-restore-{_free_number(folder)}.duckdb"
    incoming = folder / (FILE + ".incoming")
    shutil.copyfile(source, incoming)
    if target.exists():
        target.replace(kept)
    wal = folder / (FILE + ".wal")
    if wal.exists():
        wal.replace(kept.with_name(kept.name + ".wal"))
    incoming.replace(target)
    (folder / MARK).unlink(missing_ok=True)
    write_mark(folder, mark)
    return kept


def verify(copy: Path) -> HighWater:
    """Read every column of every table of a copy; gives its high-water mark. Raises LakeDamaged."""
    with translated(copy):
        _digest(copy)
        connection = duckdb.connect(":memory:")
        try:
            _attach(connection, copy, "copy", "read_only")
            if not _tables(connection, "copy").issuperset(("batch", "change", "meta")):
                raise LakeDamaged(f"{copy} is a database, but no lake. Nothing was changed.")
            row = connection.execute(
                """
                select (select coalesce(max(batch_id), 0) from copy.batch), (select coalesce(max(seq), 0) from copy.change),
                       (select value from copy.meta where key = 'lake_id')
                """
            ).fetchall()[0]
        finally:
            connection.close()
    return HighWater(*row)


def _copy(lake: Lake, target: Path) -> str:
    cursor = lake.engine.cursor()
    _attach(cursor, target, "copy", f"storage_version '{STORAGE_VERSION}'")
    try:
        cursor.execute("copy from database lake to copy")
        cursor.execute("checkpoint copy")
        return _digest_of(cursor, "lake")
    finally:
        cursor.execute("detach copy")


def _digest(file: Path) -> str:
    """A digest of all rows of all tables: reading them is what finds a damaged block."""
    connection = duckdb.connect(":memory:")
    try:
        _attach(connection, file, "copy", "read_only")
        return _digest_of(connection, "copy")
    finally:
        connection.close()


def _digest_of(connection: duckdb.DuckDBPyConnection, database: str) -> str:
    digest = hashlib.sha256()
    for table in sorted(_tables(connection, database)):
        quoted = '"' + table.replace('"', '""') + '"'
        row = connection.execute(
            f"select count(*), coalesce(sum(hash(t)::hugeint), 0) from {database}.{quoted} t"
        ).fetchall()[0]
        digest.update(repr((table, row)).encode())
    return digest.hexdigest()


def _tables(connection: duckdb.DuckDBPyConnection, database: str) -> set[str]:
    sql = "select table_name from duckdb_tables() where database_name = $database and not temporary"
    return {table for (table,) in connection.execute(sql, {"database": database}).fetchall()}


def _attach(connection: duckdb.DuckDBPyConnection, file: Path, alias: str, options: str) -> None:
    path = str(file).replace("'", "''")
    connection.execute(f"attach '{path}' as {alias} ({options})")


def _find(folder: Path, copy: str | Path) -> Path:
    for candidate in (Path(copy), folder / "backups" / copy, folder / "backups" / f"{copy}.duckdb"):
        if candidate.is_file():
            return candidate
    known = sorted(item.stem for item in (folder / "backups").glob("*.duckdb")) if folder.exists() else []
    raise LakeMissing(f"There is no backup {str(copy)!r} of {folder}. There are: {', '.join(known) or 'none'}.")


def _free_number(folder: Path) -> int:
    number = 1
    while (folder / "backups" / f"before-restore-{number}.duckdb").exists():
        number += 1
    return number
