"""A folder comes in by one command: what its files are and how they refer to one another is found out."""

import shutil
from pathlib import Path

import pytest

from tests.ingest.files import file, same_state, state
from xrm_lake.errors import ImportRefused
from xrm_lake.ingest.folder import gather
from xrm_lake.ingest.load import import_files
from xrm_lake.ingest.pending import list_pending
from xrm_lake.store.read import list_records, show_record
from xrm_lake.store.undo import undo

SHOP = {
    "firms.csv": "firm_id,name,city,parent_id\nCL-01,Acme Ltd,Berlin,\nCL-02,Brook GmbH,Bonn,CL-01\nCL-03,Cole AG,Köln,CL-01\n",
    "boats.csv": (
        "boat_no,name,length_m,berths,berth_kind,firm_id\n"
        "B-001,Ada,9.5,4,swing,CL-01\nB-002,Bea,12.1,6,finger,CL-02\nB-003,Cleo,7.25,2,swing,CL-02\nB-004,Dot,8.0,4,finger,CL-09\n"
    ),
    "harbours.csv": "harbour_no,name,since\nH-100,Kiel,1990-04-01\nH-101,Husum,2001-05-02\nH-102,Büsum,1999-01-03\n",
    "boat_harbour_assignments.csv": (
        "boat_no,harbour_no,pier,since\nB-001,H-100,7,2020-01-01\nB-001,H-101,2,2021-01-01\nB-002,H-100,9,2022-02-02\nB-003,H-102,1,2019-09-09\n"
    ),
    "boat_insurance.csv": "boat_no,insurer,premium\nB-001,Nord,100.50\nB-002,Nord,220\nB-003,West,80.25\n",
    "README.md": "# Boats\n\nname,of,columns\n",
    "old/schema.sql": "create table boats (boat_no text, name text);\n",
    "old/photo.csv": "\x89PNG\r\n\x1a\n",
    "empty.csv": "a,b,c\n",
}  # fmt: skip


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    (folder / "old").mkdir(parents=True)
    for name, text in SHOP.items():
        (folder / name).write_bytes(text.encode("latin-1" if name.startswith("old") else "utf-8"))
    return folder


def records(lake) -> dict[str, int]:
    return dict(lake.query("select type, count(*) from entity where deleted_at is null group by type").rows())


def links(lake) -> dict[str, int]:
    return dict(lake.query("select type, count(*) from link where ended_at is null group by type").rows())


def test_every_table_finds_a_place_and_every_reference_its_record(lake, shop):
    result = import_files(lake, [shop])

    assert all(item.accounted for item in result.files)
    assert records(lake) == {"organisation": 3, "boat": 4, "harbour": 3}
    assert links(lake) == {"part_of": 2, "boat_organisation": 3, "boat_harbour_assignment": 4}


def test_a_reference_to_what_is_not_in_the_files_waits_and_is_explained(lake, shop):
    result = import_files(lake, [shop])

    assert (result.total("pending"), result.total("absent")) == (1, 1)
    assert list_pending(lake)["to_text"].to_list() == ["CL-09"]


def test_a_new_type_has_fields_of_the_kinds_that_its_columns_are_and_options_where_values_repeat(lake, shop):
    import_files(lake, [shop])

    boat = {field.name: (field.kind, field.allowed) for field in lake.catalog.type("boat").fields}
    assert boat["length_m"] == ("number", ())
    assert boat["berths"] == ("integer", ())
    assert boat["berth_kind"] == ("choice", ("finger", "swing"))
    assert boat["boat_no"] == ("identifier", ())
    assert "firm_id" not in boat


def test_a_file_keyed_by_the_records_of_another_says_more_of_them(lake, shop):
    result = import_files(lake, [shop])

    [more] = [item for item in result.files if item.file == "boat_insurance.csv"]
    assert (more.type, more.new, more.changed) == ("boat", 0, 3)
    rows = list_records(lake, "boat", sort="boat_no").select("boat_no", "insurer", "premium").rows()
    assert [(no, insurer, premium and float(premium)) for no, insurer, premium in rows] == [
        ("B-001", "Nord", 100.5), ("B-002", "Nord", 220.0), ("B-003", "West", 80.25), ("B-004", None, None),
    ]  # fmt: skip


