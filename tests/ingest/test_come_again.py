"""Rows that waited and come again with another delivery: what was settled since is not listed as open a second time."""

from xrm_lake.ingest.held import list_held
from xrm_lake.ingest.load import import_file
from xrm_lake.ingest.rejects import export_rejects, list_rejects
from xrm_lake.store.undo import undo

from .files import counts, load, values

PEOPLE = "id,First name,Last name\np1,Ann,Lee\np2,Bob,Ray\np3,Gus,Orr\n"
ODD = "id;First name;Last name;Birth date\nk1;Ann;Lee;1990-02-01\nk2;Bob;Ray;soon\nk3;too;many;1990-01-01;cells\n"


def held(lake):
    return list_held(lake).select("batch_id", "record_no").rows()


def test_a_row_held_back_that_comes_in_with_another_import_waits_no_more_until_that_is_undone(lake, tmp_path):
    first = load(lake, tmp_path, PEOPLE, type="person", only="1").batch_id
    elsewhere = load(lake, tmp_path, PEOPLE, type="person", source="other").batch_id
    assert held(lake) == [(first, 2), (first, 3)]

    later = load(lake, tmp_path, PEOPLE.replace("p3,Gus,Orr\n", ""), name="later.csv", type="person").batch_id
    assert held(lake) == [(first, 3)]
    undo(lake, elsewhere)
    undo(lake, later)
    assert held(lake) == [(first, 2), (first, 3)]


def test_a_row_that_is_held_back_twice_waits_once_as_it_came_last(lake, tmp_path):
    load(lake, tmp_path, PEOPLE, type="person", only="1")
    again = load(lake, tmp_path, PEOPLE, type="person", skip="3").batch_id

    assert held(lake) == [(again, 3)]


def test_a_row_of_another_type_under_the_same_id_goes_on_waiting(lake, tmp_path):
    first = load(lake, tmp_path, PEOPLE, type="person", only="1").batch_id
    load(lake, tmp_path, "id,Company name\np2,Acme\n", name="firms.csv", type="organisation")

    assert held(lake) == [(first, 2), (first, 3)]


def mended(lake, tmp_path, batch_id):
    out = tmp_path / "mend.csv"
    export_rejects(lake, batch_id, out)
    text = out.read_text(encoding="utf-8")
    out.write_text(text.replace(";soon", ";1985-12-24").replace(";cells", ""), encoding="utf-8")
    return import_file(lake, out).files[0].batch_id


def test_rejects_that_were_mended_are_not_asked_for_again_with_the_next_delivery(lake, tmp_path):
    first = load(lake, tmp_path, ODD, type="person").batch_id
    mend = mended(lake, tmp_path, first)

    again = load(lake, tmp_path, ODD, name="december.csv", type="person")
    assert (counts(again), again.cells, list_rejects(lake, again.batch_id).height) == ((0, 0, 2, 1), {}, 0)
    assert any("2 rejects are as they were, and were mended since" in note for note in again.notes)
    assert values(lake, "person", "family_name", "birth_date::varchar")[1] == ("Ray", "1985-12-24")
    undo(lake, mend)
    assert list_rejects(lake, again.batch_id).height == 2


def test_another_text_in_the_place_of_one_that_was_mended_is_a_reject_of_its_own(lake, tmp_path):
    mended(lake, tmp_path, load(lake, tmp_path, ODD, type="person").batch_id)

    again = load(lake, tmp_path, ODD.replace("soon", "later"), type="person")
    assert list_rejects(lake, again.batch_id).select("record_no", "raw").rows() == [(2, "later")]
