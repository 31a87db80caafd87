"""Migrations: in order, once, whole or not at all, and never past what this version knows."""

import duckdb
import pytest

from xrm_lake.errors import LakeVersion
from xrm_lake.store import migrate as migrations_of
from xrm_lake.store.migrate import applied, migrate, migrations
from xrm_lake.store.open import init_lake, open_lake

FIRST = {"0001_one": "create table one (id bigint)"}
NEXT = FIRST | {"0002_two": "alter table one add column name varchar; update one set name = 'x'"}


@pytest.fixture
def cursor(tmp_path):
    connection = duckdb.connect()
    connection.execute(f"attach '{tmp_path / 'm.duckdb'}' as lake")
    connection.execute("use lake")
    return connection


def test_migrations_are_named_by_their_place_in_the_order():
    names = list(migrations())

    assert names == sorted(names)
    assert [name[:4] for name in names] == [f"{place:04}" for place in range(1, len(names) + 1)]


def test_each_is_applied_once_and_in_order(cursor, monkeypatch):
    monkeypatch.setattr(migrations_of, "migrations", lambda: FIRST)
    assert migrate(cursor) == ["0001_one"]
    cursor.execute("insert into one values (1)")
    monkeypatch.setattr(migrations_of, "migrations", lambda: NEXT)

    assert migrate(cursor) == ["0002_two"]
    assert migrate(cursor) == []
    assert applied(cursor) == ["0001_one", "0002_two"]
    assert cursor.execute("from one").fetchall() == [(1, "x")]


def test_one_that_fails_leaves_the_lake_as_it_was(cursor, monkeypatch):
    monkeypatch.setattr(migrations_of, "migrations", lambda: FIRST)
    migrate(cursor)
    failing = FIRST | {"0002_two": "alter table one add column name varchar; select no_such_function()"}
    monkeypatch.setattr(migrations_of, "migrations", lambda: failing)

    with pytest.raises(duckdb.Error):
        migrate(cursor)

    assert applied(cursor) == ["0001_one"]
    assert [column[0] for column in cursor.execute("describe one").fetchall()] == ["id"]


def test_a_lake_of_a_newer_version_is_refused_as_it_is(tmp_path, clock):
    with init_lake(tmp_path / "l.xrm", clock=clock) as lake:
        lake.engine.cursor().execute("insert into schema_migration values ('9999_future', now()::timestamp)")
    before = (tmp_path / "l.xrm" / "lake.duckdb").read_bytes()

    with pytest.raises(LakeVersion, match="9999_future"):
        open_lake(tmp_path / "l.xrm", clock=clock)

    assert (tmp_path / "l.xrm" / "lake.duckdb").read_bytes() == before
