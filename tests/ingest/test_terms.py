"""What an empty cell says, and what becomes of lists: the one who imports decides, and sees what would go."""

import pytest

from xrm_lake.errors import UnknownName
from xrm_lake.ingest.load import import_files
from xrm_lake.store.records import set_record
from xrm_lake.store.undo import undo

from .files import counts, file, load, same_state, state, values

FULL = "id,First name,Last name,Email,Birth date\np1,Ann,Lee,ann@example.org,1990-02-01\np2,Bob,Ray,bob@example.org,1985-12-24\n"
EMPTY = "id,First name,Last name,Email,Birth date\np1,Ann,Lee,,\np2,Bob,Ray,bob@example.org,soon\n"
BIRTH = {"Birth date": "birth_date"}
TAGS = "id,First name,Last name,Tags\np1,Ann,Lee,{}\n"


def test_an_empty_cell_clears_nothing_unless_it_is_asked_to(lake, tmp_path):
    load(lake, tmp_path, FULL, type="person")

    assert counts(load(lake, tmp_path, EMPTY, type="person")) == (0, 0, 2, 0)
    assert values(lake, "person", "email") == [("ann@example.org",), ("bob@example.org",)]


def test_the_dry_run_lists_each_value_that_would_be_cleared(lake, tmp_path):
    load(lake, tmp_path, FULL, type="person")
    path = file(tmp_path, "later.csv", EMPTY)

    rows = import_files(lake, [path], type="person", source="crm", mapping=BIRTH, empty="clear", dry_run=True).rows
    cleared = rows.filter(rows["reason"].str.starts_with("cleared"))
    assert cleared.select("record_no", "field", "old", "new").rows() == [
        (1, "birth_date", "1990-02-01", None),
        (1, "email", "ann@example.org", None),
    ]


def test_clearing_clears_what_is_empty_but_not_what_could_not_be_read(lake, tmp_path):
    load(lake, tmp_path, FULL, type="person")
    before = state(lake)
    done = load(lake, tmp_path, EMPTY, type="person", mapping=BIRTH, empty="clear")

    assert values(lake, "person", "email", "birth_date::varchar") == [
        (None, None),
        ("bob@example.org", "1985-12-24"),
    ]
    assert counts(load(lake, tmp_path, EMPTY, type="person", mapping=BIRTH, empty="clear")) == (0, 0, 2, 0)
    undo(lake, done.batch_id)
    same_state(before, state(lake))


def test_clearing_does_not_clear_what_a_person_has_set(lake, tmp_path):
    load(lake, tmp_path, FULL, type="person")
    set_record(lake, 1, {"email": "ann@mine.example"})

    assert load(lake, tmp_path, EMPTY, type="person", mapping=BIRTH, empty="clear").conflicts == 1
    assert values(lake, "person", "email")[0] == ("ann@mine.example",)


@pytest.fixture
def tagged(lake, tmp_path):
    load(lake, tmp_path, TAGS.format("red;green"), type="person")
    return lake


def test_a_list_replaces_or_adds_as_one_chooses(tagged, tmp_path):
    load(tagged, tmp_path, TAGS.format("blue;red"), type="person", lists="add")
    assert values(tagged, "person", "tags") == [(["red", "green", "blue"],)]
    assert counts(load(tagged, tmp_path, TAGS.format("blue;red"), type="person", lists="add")) == (0, 0, 1, 0)

    load(tagged, tmp_path, TAGS.format("blue"), type="person")
    assert values(tagged, "person", "tags") == [(["blue"],)]


def test_adding_puts_new_values_to_those_that_a_person_has_set(tagged, tmp_path):
    set_record(tagged, 1, {"tags": ["green"]})

    same = load(tagged, tmp_path, TAGS.format("red;green"), type="person", lists="add")
    assert (counts(same), same.conflicts) == ((0, 0, 1, 0), 0)
    more = load(tagged, tmp_path, TAGS.format("blue"), type="person", lists="add")
    assert (counts(more), more.conflicts) == ((0, 1, 0, 0), 0)
    assert values(tagged, "person", "tags") == [(["green", "blue"],)]


def test_other_words_are_refused(lake, tmp_path):
    with pytest.raises(UnknownName):
        load(lake, tmp_path, FULL, type="person", empty="drop")
