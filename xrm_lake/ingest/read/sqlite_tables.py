"""Read the tables of an SQLite file through Python's own driver, read-only, trusting nothing that its schema says."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from xrm_lake.errors import ImportRefused, NoTable
from xrm_lake.ingest.read.asked import Asked, choose
from xrm_lake.ingest.read.collect import Collector
from xrm_lake.ingest.read.delivery import Delivery
from xrm_lake.ingest.read.landing import Kept, keep, keep_stream, written_whole
from xrm_lake.ingest.read.names import distinct
from xrm_lake.ingest.read.typed_text import text_of_bytes

_TOLD = 20_000


def read_sqlite(kept: Kept, asked: Asked) -> list[Delivery]:
    """
    The tables that are wanted and not empty; line_no is the number of the row.

    Raises ImportRefused if the file is damaged or has no such table, NoTable if all are empty.
    """
    try:
        with closing(_open(kept.path)) as connection:
            names = [row[0] for row in connection.execute(_TABLES)]
            # What a table says is text need not be: it is decoded cell by cell.
            connection.text_factory = bytes
            chosen = choose(names, asked.table, file=kept.name, what="table")
            deliveries = []
            for name in chosen:
                if delivery := _read(connection, kept, name, names.index(name), asked):
                    deliveries.append(delivery)
                if asked.first and deliveries:
                    break
    except sqlite3.Error:
        raise _damaged(kept.name) from None
    if not deliveries:
        raise NoTable(
            f"{kept.name} has no table with rows in it. Nothing was imported. Check that it is the right file."
        )
    return deliveries


def keep_sqlite(path: Path, asked: Asked) -> Kept:
    """Keep a database file; what a program that has it open wrote last stands in a file beside it, and comes along."""
    beside = path.with_name(path.name + "-wal")
    if not beside.is_file() or not beside.stat().st_size:
        return keep(path, asked.landing, asked.progress)
    asked.landing.mkdir(parents=True, exist_ok=True)
    try:
        with written_whole(asked.landing) as whole:
            address = f"{path.absolute().as_uri()}?mode=ro"
            with closing(sqlite3.connect(address, uri=True)) as source, closing(sqlite3.connect(whole)) as target:
                source.backup(target)
            with whole.open("rb", buffering=0) as copy:
                return keep_stream(
                    copy, path.name, asked.landing, lambda done: asked.progress(f"Keeping {path.name}", done, None)
                )
    except sqlite3.Error:
        raise _damaged(path.name) from None


_TABLES = """
select name from sqlite_master
where type = 'table' and name not like 'sqlite\\_%' escape '\\' and sql not like 'create virtual table%'
order by rowid
"""


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    connection.execute("pragma trusted_schema = off")
    connection.execute("pragma query_only = on")
    return connection


def _read(connection: sqlite3.Connection, kept: Kept, table: str, place: int, asked: Asked) -> Delivery | None:
    quoted = '"' + table.replace('"', '""') + '"'
    [(counted,)] = connection.execute(f"select count(*) from {quoted}")  # noqa: S608  (a quoted name cannot be bound)
    if not counted:
        return None
    found = connection.execute(f"select * from {quoted}")  # noqa: S608
    headers = distinct([str(column[0]) for column in found.description])
    with Collector(kept, f"{kept.name}#{table}", place) as rows:
        for number, row in enumerate(found, 1):
            if number % _TOLD == 1:
                asked.progress(f"Reading {rows.name}", number, counted)
            cells, mended = _cells(headers, row)
            rows.add(cells, line=number, mended=mended)
        return rows.deliver(counted=counted)


def _cells(headers: list[str], row: tuple[Any, ...]) -> tuple[dict[str, str | None], list[str]]:
    mended: list[str] = []
    return dict(zip(headers, (_text(value, mended) for value in row), strict=True)), mended


def _text(value: Any, mended: list[str]) -> str | None:
    """A value as text; the driver gives texts and blobs as bytes."""
    match value:
        case None:
            return None
        case bytes():
            text = text_of_bytes(value)
            if text.startswith("\\x") and not value.startswith(b"\\x"):
                mended.append("holds bytes that are no text; they are given in hexadecimal, after \\x")
            return text
        case float():
            return repr(value).removesuffix(".0")
    return str(value)


def _damaged(name: str) -> ImportRefused:
    return ImportRefused(
        f"{name} is a damaged SQLite database. Nothing was imported."
        " Try: sqlite3 damaged.db .recover | sqlite3 mended.db"
    )