def test_rows_that_join_two_records_become_links_with_fields_and_dates(lake, shop):
    import_files(lake, [shop])

    ada = lake.query("select id from entity where source_key = 'B-001'").value()
    berthed = show_record(lake, ada).links.filter(type="boat_harbour_assignment")
    assert berthed.height == 2
    assert lake.query(
        "select fields->>'pier', since::varchar from link where type = 'boat_harbour_assignment' order by id limit 1"
    ).rows() == [("7", "2020-01-01")]


def test_what_is_no_data_is_left_out_with_the_reason(lake, shop):
    result = import_files(lake, [shop])

    reasons = {each.file: each.reason for each in result.left_out}
    assert set(reasons) == {"README.md", "old/schema.sql", "old/photo.csv", "empty.csv"}
    assert "PNG" in reasons["old/photo.csv"]
    assert "no rows" in reasons["empty.csv"]


def test_again_nothing_is_new_and_the_model_gains_nothing(lake, shop):
    import_files(lake, [shop])
    standing = state(lake)

    again = import_files(lake, [shop])

    assert (again.total("new"), again.total("changed"), again.total("links"), again.gained) == (0, 0, 0, ())
    same_state(standing, state(lake), moments=True)


def test_undone_no_record_is_left_and_the_model_that_was_gained_stays(lake, shop):
    result = import_files(lake, [shop])

    for item in reversed(result.files):
        undo(lake, item.batch_id)

    assert records(lake) == {}
    assert lake.catalog.has_type("boat")


def test_a_dry_run_says_what_the_model_would_gain_and_keeps_nothing(lake, shop):
    before = lake.catalog

    tried = import_files(lake, [shop], dry_run=True)
    assert lake.catalog == before
    done = import_files(lake, [shop])

    assert any(gain.startswith("type boat: ") for gain in tried.gained)
    assert tried.gained == done.gained
    counts = ("new", "changed", "same", "rejected", "links", "pending")
    assert [tried.total(name) for name in counts] == [done.total(name) for name in counts]


def test_files_alone_change_the_model_only_if_one_says_so(lake, shop):
    boats = shop / "boats.csv"
    with pytest.raises(ImportRefused):
        import_files(lake, [boats])
    assert not lake.catalog.has_type("boat")

    import_files(lake, [boats, shop / "harbours.csv"], propose=True)

    assert records(lake) == {"boat": 4, "harbour": 3}


def test_a_column_without_a_place_becomes_a_field_and_never_free_text(lake, tmp_path):
    folder = tmp_path / "crm"
    folder.mkdir()
    file(
        folder,
        "contacts.csv",
        "id,First name,Last name,Email,Shoe size\n1,Ann,Lee,a@x.example,38\n2,Bo,Ray,b@x.example,44\n",
    )

    import_files(lake, [folder])

    assert lake.catalog.field("person", "shoe_size").kind == "integer"
    assert lake.query("select shoe_size from person order by id").column() == [38, 44]
    assert lake.query("select count(*) from person where description is not null or extra is not null").value() == 0


def test_a_folder_with_the_same_file_twice_takes_it_in_once(lake, shop):
    shutil.copy(shop / "boats.csv", shop / "old" / "boats copy.csv")

    result = import_files(lake, [shop])

    assert records(lake)["boat"] == 4
    assert ("old/boats copy.csv", "the same file as boats.csv") in [
        (each.file, each.reason) for each in result.left_out
    ]


def test_a_folder_without_data_is_refused_and_says_what_is_in_it(lake, tmp_path):
    folder = tmp_path / "papers"
    folder.mkdir()
    file(folder, "README.md", "# Nothing")

    with pytest.raises(ImportRefused, match=r"README\.md: a text for people"):
        import_files(lake, [folder])


def test_a_lake_inside_a_folder_is_not_taken_for_an_export(lake, shop):
    result = import_files(lake, [shop.parent])

    assert all(item.file.startswith("shop/") for item in result.files)


def test_the_history_of_stages_is_kept_change_by_change_on_its_deal(lake, tmp_path):
    folder = tmp_path / "sales"
    folder.mkdir()
    file(
        folder,
        "Opportunity.csv",
        "Id,Name,StageName,Amount,CloseDate\nOPP-01,Big,Negotiation,100,\nOPP-02,Small,Closed Won,50,2024-05-02\n",
    )
    file(
        folder,
        "OpportunityHistory.csv",
        "Id,OpportunityId,StageName,Amount,Probability,CloseDate,CreatedDate\nH-001,OPP-01,Prospecting,100,10,2024-05-01,2024-01-01T10:00:00Z\n"
        "H-002,OPP-01,Negotiation,100,60,2024-05-01,2024-02-01T10:00:00Z\nH-003,OPP-02,Closed Won,50,100,2024-05-02,2024-03-02T10:00:00Z\n",
    )

    import_files(lake, [folder])

    assert records(lake) == {"deal": 2, "opportunity_history": 3}
    assert links(lake) == {"opportunity_history_deal": 3}


