"""What a row is found by keeps the record's spelling: another list never writes `Schroder` over `Schröder`."""

import pytest

from xrm_lake.ingest.again import import_held
from xrm_lake.ingest.held import list_held
from xrm_lake.store.records import set_record
from xrm_lake.store.undo import undo

from .files import counts, load, state, values

PEOPLE = "id,Full name,First name,Last name,Job title\np1,Jürgen Schröder,Jürgen,Schröder,Buyer\n"
FIRMS = "id,Company name,City\no1,Müller Maschinenbau GmbH,Bonn\n"
NAME = ("full_name", "given_name", "family_name", "job_title")


def people(lake, tmp_path, text, **options):
    return load(lake, tmp_path, text, **{"name": "fair.csv", "source": "fair", "type": "person"} | options)


@pytest.mark.parametrize("key", [["full_name"], ["given_name", "family_name"]])
def test_a_list_without_accents_changes_what_it_says_and_not_how_a_name_is_spelt(lake, tmp_path, key):
    load(lake, tmp_path, PEOPLE, type="person")
    text = "Full name,First name,Last name,Job title\njurgen SCHRODER,Jurgen,Schroder,Owner\n"
    tried = people(lake, tmp_path, text, key=key, dry_run=True)

    assert counts(people(lake, tmp_path, text, key=key)) == (0, 1, 0, 0)
    assert values(lake, "person", *NAME) == [("Jürgen Schröder", "Jürgen", "Schröder", "Owner")]
    assert tried.rows.select("verdict", "reason", "field", "old", "new").rows() == [
        ("changed", "told by the key fields; its spelling stays", None, None, None),
        ("same", "the record was found by it: its spelling stays", "family_name", "Schröder", "Schroder"),
        ("same", "the record was found by it: its spelling stays", "full_name", "Jürgen Schröder", "jurgen SCHRODER"),
        ("same", "the record was found by it: its spelling stays", "given_name", "Jürgen", "Jurgen"),
        ("changed", "the source says so", "job_title", "Buyer", "Owner"),
    ]
    assert counts(people(lake, tmp_path, text, key=key)) == (0, 0, 1, 0)


def test_a_better_spelling_in_the_list_changes_nothing_either(lake, tmp_path):
    load(lake, tmp_path, PEOPLE.replace("ü", "u").replace("ö", "o"), type="person")
    result = people(lake, tmp_path, "Full name,Job title\nJürgen Schröder,Buyer\n", key=["full_name"])

    assert counts(result) == (0, 0, 1, 0)
    assert values(lake, "person", *NAME) == [("Jurgen Schroder", "Jurgen", "Schroder", "Buyer")]
    assert any("1 value is spelt otherwise than in the record found by it" in note for note in result.notes)


def test_a_part_of_a_name_that_is_another_is_written_and_an_empty_one_filled(lake, tmp_path):
    load(lake, tmp_path, "id,Full name,First name\np1,Jürgen Schröder,Jörg\n", type="person")
    people(lake, tmp_path, "Full name,First name,Last name\nJurgen Schroder,Jurgen,Schroder\n", key=["full_name"])

    assert values(lake, "person", *NAME[:3]) == [("Jürgen Schröder", "Jurgen", "Schroder")]


def test_the_source_that_brought_a_record_corrects_its_spelling(lake, tmp_path):
    load(lake, tmp_path, PEOPLE.replace("ö", "o"), type="person", key=["full_name"])
    result = load(lake, tmp_path, PEOPLE, type="person", key=["full_name"])

    assert counts(result) == (0, 1, 0, 0)
    assert values(lake, "person", *NAME) == [("Jürgen Schröder", "Jürgen", "Schröder", "Buyer")]


def test_a_row_that_is_said_to_be_a_record_leaves_it_its_name(lake, tmp_path):
    load(lake, tmp_path, FIRMS, name="firms.csv", type="organisation")
    text = "Company name,City\nMueler Maschinenbau GmbH,Köln\n"
    result = load(lake, tmp_path, text, name="list.csv", type="organisation", source="fair", key=["name~"])
    (held,) = list_held(lake).to_dicts()

    (taken,) = import_held(lake, result.batch_id, answers={1: held["candidates"][0]}, rows=True).files
    assert counts(taken) == (0, 1, 0, 0)
    assert values(lake, "organisation", "name", "city") == [("Müller Maschinenbau GmbH", "Köln")]
    assert taken.rows["reason"][0] == "it was said to be this record; its spelling stays"


def test_a_spelling_that_a_person_has_set_is_not_contested_by_a_list_without_accents(lake, tmp_path):
    load(lake, tmp_path, PEOPLE.replace("ö", "o"), type="person")
    (id,) = [row[0] for row in lake.query("select id from person").rows()]
    set_record(lake, id, {"family_name": "Schröder", "full_name": "Jürgen Schröder"})
    before = state(lake)["person"]
    result = people(lake, tmp_path, "Full name,Last name\nJurgen Schroder,Schroder\n", key=["full_name"])

    assert (counts(result), result.conflicts) == ((0, 0, 1, 0), 0)
    assert state(lake)["person"].drop("updated_at").equals(before.drop("updated_at"))


def test_what_was_said_of_a_row_holds_when_its_source_delivers_it_again_until_that_is_undone(lake, tmp_path):
    load(lake, tmp_path, FIRMS, name="firms.csv", type="organisation")
    told = {"name": "list.csv", "type": "organisation", "source": "fair", "key": ["name~"]}
    text = "No,Company name,City\n7,Mueler Maschinenbau GmbH,Köln\n"
    first = load(lake, tmp_path, text, **told)
    (taken,) = import_held(lake, first.batch_id, answers={1: 1}).files

    again = load(lake, tmp_path, text.replace("Köln", "Rom"), **told)
    assert (counts(again), again.held) == ((0, 1, 0, 0), 0)
    assert values(lake, "organisation", "name", "city") == [("Müller Maschinenbau GmbH", "Rom")]
    other = load(lake, tmp_path, text, **told | {"source": "other"})
    assert other.held == 1
    undo(lake, taken.batch_id)
    assert load(lake, tmp_path, text, **told).held == 1
