"""
Read tables of a PostgreSQL database: copied out as CSV by the server, kept in the landing, and read like any such file.

All tables are read in one snapshot, in a transaction that cannot write. Where no password stands in the address, the driver
takes it from PGPASSWORD or the password file.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, unquote, unquote_plus

from xrm_lake.errors import ImportRefused, NoTable
from xrm_lake.ingest.read.address import Address
from xrm_lake.ingest.read.asked import Asked, choose
from xrm_lake.ingest.read.delimited import read_one
from xrm_lake.ingest.read.delivery import Delivery, Dialect
from xrm_lake.ingest.read.landing import Kept, keep_stream
from xrm_lake.ingest.read.stage import agree

_SECONDS = 15
_VALUES = re.compile(r""" "[^"]*"|'[^']*'""".strip())
_TABLES = """
select case when n.nspname = 'public' then c.relname else n.nspname || '.' || c.relname end as name,
       quote_ident(n.nspname) || '.' || quote_ident(c.relname) as quoted, c.oid::bigint, c.relkind in ('v', 'm') as is_view
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition and n.nspname not like 'pg\\_%'
  and n.nspname <> 'information_schema' and has_table_privilege(c.oid, 'select')
order by n.nspname <> 'public', n.nspname, c.relname
"""
_COLUMNS = """
select quote_ident(a.attname), t.typcategory in ('A', 'C') from pg_attribute a join pg_type t on t.oid = a.atttypid
where a.attrelid = %s and a.attnum > 0 and not a.attisdropped order by a.attnum
"""
_DIALECT = Dialect("utf-8", ",", '"', header_line=1)


def read_postgresql(address: Address, asked: Asked) -> list[Delivery]:
    """
    The tables that are wanted and not empty; views count as tables where one is named.

    Raises ImportRefused if the driver is not installed, the server refuses, or there is no such table.
    """
    psycopg = _driver()
    try:
        with psycopg.connect(**_settings(address)) as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            connection.execute("set local timezone to 'UTC'; set local datestyle to 'ISO, YMD'")
            return _read_all(connection, address, asked)
    except (psycopg.Error, ValueError) as trouble:
        raise ImportRefused(
            f"{address.name} cannot be read: {_said(trouble, address)} Nothing was imported."
            " Check host, port, database, user and password."
        ) from None


def _driver() -> Any:
    try:
        import psycopg
    except ImportError:
        raise ImportRefused(
            "To read from PostgreSQL its driver is needed, and it is not installed. Nothing was imported."
            " Install it with: python3 -m pip install 'xrm-lake[postgresql]'"
        ) from None
    return psycopg


def _settings(address: Address) -> dict[str, Any]:
    url = address.url
    told = {
        "host": unquote(url.hostname) if url.hostname else None,
        "port": url.port,
        "user": unquote(url.username) if url.username else None,
        "password": unquote(url.password) if url.password else None,
        "dbname": unquote(url.path.lstrip("/")) or None,
    }
    return {
        "connect_timeout": _SECONDS,
        **dict(parse_qsl(url.query)),
        **{k: v for k, v in told.items() if v is not None},
    }


def _said(trouble: Exception, address: Address) -> str:
    """The last line of what the driver says, without any secret of the address, as written or as meant, and without values."""
    url = address.url
    told = [url.netloc.rpartition("@")[0], url.username, url.password, url.query]
    told += [part for pair in url.query.split("&") for part in pair.partition("=")[2:]]
    written = [part for part in told if part]
    secrets = {*written, *map(unquote, written), *map(unquote_plus, written)}
    said = str(trouble).strip() or type(trouble).__name__
    for secret in sorted(secrets, key=len, reverse=True):
        said = said.replace(secret, "…")
    # What the driver puts in quotes are values: of the address, whose harmless parts are named anyway.
    said = _VALUES.sub("“…”", said.splitlines()[-1].strip())
    return said.rstrip(".") + "."


def _read_all(connection: Any, address: Address, asked: Asked) -> list[Delivery]:
    tables = {row[0]: row for row in connection.execute(_TABLES)}
    wanted = address.table or asked.table
    if isinstance(wanted, str) and wanted not in tables:
        wanted = wanted.removeprefix("public.")
    named = [name for name, (*_, is_view) in tables.items() if wanted is not None or not is_view]
    deliveries: list[Delivery] = []
    for name in choose(named, wanted, file=address.name, what="table"):
        _, quoted, oid, _ = tables[name]
        if delivery := _read(connection, f"{address.name}#{name}", quoted, oid, asked):
            deliveries.append(delivery)
        if asked.first and deliveries:
            break
    if not deliveries:
        raise NoTable(f"{address.name} has no table with rows in it that this user may read. Nothing was imported.")
    return deliveries


def _read(connection: Any, name: str, quoted: str, oid: int, asked: Asked) -> Delivery | None:
    counted = connection.execute(f"select count(*) from {quoted}").fetchone()[0]  # noqa: S608  (quoted by the server)
    columns = connection.execute(_COLUMNS, [oid]).fetchall()
    if not counted or not columns:
        return None
    texts = [f"{f'to_json({column})' if nested else column}::text as {column}" for column, nested in columns]
    # A row of one empty cell would be a blank line, which is no record: a second cell tells it from that.
    alone = ["null as _"] if len(texts) == 1 else []
    statement = (
        f"copy (select {', '.join(texts + alone)} from {quoted}) to stdout (format csv, header, encoding 'UTF8')"  # noqa: S608
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copied:
        kept = keep_stream(
            _Blocks(copied), "table.csv", asked.landing, lambda done: asked.progress(f"Copying {name}", done, None)
        )
    kept = Kept(name, kept.path, kept.sha256)
    delivery = read_one(kept, _DIALECT, asked.progress)
    agree(name, counted=counted, staged=delivery.staged_rows, rejected=delivery.rejects.height)
    return replace(delivery, headers=delivery.headers[: len(columns)])


class _Blocks:
    """The blocks that a server sends, as a stream."""

    def __init__(self, blocks: Iterable[Any]) -> None:
        self._blocks, self._rest = iter(blocks), memoryview(b"")

    def readinto(self, buffer: memoryview) -> int:
        """Fill the buffer with what came, or wait for more; 0 at the end."""
        while not self._rest:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._rest = memoryview(block)
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size
