"""Rows that an import holds back: left out by choice, or nearly like a record that is there; all of them can come in later."""

import pytest

from xrm_lake.errors import InvalidValue, Misuse, UnknownName, UnknownRecord
from xrm_lake.ingest.again import import_held
from xrm_lake.ingest.held import list_held
from xrm_lake.ingest.load import import_files
from xrm_lake.store.records import add_record
from xrm_lake.store.undo import undo

from .files import counts, file, load, same_state, state, values

PEOPLE = """id,First name,Last name,Email
p1,Ann,Lee,ann@example.org
p2,Bob,Ray,bob@example.org
p3,Zoë,Kim,zoe@example.org
p4,Gus,Orr,gus@example.org
"""
FIRMS = "id,Company name,City\no1,Müller Maschinenbau GmbH,Bonn\no2,Acme Corporation,Ulm\n"
ALIKE = "Company name,City\nMueler Maschinenbau GmbH,Köln\nAcme Corporation,Berlin\nZenith Ltd,Rom\n"


def given_names(lake):
    return sorted(name for (name,) in values(lake, "person", "given_name"))


@pytest.mark.parametrize("choice", [{"only": "2-3"}, {"skip": "1, 4"}, {"only": "1-3", "skip": "1"}])
def test_rows_that_are_left_out_are_accounted_for_and_listed(lake, tmp_path, choice):
    result = load(lake, tmp_path, PEOPLE, type="person", **choice)

    assert (counts(result), result.held) == ((2, 0, 0, 0), 2)
    assert given_names(lake) == ["Bob", "Zoë"]
    held = list_held(lake, result.batch_id)
    assert held.select("file_name", "record_no", "line_no", "reason", "raw").rows() == [
        ("people.csv", 1, 2, "left out", "p1,Ann,Lee,ann@example.org"),
        ("people.csv", 4, 5, "left out", "p4,Gus,Orr,gus@example.org"),
    ]
    assert lake.query("select rows_held from batch where batch_id = $id", id=result.batch_id).value() == 2


def test_rows_that_were_left_out_come_in_later_and_wait_again_when_that_is_undone(lake, tmp_path):
    first = load(lake, tmp_path, PEOPLE, type="person", only="2-3").batch_id
    before = state(lake)

    (one,) = import_held(lake, first, only="4").files
    assert (counts(one), one.accounted, given_names(lake)) == ((1, 0, 0, 0), True, ["Bob", "Gus", "Zoë"])
    (rest,) = import_held(lake, first).files
    assert (counts(rest), list_held(lake).height) == ((1, 0, 0, 0), 0)
    assert counts(load(lake, tmp_path, PEOPLE, type="person")) == (0, 0, 4, 0)

    undo(lake, rest.batch_id)
    undo(lake, one.batch_id)
    same_state(before, state(lake))
    assert list_held(lake)["record_no"].to_list() == [1, 4]


def test_a_row_without_a_key_comes_in_later_as_what_it_would_have_been(lake, tmp_path):
    text = "First name,Last name\nAnn,Lee\nAnn,Lee\nBob,Ray\n"
    first = load(lake, tmp_path, text, type="person", skip="2")
    import_held(lake, first.batch_id)

    assert counts(load(lake, tmp_path, text, type="person")) == (0, 0, 3, 0)


def test_only_new_changes_nothing_that_is_there(lake, tmp_path):
    load(lake, tmp_path, PEOPLE.replace("p4,Gus,Orr,gus@example.org\n", ""), type="person")
    later = PEOPLE.replace("bob@example.org", "bob@example.net")

    result = load(lake, tmp_path, later, type="person", only_new=True)
    assert (counts(result), result.held) == ((1, 0, 2, 0), 1)
    assert ("bob@example.org",) in values(lake, "person", "email")
    (taken,) = import_held(lake, result.batch_id).files
    assert counts(taken) == (0, 1, 0, 0)
    assert ("bob@example.net",) in values(lake, "person", "email")


def test_a_dry_run_shows_what_would_be_held_back(lake, tmp_path):
    tried = load(lake, tmp_path, PEOPLE, type="person", skip="1", dry_run=True)

    assert tried.rows.filter(verdict="held").select("record_no", "reason", "key").rows() == [(1, "left out", "p1")]
    assert list_held(lake).is_empty()


def test_a_name_that_is_nearly_that_of_a_record_is_held_back_with_its_candidates(lake, tmp_path):
    load(lake, tmp_path, FIRMS, name="firms.csv", type="organisation")
    result = load(lake, tmp_path, ALIKE, name="list.csv", type="organisation", source="fair", key=["name~"])

    assert (counts(result), result.held) == ((1, 1, 0, 0), 1)
    (held,) = list_held(lake).to_dicts()
    assert (held["record_no"], held["candidates"]) == (1, [1])
    assert held["reason"] == "a record has nearly the same name"
    assert 0.88 <= held["scores"][0] < 1
    assert sorted(values(lake, "organisation", "name", "city")) == [
        ("Acme Corporation", "Berlin"), ("Müller Maschinenbau GmbH", "Bonn"), ("Zenith Ltd", "Rom"),
    ]  # fmt: skip


