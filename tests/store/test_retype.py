"""Retyping: which values would not survive another kind is known before, and no text is lost after."""

import pytest

from xrm_lake.errors import RetypeRefused, UnknownName
from xrm_lake.store.read import list_records, show_record
from xrm_lake.store.records import add_record, set_record
from xrm_lake.store.retype import retype_field
from xrm_lake.store.search import search


@pytest.fixture
def four(lake):
    texts = ("1980-03-01", "2.4.1990", "in spring", "in spring")
    return [add_record(lake, "person", {"full_name": f"P {n}", "department": text}) for n, text in enumerate(texts)]


def test_a_dry_run_lists_the_values_that_would_fail_and_changes_nothing(lake, four):
    result = retype_field(lake, "person", "department", "date", dry_run=True)

    assert result.failing.rows() == [("in spring", 2)]
    assert (result.converted, result.batch_id, result.failed) == (2, None, 2)
    assert lake.catalog.field("person", "department").kind == "text"


def test_values_that_would_be_lost_are_refused_without_being_told(lake, four):
    with pytest.raises(RetypeRefused, match="2 records") as refusal:
        retype_field(lake, "person", "department", "date")

    assert "spring" not in str(refusal.value)
    assert list_records(lake, "person")["department"].to_list()[2] == "in spring"


def test_force_keeps_the_text_of_what_could_not_be_read(lake, four):
    retype_field(lake, "person", "department", "date", force=True)

    shown = [show_record(lake, id) for id in four]
    assert [str(item.values["department"]) for item in shown] == ["1980-03-01", "1990-04-02", "None", "None"]
    assert shown[2].extra == {"_raw": {"department": "in spring"}}


def test_a_text_that_could_not_be_read_is_kept_until_somebody_says_what_it_should_be(lake, four):
    retype_field(lake, "person", "department", "date", force=True)

    set_record(lake, four[2], {"department": "1990-04-01"})

    assert show_record(lake, four[2]).extra == {}


def test_a_retyped_field_is_read_and_written_and_searched_by_its_new_kind(lake, four):
    retype_field(lake, "person", "department", "date", force=True)

    assert list_records(lake, "person", where="department > date '1985-01-01'").height == 1
    assert search(lake, "spring").is_empty()


def test_roles_show_the_retyped_field_of_their_party(lake):
    add_record(lake, "lead", {"full_name": "Ann", "status": "New", "department": "1980-03-01"})

    retype_field(lake, "person", "department", "date")

    assert str(list_records(lake, "lead")["department"][0]) == "1980-03-01"


def test_an_unknown_kind_is_refused_with_near_names(lake, four):
    with pytest.raises(UnknownName, match="date"):
        retype_field(lake, "person", "department", "dat")
