"""Mappings: how a file was read holds for the next one with the same headers, is shown, overruled and forgotten."""

import pytest

from xrm_lake.errors import ImportRefused, UnknownRecord
from xrm_lake.ingest.load import import_files
from xrm_lake.ingest.plan_text import plan_text, read_plan
from xrm_lake.ingest.read import read_files
from xrm_lake.ingest.recognise import plan_files
from xrm_lake.model.entity_type import Field
from xrm_lake.store.mappings import forget_mapping, list_mappings
from xrm_lake.store.model import add_field, retire_field
from xrm_lake.store.undo import undo

from .files import counts, file, load, same_state, state, values

# Of these headers nothing can be told.
FIRST = "Nr,Wer,Wann\n1,Ann Lee,1990-02-01\n2,Bob Ray,1985-12-24\n"
LATER = "Wann,Nr,Wer\n1985-12-25,2,Bob Ray\n"
TOLD = {"Nr": "key", "Wer": "full_name", "Wann": "birth_date"}


def becomes(result):
    return dict(result.mapping.select("header", "becomes").rows())


@pytest.fixture
def read_before(lake, tmp_path):
    assert counts(load(lake, tmp_path, FIRST, type="person", mapping=TOLD)) == (2, 0, 0, 0)
    return lake


def test_a_file_with_the_same_headers_is_read_as_before_in_any_order(read_before, tmp_path):
    again = load(read_before, tmp_path, LATER, name="other.csv")

    assert counts(again) == (0, 1, 0, 0)
    assert becomes(again) == {"Nr": "key", "Wer": "full_name", "Wann": "birth_date"}
    assert again.notes[0].startswith("The mapping of 2026-03-02 was used")


def test_mappings_are_kept_apart_by_their_source(read_before, tmp_path):
    with pytest.raises(ImportRefused):
        load(read_before, tmp_path, LATER, source="elsewhere")


def test_a_mapping_is_shown_and_forgotten_and_remembered_again(read_before, tmp_path):
    (row,) = list_mappings(read_before).to_dicts()
    assert (row["source"], row["type"], row["file_name"]) == ("crm", "person", "people.csv")
    assert row["columns"] == ["Nr → key", "Wer → full_name", "Wann → birth_date"]

    batch = forget_mapping(read_before, row["mapping_id"])
    assert list_mappings(read_before).is_empty()
    with pytest.raises(ImportRefused):
        load(read_before, tmp_path, LATER)
    with pytest.raises(UnknownRecord):
        forget_mapping(read_before, row["mapping_id"])

    undo(read_before, batch)
    assert counts(load(read_before, tmp_path, LATER)) == (0, 1, 0, 0)


def test_what_is_told_now_counts_more_and_is_remembered_in_turn(read_before, tmp_path):
    load(read_before, tmp_path, LATER, mapping={"Wann": "extra"})

    assert becomes(load(read_before, tmp_path, LATER)) == {"Nr": "key", "Wer": "full_name", "Wann": "extra"}


def test_a_dry_run_leaves_no_mapping(lake, tmp_path):
    load(lake, tmp_path, FIRST, type="person", mapping=TOLD, dry_run=True)
    assert list_mappings(lake).is_empty()


def test_a_file_that_was_undone_comes_in_again_as_the_same_records_though_nobody_says_how(lake, tmp_path):
    first = load(lake, tmp_path, FIRST, type="person", mapping=TOLD)
    before = state(lake)
    undo(lake, first.batch_id)
    assert lake.query("select count(*) from person").value() == 0

    (again,) = import_files(lake, [tmp_path / "people.csv"]).files

    assert counts(again) == counts(first)
    assert becomes(again) == becomes(first)
    same_state(before, state(lake))


def test_the_key_that_was_told_holds_again(lake, tmp_path):
    text = "First name,Last name,Email\nAnn,Lee,ann@example.org\n"
    load(lake, tmp_path, text, type="person", key=["email"])

    assert counts(load(lake, tmp_path, text.replace("Lee", "Kay"), type="person")) == (0, 1, 0, 0)


def test_a_column_without_a_place_finds_one_that_is_made_for_it_later(lake, tmp_path):
    text = "id,First name,Last name,Shoe size\np1,Ann,Lee,38\n"
    load(lake, tmp_path, text, type="person")
    add_field(lake, "person", Field("shoe_size", "Shoe size", "integer"))

    load(lake, tmp_path, text, type="person")
    assert values(lake, "person", "shoe_size") == [(38,)]


def test_a_mapping_to_what_is_gone_is_worked_out_anew_and_said(read_before, tmp_path):
    retire_field(read_before, "person", "birth_date")

    again = load(read_before, tmp_path, LATER, type="person", mapping={"Wer": "full_name"})
    assert any("names what is not there any more" in note for note in again.notes)


def test_a_plan_reads_back_as_itself(lake, tmp_path):
    text = "id,Deal name,Account ID,Amount,Amount,Close date\nd1,Roof,a1,10,20,31.12.2026\n"
    (plan,) = plan_files(read_files([file(tmp_path, "deals.csv", text)], lake.landing), lake.catalog, type="deal")

    assert read_plan(plan_text(plan), plan) == plan


def test_files_that_come_again_leave_the_model_as_it_is(lake, tmp_path):
    """What a mapping decided the first time asks the model for nothing more, also where it would be decided otherwise today."""
    folder = tmp_path / "crm"
    folder.mkdir()
    file(
        folder,
        "people.csv",
        "id,full_name,shoe size,hat\n1,Ann Lee,44,Bowler\n2,Bob Ray,41,Fedora\n",
    )
    first = import_files(lake, [folder], mapping={"shoe size": "extra"})
    before = lake.catalog

    again = import_files(lake, [folder])

    assert first.gained
    assert again.gained == ()
    assert lake.catalog == before
    assert again.total("changed") == 0