@pytest.mark.parametrize(("answer", "expected"), [(1, (0, 1, 0, 0)), (None, (1, 0, 0, 0))])
def test_what_is_nearly_alike_is_answered_and_never_merged_unasked(lake, tmp_path, answer, expected):
    load(lake, tmp_path, FIRMS, name="firms.csv", type="organisation")
    held = load(lake, tmp_path, ALIKE, name="list.csv", type="organisation", source="fair", key=["name~"])

    (taken,) = import_held(lake, held.batch_id, answers={1: answer}).files
    assert counts(taken) == expected
    assert list_held(lake).is_empty()
    again = load(lake, tmp_path, ALIKE, name="list.csv", type="organisation", source="fair", key=["name~"])
    assert (counts(again), again.held) == ((0, 0, 3, 0), 0)


def test_a_row_that_is_said_to_be_no_record_that_stands_goes_on_waiting(lake, tmp_path):
    load(lake, tmp_path, FIRMS, name="firms.csv", type="organisation")
    person = add_record(lake, "person", {"family_name": "Lee"})
    held = load(lake, tmp_path, ALIKE, name="list.csv", type="organisation", source="fair", key=["name~"])

    with pytest.raises(UnknownRecord, match="9999"):
        import_held(lake, held.batch_id, answers={1: 9999})
    with pytest.raises(InvalidValue, match="person"):
        import_held(lake, held.batch_id, answers={1: person})
    assert list_held(lake).height == 1


def test_a_row_that_its_source_has_brought_before_is_not_in_doubt(lake, tmp_path):
    load(lake, tmp_path, FIRMS, name="firms.csv", type="organisation")
    renamed = FIRMS.replace("Müller Maschinenbau GmbH", "Müller Maschinenbau AG")
    result = load(lake, tmp_path, renamed, name="firms.csv", type="organisation", key=["name~"])

    assert (counts(result), result.held) == ((0, 1, 1, 0), 0)


def test_of_a_composite_key_one_part_may_be_nearly_alike(lake, tmp_path):
    load(lake, tmp_path, FIRMS, name="firms.csv", type="organisation")
    result = load(lake, tmp_path, ALIKE, name="list.csv", type="organisation", source="fair", key=["name~", "city"])

    assert (result.held, result.new) == (0, 3)


def test_rows_are_named_by_numbers_and_only_what_is_held_back_comes_in(lake, tmp_path):
    with pytest.raises(Misuse):
        load(lake, tmp_path, PEOPLE, type="person", only="two")
    first = load(lake, tmp_path, PEOPLE, type="person", only="1").batch_id
    with pytest.raises(Misuse, match="held back"):
        import_held(lake, first, only="1")
    with pytest.raises(Misuse, match="held back"):
        import_held(lake, first, answers={1: None})


def test_the_rows_of_a_table_of_links_can_be_left_out_too(lake, tmp_path):
    people = file(tmp_path, "people.csv", PEOPLE)
    campaigns = file(tmp_path, "campaigns.csv", "id,Campaign name\nc1,Fair\n")
    import_files(lake, [people], type="person", source="crm")
    import_files(lake, [campaigns], type="campaign", source="crm")
    text = "Campaign ID,Contact ID\nc1,p1\nc1,p2\nc1,p3\n"
    result = load(lake, tmp_path, text, name="members.csv", only="1")

    assert (result.new, result.held) == (1, 2)


def test_held_rows_come_from_their_own_sheet_whatever_the_file_is_called(lake, tmp_path):
    import xlsxwriter

    header = ("id", "First name", "Last name", "Email")
    with xlsxwriter.Workbook(tmp_path / "Q1 #2.xlsx") as book:
        for sheet, (one, other) in {"North": ("Ann", "Bob"), "South": ("Zoë", "Gus")}.items():
            page = book.add_worksheet(sheet)
            for place, row in enumerate([header, (one, one, "Lee", ""), (other, other, "Ray", "")]):
                page.write_row(place, 0, row)
    only = "Q1 #2.xlsx#South:1"
    done = import_files(lake, [tmp_path / "Q1 #2.xlsx"], type="person", source="crm", only=only)
    south = next(item.batch_id for item in done.files if item.file.endswith("#South"))
    assert given_names(lake) == ["Ann", "Bob", "Zoë"]

    import_held(lake, south)
    assert given_names(lake) == ["Ann", "Bob", "Gus", "Zoë"]


def test_a_range_that_ends_before_it_begins_names_no_row(lake, tmp_path):
    with pytest.raises(Misuse):
        load(lake, tmp_path, PEOPLE, type="person", only="3-2")


def test_of_several_tables_rows_are_left_out_of_the_one_that_is_named_and_of_no_other(lake, tmp_path):
    both = [file(tmp_path, "people.csv", PEOPLE), file(tmp_path, "firms.csv", FIRMS)]
    for choice in ({"only": "2"}, {"skip": "1"}):
        with pytest.raises(Misuse, match=r"people\.csv"):
            import_files(lake, both, source="crm", **choice)
    with pytest.raises(UnknownName, match=r"people\.csv"):
        import_files(lake, both, source="crm", only="peeple.csv:2")
    assert lake.query("select count(*) from entity").value() == 0

    result = import_files(lake, both, source="crm", only="people.csv:2-3", skip="firms.csv:1")

    assert {each.file: (each.new, each.held) for each in result.files} == {"people.csv": (2, 2), "firms.csv": (1, 1)}
