from tests.ingest.mapping.delivered import delivered
from xrm_lake.ingest.mapping.sample import look
from xrm_lake.ingest.mapping.sources import Sourced, name_sources

IDS = ["7001", "7002", "7003"]


def table(folder, name, columns, *, source=None, key=None):
    looked = look(delivered(folder, name, columns))
    return Sourced(looked, source, looked.texts(key) if key is not None else None)


def test_a_file_that_holds_ids_of_a_system_comes_from_it(tmp_path):
    contacts = table(tmp_path, "contacts.csv", {"Record ID": IDS}, source="hubspot", key=0)
    mails = table(tmp_path, "mails.csv", {"Contact": ["7001;7002", "7003", "7001"]})

    assert name_sources([mails, contacts]) == ["hubspot", "hubspot"]


def test_two_systems_stay_two_whatever_joins_them(tmp_path):
    one = table(tmp_path, "a.csv", {"id": IDS}, source="hubspot", key=0)
    two = table(tmp_path, "b.csv", {"id": IDS}, source="salesforce", key=0)

    assert name_sources([one, two]) == ["hubspot", "salesforce"]


def test_next_weeks_export_has_the_same_source(tmp_path):
    one = table(tmp_path, "Contacts 2024-05-01.csv", {"a": ["x"]})
    two = table(tmp_path, "contacts_20240508.csv", {"a": ["x"]})

    assert name_sources([one]) == name_sources([two]) == ["contacts"]


def test_sheets_of_one_book_share_its_name(tmp_path):
    sheets = [table(tmp_path, f"book.xlsx#{name}", {"a": ["x"]}) for name in ("One", "Two")]

    assert name_sources(sheets) == ["book", "book"]


def test_small_numbers_join_nothing(tmp_path):
    one = table(tmp_path, "a.csv", {"id": ["1", "2", "3"]}, key=0)
    two = table(tmp_path, "b.csv", {"children": ["1", "2", "3"]})

    assert name_sources([one, two]) == ["a", "b"]


def test_a_file_called_after_a_system_is_of_it_beside_its_exports_only(tmp_path):
    users = table(tmp_path, "hubspot-users.csv", {"User": ["Ann"]})
    contacts = table(tmp_path, "contacts.csv", {"Record ID": IDS}, source="hubspot", key=0)

    assert name_sources([users, contacts]) == ["hubspot", "hubspot"]
    assert name_sources([users]) == ["hubspot-users"]
