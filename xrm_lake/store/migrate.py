"""Migrations: ordered, named, each in a transaction, never edited after a release."""

from importlib.resources import files
from typing import TYPE_CHECKING

from xrm_lake.errors import LakeDamaged, LakeVersion

if TYPE_CHECKING:
    import duckdb


def migrations() -> dict[str, str]:
    """Each migration by name, in order: the folder is the registry."""
    folder = files("xrm_lake.store") / "migrations"
    found = sorted((item for item in folder.iterdir() if item.name.endswith(".sql")), key=lambda item: item.name)
    return {item.name.removesuffix(".sql"): item.read_text(encoding="utf-8") for item in found}


def applied(cursor: "duckdb.DuckDBPyConnection") -> list[str]:
    """The names of the migrations that a lake has been through, in order."""
    if not _has_tables(cursor, "schema_migration"):
        return []
    return [row[0] for row in cursor.execute("select name from schema_migration order by name").fetchall()]


def migrate(cursor: "duckdb.DuckDBPyConnection") -> list[str]:
    """
    Bring a lake to this version; gives the names of the migrations that were applied now.

    Raises LakeVersion if the lake has been through one that this version does not know, LakeDamaged if it is none.
    """
    known, done = migrations(), applied(cursor)
    unknown = [name for name in done if name not in known]
    if unknown:
        raise LakeVersion(
            f"This lake was written by a newer version of xrm_lake (it has {unknown[-1]}). Nothing was changed."
            " Update xrm_lake, then open it again."
        )
    if not done and _has_tables(cursor):
        raise LakeDamaged("This file holds a database that is no lake. Nothing was changed. Choose another path.")
    fresh = [name for name in known if name not in done]
    for name in fresh:
        cursor.execute("begin")
        try:
            if name == next(iter(known)):
                cursor.execute("create table schema_migration (name varchar not null, applied_at timestamp not null)")
            cursor.execute(known[name])
            cursor.execute("insert into schema_migration values ($name, now() at time zone 'utc')", {"name": name})
            cursor.execute("commit")
        except BaseException:
            cursor.execute("rollback")
            raise
    return fresh


def _has_tables(cursor: "duckdb.DuckDBPyConnection", name: str = "%") -> bool:
    sql = "select count(*) > 0 from duckdb_tables() where database_name = 'lake' and table_name like $name"
    return bool(cursor.execute(sql, {"name": name}).fetchall()[0][0])
