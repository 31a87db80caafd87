"""Salesforce's own JSON: types become tables, references become ids, and a plan names the files and their order."""

import json
from pathlib import Path

import pytest

from xrm_lake.errors import ImportRefused
from xrm_lake.ingest.load import import_files
from xrm_lake.ingest.read import read_files
from xrm_lake.store.lake import Lake

from .reading import adds_up, rows


def record(sort: str, reference: str, **values: object) -> dict[str, object]:
    return {"attributes": {"type": sort, "referenceId": reference}, **values}


def tree(folder: Path, name: str, *records: dict[str, object]) -> Path:
    path = folder / name
    path.write_text(json.dumps({"records": records}))
    return path


def plan(folder: Path, *names: str) -> Path:
    path = folder / "plan.json"
    path.write_text(json.dumps([{"sobject": "x", "saveRefs": True, "files": [name]} for name in names]))
    return path


def test_a_reference_is_the_id_and_what_names_it_too(tmp_path: Path) -> None:
    path = tree(
        tmp_path,
        "a.json",
        record("Account", "A1", Name="Acme"),
        record("Contact", "C1", LastName="Smith", AccountId="@A1"),
    )

    accounts, contacts = read_files([path], tmp_path / "landing")

    assert (accounts.name, contacts.name) == ("a.json#Account", "a.json#Contact")
    assert (accounts.headers, rows(accounts)) == (("Id", "Name"), [("A1", "Acme")])
    assert (contacts.headers, rows(contacts)) == (("Id", "LastName", "AccountId"), [("C1", "Smith", "A1")])


def test_children_in_a_record_are_a_table_that_names_their_parent(tmp_path: Path) -> None:
    child = record("Contact", "C1", LastName="Smith")
    path = tree(tmp_path, "a.json", record("Account", "A1", Name="Acme", Contacts={"records": [child]}))

    accounts, contacts = read_files([path], tmp_path / "landing")

    assert rows(accounts) == [("A1", "Acme")]
    assert (contacts.headers, rows(contacts)) == (("Id", "LastName", "AccountId"), [("C1", "Smith", "A1")])
    assert adds_up(contacts)


def test_a_plan_stands_for_its_files_in_its_order_each_once(tmp_path: Path) -> None:
    first = tree(tmp_path, "b.json", record("Account", "A1", Name="Acme"))
    tree(tmp_path, "a.json", record("Contact", "C1", LastName="Smith", AccountId="@A1"))

    found = read_files([first, plan(tmp_path, "b.json", "a.json")], tmp_path / "landing")

    assert [delivery.name for delivery in found] == ["b.json#Account", "a.json#Contact"]


@pytest.mark.parametrize(("name", "said"), [("../a.json", "outside of its folder"), ("gone.json", "not beside it")])
def test_a_plan_reaches_no_file_that_is_not_its_own(tmp_path: Path, name: str, said: str) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    tree(tmp_path, "a.json", record("Account", "A1", Name="Acme"))

    with pytest.raises(ImportRefused, match=said):
        read_files([plan(inside, name)], tmp_path / "landing")


def test_references_become_links(lake: Lake, tmp_path: Path) -> None:
    firms = [
        record("Account", f"Account{i}", Name=f"Firm {i}", BillingCity="Ulm", BillingCountry="Germany")
        for i in range(4)
    ]
    people = [
        record(
            "Contact",
            f"Contact{i}",
            FirstName="Ann",
            LastName=f"Smith{i}",
            Email=f"a{i}@x.example",
            AccountId=f"@Account{i}",
        )
        for i in range(4)
    ]
    tree(tmp_path, "accounts.json", *firms)
    tree(tmp_path, "contacts.json", *people)

    result = import_files(lake, [plan(tmp_path, "accounts.json", "contacts.json")])

    assert [(file.type, file.new, file.rejected, file.pending) for file in result.files] == [
        ("organisation", 4, 0, 0),
        ("person", 4, 0, 0),
    ]
    assert result.total("links") == 4
