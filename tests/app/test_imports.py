"""The import in the app, without a browser: each step of it, what may be said there, and what is left over."""

import threading

import pytest

from tests.app.test_flows import press
from tests.app.test_pages import no_fault, said
from xrm_lake.ingest.held import list_held
from xrm_lake.ingest.load import import_files
from xrm_lake.ingest.pending import list_pending
from xrm_lake.model.entity_type import Field
from xrm_lake.store.conflicts import list_conflicts
from xrm_lake.store.mappings import list_mappings
from xrm_lake.store.model import add_field
from xrm_lake.store.records import set_record

FIRMS = "id,Company name,City,Segment\no1,Steel Works,Graz,Retail\no2,Iron Mill,Linz,Retial\n"


def settled(at):
    """The page once the work in the background is done."""
    for thread in threading.enumerate():
        if thread.name.startswith("job "):
            thread.join()
    return no_fault(at.run())


def step(at, label):
    press(at, label)
    return settled(at)


def upload(at, **files):
    for name, text in files.items():
        at.file_uploader[0].upload(f"{name}.csv", text.encode(), "text/csv")
    return step(at, "Read the files")


def grid(at, column):
    """The first grid that has such a column."""
    return next(each.value for each in at.dataframe if column in each.value.columns)


@pytest.fixture
def segments(small):
    add_field(small, "organisation", Field("segment", "Segment", "choice", allowed=("Retail", "Wholesale")))
    return small


def test_a_file_with_rejects_goes_through_every_step_and_back(small, visit):
    rows = [f"Somebody {place},some{place}@firm.example,Linz" for place in range(9)]
    content = "\n".join(["Full Name,Email,City", *rows, "too,many,cells,here"])
    before = small.query("select count(*) from person").value()
    at = upload(visit(small, "import"), contacts=content)
    assert grid(at, "holds")["holds"].to_list() == ["People"]

    step(at, "Try it")
    assert small.query("select count(*) from person").value() == before
    assert set(grid(at, "old")["record_no"]) == set(range(1, 11))
    step(at, "Import 9 new")

    assert small.query("select count(*) from person").value() == before + 9
    assert any("accounted for" in each.value for each in at.caption)
    assert any(each.label == "Download the rejects as Excel" for each in at.get("download_button"))
    set_record(small, small.query("select max(id) from person").value(), {"city": "Graz"})
    press(at, "Reconcile with its file")
    assert any("numbers differ" in each.value for each in at.error)
    press(at, "Undo batch")
    assert small.query("select count(*) from person").value() == before


def test_a_folder_comes_in_by_its_path_with_what_the_model_lacks(small, visit, tmp_path):
    (tmp_path / "clinic").mkdir()
    (tmp_path / "clinic" / "pets.csv").write_text("pet_id,Pet name,Legs\nq1,Rex,4\nq2,Mia,4\nq3,Tom,3\n")
    (tmp_path / "clinic" / "README.md").write_text("What is in here")
    at = visit(small, "import")
    at.text_input(key="import_path").set_value(str(tmp_path / "clinic"))
    step(at, "Read the files")

    assert "(new)" in grid(at, "holds")["holds"][0]
    assert "type pet" in said(at)
    assert not any(item.name.startswith("pet") for item in small.catalog.types)
    step(at, "Try it")
    assert not any(item.name.startswith("pet") for item in small.catalog.types)
    step(at, "Import 3 new")

    (made,) = [item for item in small.catalog.types if item.name.startswith("pet")]
    assert small.query(f'select count(*) from "{made.name}"').value() == 3


def test_a_value_that_no_list_knows_is_told_and_remembered(segments, visit):
    at = step(upload(visit(segments, "import"), firms=FIRMS), "Try it")
    next(each for each in at.toggle if each.label == "Take all suggestions").set_value(True)
    no_fault(at.run())
    step(at, "Read 1 value so")
    assert not any(each.label == "Take all suggestions" for each in at.toggle)
    step(at, "Import 2 new")

    found = segments.query(
        "select name, segment from organisation where name in ('Steel Works', 'Iron Mill') order by name"
    )
    assert found.rows() == [("Iron Mill", "Retail"), ("Steel Works", "Retail")]


