"""PostgreSQL: tables by address from a real server, one snapshot, every row, and no password anywhere."""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from xrm_lake.errors import ImportRefused
from xrm_lake.ingest.load import import_files
from xrm_lake.ingest.read import read_file, read_files
from xrm_lake.store.lake import Lake

from .reading import adds_up, rows

PASSWORD = "s3cret-pass"
TABLES = """
create table contacts (id serial, full_name text, email text, vip boolean, born date, tags text[], paid numeric(10, 2));
insert into contacts (full_name, email, vip, born, tags, paid) values
  ('Ann "A" Smith', 'ann@x.example', true, '1980-02-29', '{a,b}', 1.50), (E'Bo\\nLee', '', false, null, null, null),
  (null, null, null, null, null, null);
create table lonely (word text);
insert into lonely values ('x'), (null), ('');
create schema other;
create table other.deals (name text, amount int);
insert into other.deals values ('Big', 5);
create view seen as select full_name from contacts;
"""


def _binary(name: str) -> str | None:
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin")) if Path("/usr/lib/postgresql").is_dir() else []
    return shutil.which(name, path=os.pathsep.join([*map(str, reversed(homes)), os.environ.get("PATH", "")]))


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The address of a database on a server of its own, at a free port of this machine."""
    pytest.importorskip("psycopg", reason="the driver psycopg is not installed")
    initdb, postgres, psql = _binary("initdb"), _binary("postgres"), _binary("psql")
    if not (initdb and postgres and psql):
        pytest.skip("no PostgreSQL server is installed here")
    # A server refuses to run as root.
    own = {"user": "postgres"} if os.geteuid() == 0 else {}
    if own and not any(each.pw_name == "postgres" for each in pwd.getpwall()):
        pytest.skip("a PostgreSQL server does not run as root, and there is no user postgres")
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    try:
        (folder / "password").write_text(PASSWORD)
        if own:
            for each in (folder, folder / "password"):
                shutil.chown(each, "postgres")
        data = folder / "data"
        subprocess.run(
            [initdb, "-D", data, "-U", "ann", "-A", "scram-sha-256", "--pwfile", folder / "password", "-E", "UTF8", "--no-sync"],
            check=True, capture_output=True, cwd=folder, **own,
        )  # fmt: skip
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = subprocess.Popen(
            [postgres, "-D", data, "-k", folder, "-h", "127.0.0.1", "-p", str(port), "-F"],
            stderr=subprocess.PIPE, text=True, cwd=folder, **own,
        )  # fmt: skip
        try:
            assert server.stderr is not None
            assert any("ready to accept connections" in line for line in server.stderr), "the server did not start"
            at = f"postgresql://ann:{PASSWORD}@127.0.0.1:{port}/postgres"
            subprocess.run([psql, at, "-v", "ON_ERROR_STOP=1", "-q", "-c", TABLES], check=True, capture_output=True)
            yield at
        finally:
            server.terminate()
            server.communicate()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_every_table_comes_with_every_row(address: str, tmp_path: Path) -> None:
    contacts, lonely, deals = read_files([address], tmp_path / "landing")

    assert [item.name.partition("#")[2] for item in (contacts, lonely, deals)] == ["contacts", "lonely", "other.deals"]
    assert rows(contacts) == [
        ("1", 'Ann "A" Smith', "ann@x.example", "true", "1980-02-29", '["a","b"]', "1.50"),
        ("2", "Bo\nLee", "", "false", None, None, None),
        ("3", None, None, None, None, None, None),
    ]
    assert [row[0] for row in rows(lonely)] == ["x", None, ""]
    assert all(map(adds_up, (contacts, lonely, deals)))


@pytest.mark.parametrize(
    ("table", "headers"), [("public.lonely", ("word",)), ("other.deals", ("name", "amount")), ("seen", ("full_name",))]
)
def test_one_table_or_view_can_be_named(address: str, tmp_path: Path, table: str, headers: tuple[str, ...]) -> None:
    assert read_file(f"{address}#{table}", tmp_path / "landing").headers == headers


def test_a_table_that_is_not_there_is_refused_with_those_that_are(address: str, tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match=r"has no table 'gone'.*'contacts'"):
        read_file(f"{address}#gone", tmp_path / "landing")


def test_the_password_is_in_no_message_and_nowhere_in_the_lake(address: str, lake: Lake) -> None:
    with pytest.raises(ImportRefused) as refusal:
        import_files(lake, [address.replace(PASSWORD, "wr0ng-pass") + "#contacts"])
    result = import_files(lake, [f"{address}#contacts"], type="person")

    assert "wr0ng-pass" not in str(refusal.value)
    assert "password authentication failed" in str(refusal.value)
    assert PASSWORD not in repr(result)
    assert result.files[0].counted == 3
    lake.checkpoint()
    found = [path.name for path in lake.path.rglob("*") if path.is_file() and PASSWORD.encode() in path.read_bytes()]
    assert found == []


def test_without_the_driver_the_extra_that_brings_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(ImportRefused, match=r"xrm-lake\[postgresql\]"):
        read_file("postgresql://ann:secret@localhost/crm#contacts", tmp_path / "landing")


def test_a_server_that_does_not_answer_is_named_without_the_password(tmp_path: Path) -> None:
    pytest.importorskip("psycopg", reason="the driver psycopg is not installed")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]

    with pytest.raises(ImportRefused, match=f"127.0.0.1:{port}/crm cannot be read") as refusal:
        read_file(f"postgresql://ann:s3cret@127.0.0.1:{port}/crm", tmp_path / "landing")

    assert "s3cret" not in str(refusal.value)
