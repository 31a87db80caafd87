"""A file that is imported again after its import was undone: its records come back as what they were."""

import pytest

from xrm_lake.hygiene.judge import merge
from xrm_lake.ingest.load import import_files
from xrm_lake.ingest.new_type import add_type_from_file
from xrm_lake.store.doctor import doctor
from xrm_lake.store.links import links_of
from xrm_lake.store.read import show_record
from xrm_lake.store.records import delete_record, set_record
from xrm_lake.store.undo import undo

ACCOUNTS = "Account ID,Account Name,City\nA1,Acme Ltd,Bonn\nA2,Beta GmbH,Cologne\n"
CONTACTS = "Contact ID,Full Name,Email,Account ID\nC1,Ann Meier,ann@acme.com,A1\nC2,Anne Meier,ann.meier@acme.com,A2\n"


@pytest.fixture
def files(tmp_path):
    for name, text in (("accounts.csv", ACCOUNTS), ("contacts.csv", CONTACTS)):
        (tmp_path / name).write_text(text)
    return [tmp_path / "accounts.csv", tmp_path / "contacts.csv"]


def ids(lake, type_name):
    return lake.query(f"select id from {type_name} order by id").column()


def test_links_of_other_files_find_their_ends_again(lake, files):
    accounts, _ = import_files(lake, files, source="crm").files
    before = {id: links_of(lake, id)["other"].to_list() for id in ids(lake, "person")}
    undo(lake, accounts.batch_id)

    again = import_files(lake, files[:1], source="crm").files[0]

    assert (again.new, again.changed, again.same) == (2, 0, 0)
    assert {id: links_of(lake, id)["other"].to_list() for id in ids(lake, "person")} == before
    assert doctor(lake).healthy


def test_merges_and_pins_of_withdrawn_records_come_back_with_them(lake, files):
    _, contacts = import_files(lake, files, source="crm").files
    people = ids(lake, "person")
    merge(lake, people)
    set_record(lake, people[0] + 1, {"city": "Berlin"})
    undo(lake, contacts.batch_id)
    gone = ids(lake, "person")

    import_files(lake, files[1:], source="crm")

    assert gone == []
    assert show_record(lake, people[0] + 1).members == tuple(people)
    assert show_record(lake, people[0] + 1).values["city"] == "Berlin"


def test_undo_of_the_second_import_withdraws_them_again(lake, files):
    accounts, _ = import_files(lake, files, source="crm").files
    undo(lake, accounts.batch_id)
    again = import_files(lake, files[:1], source="crm").files[0]

    taken_back = undo(lake, again.batch_id)

    assert taken_back.withdrawn == 2
    assert ids(lake, "organisation") == []


def test_what_a_person_deleted_stays_away(lake, files):
    import_files(lake, files, source="crm")
    delete_record(lake, ids(lake, "organisation")[0])

    again = import_files(lake, files[:1], source="crm").files[0]

    assert (again.new, again.same) == (0, 2)
    assert len(ids(lake, "organisation")) == 1


def test_columns_may_bear_any_name(lake, tmp_path):
    (tmp_path / "runs.csv").write_text("code,first,source_key,n,last\nA1,1,2,5,x\nB2,7,3,6,y\nC3,,4,7,z\n")
    made = add_type_from_file(lake, tmp_path / "runs.csv")

    result = import_files(lake, [tmp_path / "runs.csv"], type=made).files[0]

    assert result.new == 3
    found = lake.query(f'select code, "first", source_key, n from "{made}" order by code').rows()
    assert found == [("A1", 1, "2", 5), ("B2", 7, "3", 6), ("C3", None, "4", 7)]