def test_the_next_file_is_read_as_the_last_one_and_can_be_worked_out_anew(small, visit):
    at = step(upload(visit(small, "import"), firms=FIRMS), "Try it")
    step(at, "Import 2 new")
    assert list_mappings(small).height == 1
    press(at, "Start over")
    upload(at, firms=FIRMS.replace("Graz", "Wels"))
    assert grid(at, "how")["how"].to_list() == ["as last time"]

    press(at, "Work it out anew")
    assert grid(at, "how")["how"].to_list() != ["as last time"]
    step(at, "Try it")
    cells = grid(at, "old")
    assert [(old, new) for old, new in zip(cells["old"], cells["new"], strict=True) if old == "Graz"] == [
        ("Graz", "Wels")
    ]


def test_what_the_rows_are_can_be_said_and_the_table_is_planned_anew(small, visit):
    at = upload(visit(small, "import"), things="Name,City\nSteel Works,Graz\nIron Mill,Linz\n")
    chosen = next(each for each in at.selectbox if each.label == "These rows are")
    chosen.set_value("organisation")
    no_fault(at.run())

    assert grid(at, "holds")["holds"].to_list() == ["Organisations"]


def test_a_conflict_is_answered_with_both_values_in_view(small, visit, tmp_path):
    file = tmp_path / "firms.csv"
    file.write_text(FIRMS)
    import_files(small, [file], type="organisation", source="firms")
    firm = small.query("select id from organisation where name = 'Steel Works'").value()
    set_record(small, firm, {"city": "Wien"})
    file.write_text(FIRMS.replace("Graz", "Wels"))
    import_files(small, [file], type="organisation", source="firms")
    at = visit(small, "import")
    at.session_state["import_tabs"] = "Conflicts"
    at.session_state["conflict_rows"] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    no_fault(at.run())
    shown = grid(at, "mine")
    assert (shown["mine"][0], shown["theirs"][0]) == ("Wien", "Wels")
    press(at, "Take 1 value from the source")

    assert list_conflicts(small).is_empty()
    assert small.query("select city from organisation where id = $id", id=firm).value() == "Wels"


def test_a_waiting_link_is_settled_with_the_one_that_is_nearly_called_so(small, visit, tmp_path):
    file = tmp_path / "people.csv"
    file.write_text("First name,Last name,Email,Company\nAnn,Lindt,ann@lindt.example,Cobald GmbH\n")
    import_files(small, [file], type="person", source="desk", mapping={"Company": "link:works_for:organisation:name"})
    (waiting,) = list_pending(small).iter_rows(named=True)
    at = visit(small, "import")
    at.session_state["import_tabs"] = "Waiting links"
    at.session_state["pending_rows"] = {"selection": {"rows": [], "columns": [], "cells": [[0, "to_text"]]}}
    no_fault(at.run())

    assert "Cobalt GmbH" in at.radio[0].options[0]
    press(at, "Link")

    assert waiting["to_text"] == "Cobald GmbH"
    assert list_pending(small).is_empty()


def test_two_records_of_one_name_are_told_apart_where_a_waiting_link_is_settled(small, visit, tmp_path):
    firms, people = tmp_path / "firms.csv", tmp_path / "people.csv"
    firms.write_text("id,Company name,City\na,Twin Works,Graz\nb,Twin Works,Wien\n")
    people.write_text("id,First name,Last name,Company\n1,Ann,Lindt,Twin Works\n")
    import_files(small, [firms], source="desk")
    import_files(small, [people], type="person", source="desk", mapping={"Company": "link:works_for:organisation:name"})
    at = visit(small, "import")
    at.session_state["import_tabs"] = "Waiting links"
    at.session_state["pending_rows"] = {"selection": {"rows": [], "columns": [], "cells": [[0, "to_text"]]}}
    no_fault(at.run())

    assert [("Graz" in each, "Wien" in each) for each in at.radio[0].options] == [(True, False), (False, True)]


