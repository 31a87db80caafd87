"""Addresses of databases, well and badly typed: no password of theirs is ever said."""

from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xrm_lake.errors import ImportRefused, XrmError
from xrm_lake.ingest.read import read_files
from xrm_lake.ingest.reconcile import reconcile
from xrm_lake.store.lake import Lake

MARK = "Zq9Kv"
SCHEMES = (
    "postgresql",
    "postgres",
    "Postgresql",
    "postgresql+psycopg",
    "postgresq",
    "sqlite",
    "mysql",
    "jdbc:postgresql",
    " postgresql",
    '"postgresql',
)
SPELLINGS = (
    "{s}://localhost:{p}@127.0.0.1:1/crm",
    "{s}://localhost:{p}@127.0.0.1:1/crm#contacts",
    "{s}://localhost:{p}@127.0.0.1:port/crm",
    "{s}://localhost:{p}@[::1/crm",
    "{s}://localhost%3A{p}@127.0.0.1:1/crm",
    "{s}://127.0.0.1:1/crm?user=ann&password={p}",
    "{s}://127.0.0.1:1/crm?sslmode={p}",
    "{s}://127.0.0.1:1/crm?connect_timeout={p}",
    "{s}://127.0.0.1:1/crm;password={p}",
    "{s}://127.0.0.1:1/crm&password={p}",
    "{s}://127.0.0.1:1/crm#contacts?password={p}",
    "{s}:///localhost:{p}@127.0.0.1:1/crm",
    "{s}:/localhost:{p}@127.0.0.1:1/crm",
    "{s}//localhost:{p}@127.0.0.1:1/crm",
    "{s}:localhost:{p}@127.0.0.1:1/crm",
    "localhost:{p}@127.0.0.1:1/crm",
    "host=127.0.0.1 port=1 user=ann password={p}",
)  # fmt: skip
SIGNS = st.text("ab1 /?#@:%&;=+'\"\\[]ä", max_size=4)


@given(st.sampled_from(SCHEMES), st.sampled_from(SPELLINGS), SIGNS, SIGNS, st.booleans(), st.booleans())
def test_no_spelling_of_an_address_makes_its_password_be_said(
    tmp_path_factory: pytest.TempPathFactory,
    scheme: str,
    spelling: str,
    before: str,
    after: str,
    encoded: bool,
    as_path: bool,
) -> None:
    pytest.importorskip("psycopg", reason="the driver psycopg is not installed")
    password = before + MARK + after
    typed = spelling.format(s=scheme, p=quote(password, safe="") if encoded else password)
    landing = tmp_path_factory.getbasetemp() / "addresses"

    with pytest.raises(XrmError) as refusal:
        read_files([Path(typed) if as_path else typed], landing)

    assert MARK not in str(refusal.value)
    assert "Nothing was imported." in str(refusal.value)


def test_a_password_with_signs_in_it_is_told_how_to_be_written(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="%2F"):
        read_files(["postgresql://ann:12/34@localhost/crm"], tmp_path)


def test_reconciling_by_a_mistyped_address_does_not_repeat_it(lake: Lake) -> None:
    with pytest.raises(XrmError) as refusal:
        reconcile(lake, [Path(f"postgresql://ann:{MARK}@localhost/crm")])

    assert MARK not in str(refusal.value)


def test_the_path_of_a_file_that_is_not_there_is_repeated(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match=r"There is no file .*C:.contacts\.csv"):
        read_files([tmp_path / "C:/contacts.csv"], tmp_path)