def test_rows_that_somebody_has_written_are_records_and_no_mere_links(lake, tmp_path):
    folder = tmp_path / "crm"
    folder.mkdir()
    file(
        folder,
        "contacts.csv",
        "id,First name,Last name,Email\nC-001,Ann,Lee,a@x.example\nC-002,Bo,Ray,b@x.example\nC-003,Cy,Day,c@x.eu\n",
    )
    file(folder, "accounts.csv", "id,name,phone,city\nA-001,Acme,,Rome\nA-002,Bolt,,Oslo\nA-003,Cog,,Bonn\n")
    file(folder, "notes.csv", (
        "contact_id,account_id,text\nC-001,A-001,They would like to see the new model before the summer begins\n"
        "C-002,A-002,Asked for the price of the whole fleet and of its insurance\nC-003,A-003,Will call again when the board has met again\n"
    ))  # fmt: skip

    import_files(lake, [folder])

    assert records(lake) == {"person": 3, "organisation": 3, "note": 3}
    assert links(lake) == {"note_person": 3, "note_organisation": 3}


def test_one_file_a_month_becomes_one_type(lake, tmp_path):
    folder = tmp_path / "gauges"
    folder.mkdir()
    for month, no in (("2025-01", "1"), ("2025-02", "2")):
        file(
            folder,
            f"gauge readings {month}.csv",
            f"reading_no,level_cm,wind\nR-{no}01,12.5,west\nR-{no}02,14.0,west\nR-{no}03,9.25,east\n",
        )

    import_files(lake, [folder])

    assert records(lake) == {"gauge_reading": 6}


def test_two_files_that_number_their_rows_from_one_are_not_taken_for_one_another(lake, tmp_path):
    folder = tmp_path / "firms"
    folder.mkdir()
    file(
        folder,
        "companies.csv",
        "id,name,phone,city\n1,Dent,030 2223334,Bonn\n2,Etna,030 5556667,Kiel\n3,Fox,030 1112223,Lille\n",
    )
    file(folder, "suppliers.csv", "id,name,phone,city\n1,Acme,030 1234567,Rome\n2,Bolt,030 7654321,Oslo\n")
    file(
        folder,
        "contacts.csv",
        "id,First name,Last name,company_id,Email\n1,Ann,Lee,1,a@x.example\n2,Bo,Ray,3,b@x.example\n",
    )

    result = import_files(lake, [folder])

    assert records(lake) == {"organisation": 5, "person": 2}
    employers = "select o.name from link l join organisation o on o.id = l.to_id where l.type = 'works_for' order by 1"
    assert lake.query(employers).column() == ["Dent", "Fox"]
    [suppliers] = [item for item in result.files if item.file == "suppliers.csv"]
    assert any("a source of its own" in note for note in suppliers.notes)
    assert import_files(lake, [folder]).total("changed") == 0


def test_the_same_records_in_two_files_stay_the_same_records(lake, tmp_path):
    folder = tmp_path / "firms"
    folder.mkdir()
    file(folder, "companies.csv", "id,name,city\n1,Dent,Bonn\n2,Etna,Kiel\n3,Fox,Lille\n")
    file(
        folder,
        "company phones.csv",
        "id,name,phone\n1,Dent,+49 30 2223334\n2,Etna,+49 30 5556667\n3,Fox,+49 30 1112223\n",
    )

    import_files(lake, [folder])

    assert records(lake) == {"organisation": 3}
    assert lake.query("select count(phone) from organisation").value() == 3


def test_columns_that_say_when_a_stage_was_entered_become_its_history(lake, tmp_path):
    folder = tmp_path / "sales"
    folder.mkdir()
    file(folder, "deals.csv", (
        'Deal ID,Deal name,Stage,Amount,"Date entered ""Qualified (Sales)""",Date entered Won,Date entered current stage\n'
        "D-001,Big,Won,100,2024-01-03,2024-03-01,2024-03-01\nD-002,Small,Qualified,50,2024-02-02,,2024-02-02\nD-003,New,Open,70,,,2024-02-05\n"
    ))  # fmt: skip

    import_files(lake, [folder])

    assert lake.query(
        "select d.name, h.stage, h.entered_at::varchar from deal_stage_history h join link l on l.from_id = h.id"
        " join deal d on d.id = l.to_id order by all"
    ).rows() == [("Big", "Qualified", "2024-01-03"), ("Big", "Won", "2024-03-01"), ("Small", "Qualified", "2024-02-02")]
    assert import_files(lake, [folder]).total("new") == 0


