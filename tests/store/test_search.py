"""Search: every live record is found by any of its words, and by nothing that it is no more."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xrm_lake.errors import UnknownName
from xrm_lake.model.entity_type import Field
from xrm_lake.store.model import add_field, retire_field
from xrm_lake.store.records import add_record, delete_record, set_record
from xrm_lake.store.search import search


@pytest.mark.parametrize("wanted", ["muller", "MÜLLER", "müll", "jose strasse", "STRAẞE", "strasse josé"])
def test_words_are_found_whatever_their_case_accents_and_order(lake, wanted):
    id = add_record(lake, "person", {"full_name": "José Müller", "street": "Lange Straße 5"})

    assert search(lake, wanted)["id"].to_list() == [id]


def test_all_words_must_be_there(lake):
    add_record(lake, "person", {"full_name": "Ann Example"})

    assert search(lake, "ann nobody").is_empty()
    assert search(lake, "  ").is_empty()


def test_captions_that_begin_with_the_text_come_first(lake):
    ids = [
        add_record(lake, "person", {"full_name": name, "city": city}) for name, city in (("Bo", "Ann"), ("Ann", "X"))
    ]

    assert search(lake, "ann")["id"].to_list() == ids[::-1]


def test_a_search_can_be_of_one_type_and_of_so_many_hits(lake):
    add_record(lake, "organisation", {"name": "Ann Ltd"})
    ids = [add_record(lake, "person", {"full_name": "Ann"}) for _ in range(3)]

    assert search(lake, "ann", type="person", limit=2)["id"].to_list() == ids[:2]
    with pytest.raises(UnknownName):
        search(lake, "ann", type="persn")


@pytest.mark.parametrize("text", ["100%", "a_b", "it's", '"; drop table entity; --', "\\", "$words"])
def test_signs_of_sql_are_only_signs(lake, text):
    id = add_record(lake, "person", {"full_name": f"x {text}"})
    add_record(lake, "person", {"full_name": "plain"})

    assert search(lake, text)["id"].to_list() == [id]


def test_an_edit_leaves_no_word_behind(lake):
    id = add_record(lake, "person", {"full_name": "Ann", "city": "Bonn", "tags": ["red", "blue"]})
    set_record(lake, id, {"city": None, "tags": ["green"]})

    assert [search(lake, word).height for word in ("bonn", "red", "green", "ann")] == [0, 0, 1, 1]


def test_deleted_records_are_not_found(lake):
    delete_record(lake, add_record(lake, "person", {"full_name": "Ann"}))

    assert search(lake, "ann").is_empty()


def test_a_retired_field_is_not_searched_and_one_that_comes_back_is(lake):
    id = add_record(lake, "person", {"full_name": "Ann", "city": "Bonn"})

    retire_field(lake, "person", "city")
    hidden = search(lake, "bonn").height
    retire_field(lake, "person", "city", retired=False)

    assert hidden == 0
    assert search(lake, "bonn")["id"].to_list() == [id]


def test_values_of_a_field_that_is_new_are_searched(lake):
    id = add_record(lake, "person", {"full_name": "Ann"})
    add_field(lake, "person", Field("nickname", "Nickname", "text"))

    set_record(lake, id, {"nickname": "Nan"})

    assert search(lake, "nan")["id"].to_list() == [id]


WORDS = st.lists(st.text("abcäöÜß İıé'-_%", min_size=1, max_size=6), min_size=1, max_size=3)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=WORDS, edited=WORDS)
def test_a_text_that_was_edited_is_the_same_as_one_that_was_added(lake, words, edited):
    id = add_record(lake, "person", {"full_name": "x " + " ".join(words), "tags": words})
    set_record(lake, id, {"full_name": "x " + " ".join(edited), "tags": edited})
    fresh = add_record(lake, "person", {"full_name": "x " + " ".join(edited), "tags": edited})

    texts = dict(lake.query("select id, text from search_doc").rows())

    assert texts[id] == texts[fresh]
