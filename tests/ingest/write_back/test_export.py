"""What goes back to the source systems: their own ids and headers, changed cells only, and nothing twice."""

import csv
import os
from pathlib import Path

import polars as pl
import pytest

from tests.hygiene.state import derived_state
from xrm_lake.errors import Refused, UnknownName
from xrm_lake.hygiene.judge import merge, unmerge
from xrm_lake.ingest.load import import_files
from xrm_lake.ingest.write_back.export import export_fixes
from xrm_lake.store.links import link_records
from xrm_lake.store.read import show_record
from xrm_lake.store.records import add_record, set_record
from xrm_lake.store.undo import undo

GOLDEN = Path(__file__).parent / "golden"

SALESFORCE = {
    "Account.csv": """\
Id,IsDeleted,Name,BillingStreet,BillingCity,BillingCountry,Phone,Website
001A1,false,Acme Ltd,1 High St,London,United Kingdom,,https://acme.example
001A2,false,ACME Limited,,London,,+442071234567,
001A3,false,Bolt GmbH,Weg 2,Bonn,Germany,,
""",
    "Contact.csv": """\
Id,IsDeleted,AccountId,FirstName,LastName,Email,Phone,MailingStreet,MailingCity,Title,HasOptedOutOfEmail,CreatedDate
003C1,false,001A1,Ann,Lee,ann@acme.example,,,London,Buyer,false,2019-04-02
003C2,false,001A2,Ann,Lee,ann@acme.example,+442071234567,1 High St,London,,true,2018-01-09
003C3,false,001A3,Bob,Ray,bob@bolt.example,,,Bonn,Clerk,false,2020-02-02
""",
    "Lead.csv": """\
Id,IsDeleted,LastName,FirstName,Company,Email,Status,IsConverted,City
00QL1,false,Novak,Eva,Novak AG,eva@novak.example,New,false,Wien
00QL2,false,Novak,Eva M.,Novak AG,eva@novak.example,Open,false,Wien
""",
    "Opportunity.csv": """\
Id,IsDeleted,AccountId,Name,StageName,Amount,CloseDate
006D1,false,001A2,Big one,Prospecting,1000,2030-01-01
""",
}
HUBSPOT = {
    "contacts.csv": """\
Record ID,First Name,Last Name,Email,Phone Number,City,Job Title,Contact owner
501,Anne,Lee,ann@acme.example,+442071234567,London,Head of Buying,
502,Cy,Poe,cy@poe.example,,Rome,Clerk,
""",
}