def test_small_numbers_refer_only_where_the_header_says_so(lake, tmp_path):
    folder = tmp_path / "firm"
    folder.mkdir()
    file(folder, "employees.csv", "emp_no,name,manager_no,floor\n1,Ann Lee,,2\n2,Bo Ray,1,1\n3,Cy Day,1,3\n")
    file(folder, "badges.csv", "badge_no,emp_no,colour\n1,2,3\n2,1,1\n3,3,2\n4,2,1\n")

    import_files(lake, [folder])

    assert records(lake) == {"employee": 3, "badge": 4}
    assert links(lake) == {"employee_manager": 2, "badge_employee": 4}


@pytest.mark.parametrize("way", ["folder", "zip", "files"])
def test_a_table_of_headers_alone_that_is_of_no_type_is_left_out_and_the_others_come_in(lake, tmp_path, way):
    folder = tmp_path / "export"
    folder.mkdir()
    people = file(folder, "people.csv", "id,first_name,last_name,email\np1,Ann,Lee,ann@example.org\n")
    file(folder, "flurbs.csv", "foo,bar,baz\n")
    shutil.make_archive(str(folder), "zip", folder)
    given = {"folder": [folder], "zip": [tmp_path / "export.zip"], "files": [people, folder / "flurbs.csv"]}[way]

    result = import_files(lake, given)

    assert (len(result.files), result.total("new")) == (1, 1)
    assert [(each.file.rsplit("/", 1)[-1], each.reason) for each in result.left_out] == [
        ("flurbs.csv", "it has no rows")
    ]


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that is there and cannot be read")
def test_a_file_of_a_folder_that_the_disk_does_not_give_is_left_to_its_reader(shop):
    (shop / "plan.json").symlink_to("/proc/self/mem")

    assert "plan.json" in {found.name for found in gather([shop]).files}


def test_two_files_of_one_import_that_tell_different_values_of_a_record_are_named(lake, tmp_path):
    older = file(
        tmp_path, "firms_may.csv", "id,name,city,phone\n1,Acme Ltd,Berlin,\n2,Brook GmbH,Bonn,\n3,Cole AG,Ulm,\n"
    )
    newer = file(
        tmp_path,
        "firms_june.csv",
        "id,name,city,phone\n1,Acme Ltd,Kiel,\n2,Brook GmbH,Köln,\n3,Cole AG,Ulm,+49 30 901820\n",
    )

    result = import_files(lake, [older, newer], type="organisation", source="crm")

    assert not [note for note in result.files[0].notes if "other values" in note]
    (said,) = [note for note in result.files[1].notes if "other values" in note]
    assert said.startswith("firms_may.csv tells other values of 2 records of this file")
    again = import_files(lake, [newer], type="organisation", source="crm")
    assert not [note for note in again.files[0].notes if "other values" in note]


def test_two_sheets_with_a_history_in_their_columns_give_histories_of_different_names(lake, tmp_path):
    import xlsxwriter

    book = tmp_path / "crm.xlsx"
    with xlsxwriter.Workbook(book) as workbook:
        for start, name in ((1, "Deals"), (11, "Old deals")):
            sheet = workbook.add_worksheet(name)
            sheet.write_row(0, 0, ["Deal ID", "Deal name", "Stage", "Amount", "Entered Won", "Entered Negotiation"])
            for row in range(1, 9):
                sheet.write_row(
                    row,
                    0,
                    [
                        f"D{start + row}",
                        f"Deal {start + row}",
                        "Won",
                        100 * row,
                        f"2024-02-{row:02}",
                        f"2024-01-{row:02}",
                    ],
                )

    result = import_files(lake, [book], source="crm", propose=True)

    histories = [each.file for each in result.files if each.file.endswith("stage history")]
    assert histories == ["crm.xlsx#Deals deal stage history", "crm.xlsx#Old deals deal stage history"]
    assert [each.counted for each in result.files if each.file in histories] == [16, 16]
