"""Parquet and SQLite: typed values as the text a person would write, every table of a database, and nothing lost."""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from xrm_lake.errors import ImportRefused
from xrm_lake.ingest.read import read_file, read_files

from .reading import adds_up, rows


def database(path: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return path


def test_values_of_a_parquet_file_are_text_as_one_writes_them(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "id": [7.0, None],
            "price": [Decimal("1.50"), None],
            "on": [date(2020, 2, 29), None],
            "at": [datetime(2020, 2, 29, 12, 30, tzinfo=UTC), None],
            "vip": [True, None],
            "of": [{"firm": "Acme", "tags": ["a", "b"]}, None],
            "raw": [b"\xff", None],
        }
    )
    frame.write_parquet(tmp_path / "a.parquet")

    delivery = read_file(tmp_path / "a.parquet", tmp_path / "landing")

    assert delivery.headers == ("id", "price", "on", "at", "vip", "of.firm", "of.tags", "raw")
    assert rows(delivery)[0] == ("7", "1.50", "2020-02-29", "2020-02-29 12:30:00", "true", "Acme", '["a","b"]', "\\xff")
    assert set(rows(delivery)[1]) == {None}
    assert adds_up(delivery)


def test_a_parquet_file_cut_short_is_refused(tmp_path: Path) -> None:
    pl.DataFrame({"id": range(1000)}).write_parquet(tmp_path / "a.parquet")
    (tmp_path / "b.parquet").write_bytes((tmp_path / "a.parquet").read_bytes()[:-100])

    with pytest.raises(ImportRefused, match="damaged or encrypted Parquet"):
        read_file(tmp_path / "b.parquet", tmp_path / "landing")


def test_each_table_of_a_database_that_has_rows_is_a_table(tmp_path: Path) -> None:
    path = database(
        tmp_path / "crm.db",
        "create table people (id integer primary key, name text, score real, photo blob)",
        "insert into people values (1, 'Ann', 2.0, x'ff'), (2, null, 0.5, null)",
        'create table "odd ""name" (id)',
        """insert into "odd ""name" values ('x')""",
        "create table empty_one (id)",
        "create view later as select * from people",
    )

    people, odd = read_files([path], tmp_path / "landing")

    assert (people.name, odd.name) == ("crm.db#people", 'crm.db#odd "name')
    assert rows(people) == [("1", "Ann", "2", "\\xff"), ("2", None, "0.5", None)]
    assert people.repairs["record_no"].to_list() == [1]
    assert adds_up(people)


@pytest.mark.parametrize("how", ["address", "sheet"])
def test_one_table_of_a_database_can_be_named(tmp_path: Path, how: str) -> None:
    path = database(
        tmp_path / "crm.db",
        "create table a (x)",
        "insert into a values (1)",
        "create table b (y)",
        "insert into b values (2)",
    )

    found = (
        read_file(f"sqlite:///{path}#b", tmp_path / "landing")
        if how == "address"
        else read_file(path, tmp_path / "landing", sheet="b")
    )

    assert (found.headers, rows(found)) == (("y",), [("2",)])


def test_a_table_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    path = database(tmp_path / "crm.db", "create table people (x)", "insert into people values (1)")

    with pytest.raises(ImportRefused, match=r"has no table 'deals'.*'people'"):
        read_file(f"sqlite:///{path}#deals", tmp_path / "landing")


def test_what_a_program_wrote_last_to_its_open_database_comes_along(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "crm.db")) as connection:
        connection.execute("pragma journal_mode = wal")
        connection.execute("create table people (name)")
        connection.execute("insert into people values ('Ann')")
        connection.commit()

        assert rows(read_file(tmp_path / "crm.db", tmp_path / "landing")) == [("Ann",)]


def test_a_damaged_database_is_refused(tmp_path: Path) -> None:
    path = database(tmp_path / "crm.db", "create table people (x)", "insert into people values (1)")
    path.write_bytes(path.read_bytes()[:20] + b"\xff" * 4000)

    with pytest.raises(ImportRefused, match="damaged SQLite"):
        read_file(path, tmp_path / "landing")


def test_an_address_of_something_else_is_refused_with_those_that_can_be_read(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match=r"mysql://.*postgresql://HOST") as refusal:
        read_file("mysql://ann:secret@db/crm", tmp_path / "landing")

    assert "secret" not in str(refusal.value)