def test_rows_that_are_left_out_wait_and_come_in_later(small, visit):
    at = step(upload(visit(small, "import"), firms=FIRMS), "Try it")
    at.session_state["trial_rows"] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    no_fault(at.run())
    step(at, "Leave 1 row out")
    step(at, "Import 1 new")
    assert small.query("select name from organisation where name in ('Steel Works', 'Iron Mill')").column() == [
        "Iron Mill"
    ]

    at.session_state["import_tabs"] = "Held back"
    no_fault(at.run())
    step(at, "Bring in 1 row left out")

    assert small.query("select count(*) from organisation where name in ('Steel Works', 'Iron Mill')").value() == 2
    assert list_held(small).is_empty()


def test_only_new_records_come_in_if_that_is_asked_for(segments, visit, tmp_path):
    file = tmp_path / "firms.csv"
    file.write_text(FIRMS)
    import_files(segments, [file], type="organisation", source="firms")
    more = FIRMS.replace("Graz", "Wels") + "o3,Tin Shop,Wien,Retail\n"
    at = step(upload(visit(segments, "import"), firms=more), "Try it")
    next(each for each in at.toggle if each.label == "Only new records").set_value(True)
    settled(no_fault(at.run()))
    step(at, "Import 1 new")

    cities = segments.query(
        "select name, city from organisation where name in ('Steel Works', 'Tin Shop') order by name"
    ).rows()
    assert cities == [("Steel Works", "Graz"), ("Tin Shop", "Wien")]
    assert list_held(segments).height == 1


def test_a_file_that_is_no_table_is_told_calmly(small, visit):
    at = visit(small, "import")

    at.file_uploader[0].upload("photo.csv", bytes(range(256)) * 40, "text/csv")
    step(at, "Read the files")

    assert at.warning


def test_two_uploads_of_one_name_are_both_read(small, visit):
    at = visit(small, "import")

    at.file_uploader[0].set_value(
        [("firms.csv", text.encode(), "text/csv") for text in (FIRMS, FIRMS.replace("Graz", "Wels"))]
    )
    step(at, "Read the files")

    assert grid(at, "holds")["file"].to_list() == ["1/firms.csv", "2/firms.csv"]


def test_an_upload_never_says_where_it_is_put_and_is_not_left_behind(small, visit):
    at = visit(small, "import")

    at.file_uploader[0].upload("../../escaped.csv", b"Full Name,Email\nAnn Lindt,ann@firm.example\n", "text/csv")
    step(at, "Read the files")

    assert not list(small.path.glob("escaped.csv"))
    assert not list(small.path.parent.glob("escaped.csv"))
    assert not list((small.path / "tmp").glob("upload-*"))


def test_known_exports_are_listed_with_those_of_ones_own_and_a_broken_one_is_told_calmly(small, visit):
    own = small.path / "presets" / "club.toml"
    own.parent.mkdir()
    own.write_text(
        'label = "Club"\n[members]\ntype = "person"\nneeds = ["Mitglied"]\n[members.columns]\n"Mitglied" = "key"\n'
    )
    at = visit(small, "import")
    at.session_state["import_tabs"] = "Known exports"
    no_fault(at.run())

    listed = next(each.value for each in at.dataframe if "preset" in each.value)
    assert {"club/members", "hubspot/contacts"} <= set(listed["preset"])

    own.write_text("[members]\n")
    at.session_state["import_tabs"] = "Known exports"
    no_fault(at.run())

    assert any("it needs no header" in each.value for each in at.warning)
