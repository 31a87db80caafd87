"""A second delivery is that of the source which is there, whatever its folder is called; and other records with the same ids are not."""

import pytest

from xrm_lake.ingest.load import import_files
from xrm_lake.reports.export_all import export_all
from xrm_lake.store.open import init_lake

from .files import file

ACCOUNTS = "id,name,city\n" + "".join(f"{n},Firm {n} Ltd,Bonn\n" for n in range(1, 9))
CONTACTS = "id,first_name,last_name,email,account_id\n" + "".join(
    f"{n},Ann{n},Lee{n},ann{n}@example.org,{n}\n" for n in range(1, 9)
)


def delivery(folder, name, accounts=ACCOUNTS, contacts=CONTACTS):
    (folder / name).mkdir()
    file(folder / name, "accounts.csv", accounts)
    file(folder / name, "contacts.csv", contacts)
    return folder / name


def records(lake):
    return lake.query("select count(*) from entity where deleted_at is null").value()


def test_the_next_months_folder_is_a_delivery_of_the_same_source_and_says_so(lake, tmp_path):
    import_files(lake, [delivery(tmp_path, "export_2026-11")])
    later = delivery(
        tmp_path, "export_2026-12", ACCOUNTS.replace("3,Firm 3 Ltd,Bonn", "3,Firm 3 Ltd,Ulm") + "9,Ninth,Rom\n"
    )

    result = import_files(lake, [later])

    assert {each.file: (each.new, each.changed, each.same) for each in result.files} == {
        "accounts.csv": (1, 1, 7),
        "contacts.csv": (0, 0, 8),
    }
    assert all(any("delivery of the source export_2026-11" in note for note in each.notes) for each in result.files)
    assert records(lake) == 17


@pytest.mark.parametrize("told", [{"source": "other"}, {}])
def test_other_records_under_the_same_ids_are_a_source_of_their_own_and_that_is_said(lake, tmp_path, told):
    import_files(lake, [delivery(tmp_path, "north")])
    other = delivery(tmp_path, "south", ACCOUNTS.replace("Firm", "Shop"), CONTACTS.replace("Ann", "Bob"))

    result = import_files(lake, [other], **told)

    assert [(each.new, each.changed) for each in result.files] == [(8, 0), (8, 0)]
    assert all(any("--source north" in note for note in each.notes) is not bool(told) for each in result.files)


def test_a_file_that_is_called_otherwise_is_of_the_source_that_was_named_for_it_before(lake, tmp_path):
    import_files(lake, [file(tmp_path, "accounts.csv", ACCOUNTS)], source="crm")

    (again,) = import_files(lake, [file(tmp_path, "firms of today.csv", ACCOUNTS)]).files

    assert (again.new, again.same) == (0, 8)


def sales(folder, name, times, day="2026-01-{n:02}"):
    (folder / name).mkdir()
    rows = "".join(f"{n},{n * times}.50,{day.format(n=n)}\n" for n in range(1, 21))
    return file(folder / name, "sales.csv", "Nr,Amount,Day\n" + rows).parent


def test_records_that_have_no_name_but_their_number_are_never_overwritten_by_those_of_another_shop(lake, tmp_path):
    import_files(lake, [sales(tmp_path, "north", 10)])

    (other,) = import_files(lake, [sales(tmp_path, "south", 30)]).files
    (again,) = import_files(lake, [sales(tmp_path, "north_again", 10)]).files

    assert (other.new, other.changed) == (20, 0)
    assert any("--source north" in note for note in other.notes)
    assert (again.new, again.changed, again.same) == (0, 0, 20)


def test_records_that_are_all_alike_do_not_tell_that_they_are_the_same(lake, tmp_path):
    import_files(lake, [sales(tmp_path, "north", 0, "2026-01-01")])

    (other,) = import_files(lake, [sales(tmp_path, "south", 0, "2026-01-01")]).files

    assert (other.new, other.changed) == (20, 0)
    assert any("--source north" in note for note in other.notes)


def test_in_a_lake_made_from_a_whole_export_the_crm_delivers_on(lake, tmp_path):
    import_files(lake, [delivery(tmp_path, "export_2026-11")])
    export_all(lake, out=tmp_path / "whole")
    later = delivery(tmp_path, "export_2026-12", ACCOUNTS.replace("3,Firm 3 Ltd,Bonn", "3,Firm 3 Ltd,Ulm"))

    with init_lake(tmp_path / "other.xrm", template="none") as other:
        import_files(other, [tmp_path / "whole"])
        result = import_files(other, [later])

        assert {each.file: (each.new, each.changed, each.same, each.links) for each in result.files} == {
            "accounts.csv": (0, 1, 7, 0),
            "contacts.csv": (0, 0, 8, 0),
        }
        assert records(other) == 16


def test_of_a_folder_only_the_files_that_are_known_are_of_the_known_source(lake, tmp_path):
    first = delivery(tmp_path, "north")
    file(first, "products.csv", "id,product_name,price\n" + "".join(f"{n},Lamp {n},{n}0\n" for n in range(1, 9)))
    import_files(lake, [first])
    second = delivery(tmp_path, "south")
    file(second, "products.csv", "id,product_name,price\n" + "".join(f"{n},Rake {n},{n}5\n" for n in range(1, 9)))

    result = {each.file: each for each in import_files(lake, [second]).files}

    assert {name: (each.new, each.changed, each.same) for name, each in result.items()} == {
        "accounts.csv": (0, 0, 8),
        "contacts.csv": (0, 0, 8),
        "products.csv": (8, 0, 0),
    }
    assert any("--source north" in note for note in result["products.csv"].notes)
    assert not any("delivery of the source" in note for note in result["products.csv"].notes)


def test_a_file_with_a_new_column_is_of_the_source_of_the_files_beside_it(lake, tmp_path):
    import_files(lake, [delivery(tmp_path, "export_2026-11")])
    wider = ACCOUNTS.replace("id,name,city\n", "id,name,city,vat\n").replace(",Bonn\n", ",Bonn,DE1\n")

    result = import_files(lake, [delivery(tmp_path, "export_2026-12", accounts=wider)])

    assert [each.new for each in result.files] == [0, 0]
    assert records(lake) == 16


def test_links_that_come_for_the_first_time_join_the_records_of_the_known_source(lake, tmp_path):
    import_files(lake, [delivery(tmp_path, "export_2026-11")])
    later = delivery(tmp_path, "export_2026-12")
    file(later, "partners.csv", "account_id,contact_id\n" + "".join(f"{n},{n % 8 + 1}\n" for n in range(1, 9)))

    result = {each.file: each for each in import_files(lake, [later]).files}

    assert (result["partners.csv"].links, result["partners.csv"].pending, records(lake)) == (8, 0, 16)


def test_a_known_file_whose_links_lead_to_a_file_of_other_records_joins_those(lake, tmp_path):
    import_files(lake, [delivery(tmp_path, "north")])
    other = delivery(tmp_path, "south", ACCOUNTS.replace("Firm", "Shop"))

    result = {each.file: each for each in import_files(lake, [other]).files}

    assert {name: (each.new, each.links) for name, each in result.items()} == {
        "accounts.csv": (8, 0),
        "contacts.csv": (0, 8),
    }
