from pathlib import Path

from tests.ingest.mapping.delivered import delivered, says
from xrm_lake.ingest.mapping.junction import find_junction
from xrm_lake.ingest.mapping.sample import look
from xrm_lake.ingest.mapping.vocabulary import vocabulary
from xrm_lake.model.template import load_template

WORDS = vocabulary(load_template("crm"))
ENDS = {"deal_id": ["D-1", "D-1", "D-2"], "contact_id": ["C-1", "C-2", "C-1"]}


def found(folder: Path, columns: dict[str, list[str]]):
    return find_junction(look(delivered(folder, "file.csv", columns)), WORDS)


def test_two_ids_and_fields_of_one_link_are_links(tmp_path):
    junction = found(
        tmp_path,
        {"id": ["1", "2", "3"], "contact_id": ENDS["contact_id"], "Role": ["a", "b", ""], "deal_id": ENDS["deal_id"]},
    )

    assert junction.link_type == "involves"
    assert [(column.header, says(column)) for column in junction.columns] == [
        ("deal_id", "from involves deal by id"),
        ("contact_id", "to involves person by id"),
        ("id", "key"),
        ("Role", "link.role"),
    ]


def test_dates_of_a_job_are_those_of_the_link(tmp_path):
    columns = {
        "person id": ["P1", "P2"],
        "company id": ["F1", "F1"],
        "position": ["CEO", "CTO"],
        "start date": ["2020-01-01"] * 2,
    }

    junction = found(tmp_path, columns)

    assert junction.link_type == "works_for"
    assert {column.header: says(column) for column in junction.columns} == {
        "person id": "from works_for person by id",
        "company id": "to works_for organisation by id",
        "position": "link.title",
        "start date": "link.since",
    }


def test_rows_with_a_value_of_their_own_are_no_mere_links(tmp_path):
    assert found(tmp_path, ENDS | {"amount": ["10.00", "20.00", "30.00"]}) is None


def test_names_are_no_ends(tmp_path):
    assert found(tmp_path, {"deal": ["Big one", "Small one"], "contact": ["Ann Lee", "Bob Ray"]}) is None


def test_one_end_is_not_enough(tmp_path):
    assert found(tmp_path, {"deal_id": ["D-1", "D-2"], "status": ["a", "b"]}) is None


def test_two_people_are_joined_by_no_link_that_no_header_names(tmp_path):
    assert found(tmp_path, {"contact_id": ["C-1", "C-2"], "person_id": ["C-2", "C-1"]}) is None