@pytest.fixture
def bring(lake, tmp_path):
    """Import files given as texts by their names."""

    def bring(texts: dict[str, str], **options):
        folder = tmp_path / "in"
        folder.mkdir(exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
        return import_files(lake, [folder / name for name in texts], **options)

    return bring


@pytest.fixture
def two(lake, bring):
    """Records of two systems; gives the ids by source key, those of persons before those of their leads."""
    bring(SALESFORCE)
    bring(HUBSPOT)
    rows = lake.query(
        "select source_key, id from entity where source_key is not null and type <> 'lead' order by id"
    ).rows()
    return dict(rows)


def rows_of(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_merges_and_corrections_are_the_files_that_the_system_takes_in(lake, two, tmp_path):
    merge(lake, [two["001A1"], two["001A2"]])
    merge(lake, [two["003C1"], two["003C2"]])
    merge(lake, [two["00QL1"], two["00QL2"]])
    set_record(lake, two["003C3"], {"phone": "+49 228 123456", "job_title": None})
    set_record(lake, two["001A1"] + 1, {"website": "https://www.acme.example"})

    done = export_fixes(lake, out=tmp_path / "out", target="salesforce")

    written = {file.name: file.read_text(encoding="utf-8") for file in sorted((tmp_path / "out").iterdir())}
    if os.environ.get("XRM_UPDATE_GOLDENS"):
        for name, text in written.items():
            (GOLDEN / name).write_text(text, encoding="utf-8")
    assert written == {file.name: file.read_text(encoding="utf-8") for file in sorted(GOLDEN.iterdir())}
    assert sorted(done.files["file"]) == sorted(written)
    assert done.rows("merges") == 3


def test_merges_name_the_survivor_and_what_gives_way_in_the_ids_of_their_source(lake, two, tmp_path):
    merge(lake, [two["003C2"], two["003C1"]])

    export_fixes(lake, out=tmp_path, target="salesforce")

    assert rows_of(tmp_path, "salesforce_person_merges.csv") == [{"survivor_id": "003C1", "merged_id": "003C2"}]


def test_links_of_what_gives_way_are_told_with_where_they_run_then(lake, two, tmp_path):
    merge(lake, [two["001A1"], two["001A2"]])

    export_fixes(lake, out=tmp_path, target="salesforce")

    moved = rows_of(tmp_path, "salesforce_links_moved.csv")
    assert {
        "link": "for_organisation",
        "from_id": "006D1",
        "to_id": "001A2",
        "from_survivor_id": "006D1",
        "to_survivor_id": "001A1",
    } in moved
    assert {row["to_id"] for row in moved} == {"001A2"}


def test_a_merge_across_sources_is_a_cross_reference_and_no_merge_of_either(lake, two, tmp_path):
    merge(lake, [two["003C1"], two["501"]])

    done = export_fixes(lake, out=tmp_path, target="hubspot")

    assert done.rows("merges") == 0
    assert [row["id"] for row in rows_of(tmp_path, "cross_reference.csv")] == ["501", "003C1"]
    assert not list(tmp_path.glob("salesforce*"))
    (update,) = rows_of(tmp_path, "hubspot_person_updates.csv")
    assert update["Record ID"] == "501"


def test_nothing_is_written_of_what_the_source_says_already(lake, two, tmp_path):
    done = export_fixes(lake, out=tmp_path, target="salesforce")

    assert done.files.is_empty()
    assert done.cells == 0
    assert list(tmp_path.glob("*.csv")) == []


def test_only_changed_cells_are_written_and_the_old_values_beside_them(lake, two, tmp_path):
    set_record(lake, two["003C3"], {"city": "Köln"})

    export_fixes(lake, out=tmp_path, target="salesforce")

    assert rows_of(tmp_path, "salesforce_person_updates.csv") == [{"Id": "003C3", "MailingCity": "Köln"}]
    assert rows_of(tmp_path, "salesforce_person_old_values.csv") == [
        {"id": "003C3", "field": "city", "header": "MailingCity", "old": "Bonn", "new": "Köln", "note": ""}
    ]


def test_what_the_system_cannot_take_is_told_and_not_written(lake, two, tmp_path):
    set_record(lake, two["003C3"], {"city": None, "tags": ["a"], "job_title": "Head", "created_on": "2019-01-01"})

    done = export_fixes(lake, out=tmp_path, target="salesforce")

    assert rows_of(tmp_path, "salesforce_person_updates.csv") == [{"Id": "003C3", "Title": "Head"}]
    assert dict(done.not_written.iter_rows()) == {
        "cleared: to be done by hand": 1, "no column there": 1, "made by the system itself": 1,
    }  # fmt: skip


def test_a_person_that_came_as_a_lead_goes_back_as_a_lead(lake, two, tmp_path):
    set_record(lake, two["00QL1"], {"city": "Graz"})

    export_fixes(lake, out=tmp_path, target="salesforce")

    assert rows_of(tmp_path, "salesforce_lead_updates.csv") == [{"Id": "00QL1", "City": "Graz"}]
    assert not (tmp_path / "salesforce_person_updates.csv").exists()


def test_corrections_that_come_back_are_the_same_and_are_not_written_again(lake, two, tmp_path):
    set_record(lake, two["003C3"], {"city": "Köln", "email": "bob.ray@bolt.example"})
    set_record(lake, two["00QL1"], {"city": "Graz"})
    set_record(lake, two["001A3"], {"name": "Bolt AG"})
    export_fixes(lake, out=tmp_path / "one", target="salesforce")
    before = derived_state(lake)

    for object, role in (("person", "contact"), ("lead", "lead"), ("organisation", "account")):
        again = import_files(
            lake, [tmp_path / "one" / f"salesforce_{object}_updates.csv"], preset=f"salesforce/{role}"
        ).files[0]
        assert (again.new, again.changed, again.same, again.rejected, again.conflicts) == (0, 0, 1, 0, 0)

    assert derived_state(lake) == before
    assert export_fixes(lake, out=tmp_path / "two", target="salesforce").files.is_empty()


def test_updates_of_a_merge_that_come_back_leave_the_golden_record_as_it_is(lake, two, tmp_path):
    merge(lake, [two["003C1"], two["003C2"]])
    set_record(lake, two["003C1"] + 1, {"job_title": "Chief Buyer"})
    golden = show_record(lake, two["003C1"] + 1)
    export_fixes(lake, out=tmp_path / "one", target="salesforce")

    again = import_files(lake, [tmp_path / "one" / "salesforce_person_updates.csv"], preset="salesforce/contact").files[
        0
    ]

    assert (again.new, again.rejected, again.conflicts) == (0, 0, 0)
    assert show_record(lake, golden.id).values == golden.values
    assert "updates" not in export_fixes(lake, out=tmp_path / "two", target="salesforce").files["what"].to_list()


@pytest.mark.parametrize("type_name", ["person", "organisation", "deal"])
def test_plain_csv_comes_back_as_the_same(lake, tmp_path, type_name):
    given = {"person": ("Ann Lee", {"job_title": "Boss", "tags": ["a", "b"], "email_opt_out": True, "birth_date": "1980-02-03"}),
             "organisation": ("Acme", {"employees": 1500, "annual_revenue": "1234.5", "website": "https://acme.example"}),
             "deal": ("Big", {"amount": "99.95", "close_date": "2031-04-05", "probability": 40})}[type_name]  # fmt: skip
    caption = lake.catalog.type(type_name).caption[0]
    id = add_record(
        lake,
        type_name,
        {caption: given[0]} | ({"stage": "Lead"} if type_name == "deal" else {}),
        source="sheet",
        source_key="7",
    )
    set_record(lake, id, given[1])
    done = export_fixes(lake, out=tmp_path / "one", source="sheet")

    again = import_files(
        lake, [tmp_path / "one" / f"sheet_{type_name}_updates.csv"], type=type_name, source="sheet"
    ).files[0]

    assert done.cells == len(given[1])
    assert (again.new, again.changed, again.same, again.rejected) == (0, 0, 1, 0)
    assert export_fixes(lake, out=tmp_path / "two", source="sheet").files.is_empty()


def test_a_correction_that_was_undone_or_a_merge_taken_apart_is_written_no_more(lake, two, tmp_path):
    set_record(lake, two["003C3"], {"city": "Köln"})
    undo(lake, lake.counters.batch_id)
    merge(lake, [two["003C1"], two["003C2"]])
    unmerge(lake, two["003C2"])

    assert export_fixes(lake, out=tmp_path, target="salesforce").files.is_empty()


def test_what_the_source_said_anew_meanwhile_is_the_old_value(lake, two, bring, tmp_path):
    set_record(lake, two["003C3"], {"city": "Köln"})
    bring({"Contact.csv": SALESFORCE["Contact.csv"].replace("Bonn,Clerk", "Ulm,Clerk")})

    export_fixes(lake, out=tmp_path, target="salesforce")

    assert [(row["old"], row["new"]) for row in rows_of(tmp_path, "salesforce_person_old_values.csv")] == [
        ("Ulm", "Köln")
    ]


def test_no_cell_can_become_a_formula(lake, two, tmp_path):
    set_record(lake, two["003C3"], {"job_title": "=HYPERLINK(1)", "phone": "+49 228 123456"})

    export_fixes(lake, out=tmp_path, target="salesforce")

    (row,) = rows_of(tmp_path, "salesforce_person_updates.csv")
    assert (row["Title"], row["Phone"]) == ("'=HYPERLINK(1)", "+49228123456")


def test_a_row_without_an_id_there_is_told_and_never_merged_by_a_made_up_one(lake, bring, tmp_path):
    bring({"list.csv": "Name,City\nAnn Lee,Bonn\nAnne Lee,Bonn\n"}, type="person", source="list")
    ids = lake.query("select id from entity where source = 'list' order by id").column()
    merge(lake, ids)

    done = export_fixes(lake, out=tmp_path, source="list")

    assert done.rows("merges") == 0
    assert done.cells == 0
    assert done.not_written["note"].to_list() == ["no id there"]


def test_files_that_are_there_are_not_written_over(lake, two, tmp_path):
    set_record(lake, two["003C3"], {"city": "Köln"})
    export_fixes(lake, out=tmp_path, target="salesforce")

    with pytest.raises(Refused, match="Nothing was written"):
        export_fixes(lake, out=tmp_path, target="salesforce")
    assert export_fixes(lake, out=tmp_path, target="salesforce", replace=True).cells == 1


def test_systems_and_sources_that_are_not_there_are_named(lake, two, tmp_path):
    with pytest.raises(UnknownName, match="salesforce"):
        export_fixes(lake, out=tmp_path, target="salesfarce")
    with pytest.raises(UnknownName, match="source named 'pipedrive'"):
        export_fixes(lake, out=tmp_path, target="pipedrive")
    with pytest.raises(UnknownName, match="source named 'x'"):
        export_fixes(lake, out=tmp_path, source="x")


def test_a_source_of_another_name_is_written_for_its_system(lake, bring, tmp_path):
    bring({"Contact.csv": SALESFORCE["Contact.csv"]}, source="prod")
    id = lake.query("select id from entity where source_key = '003C3'").value()
    set_record(lake, id, {"city": "Köln"})

    export_fixes(lake, out=tmp_path, target="salesforce", source="prod")

    assert rows_of(tmp_path, "prod_person_updates.csv") == [{"Id": "003C3", "MailingCity": "Köln"}]


def test_links_between_sources_are_nobodys_to_move(lake, two, tmp_path):
    link_records(lake, two["502"], "works_for", two["001A2"])
    merge(lake, [two["001A1"], two["001A2"]])

    export_fixes(lake, out=tmp_path, target="salesforce")

    assert "502" not in {row["from_id"] for row in rows_of(tmp_path, "salesforce_links_moved.csv")}


def test_frames_have_their_columns_where_nothing_was_found(lake, two, tmp_path):
    done = export_fixes(lake, out=tmp_path)

    assert done.files.schema == pl.Schema(
        {"file": pl.String, "source": pl.String, "type": pl.String, "what": pl.String, "rows": pl.Int64}
    )
    assert done.not_written.columns == ["note", "cells"]
