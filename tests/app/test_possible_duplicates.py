"""Possible duplicates: told before a record is made or changed, never in the way of who knows better."""

import pytest

from tests.app.test_flows import field, press
from tests.app.test_pages import no_fault
from xrm_lake.store.read import show_record


@pytest.fixture
def two(small):
    return small.query(
        "select id from entity where type = 'person' and source = 'HubSpot' order by id limit 2"
    ).column()


def links(at):
    return [each.label for each in at.get("page_link")]


def become(at, id, values):
    for name in ("full_name", "given_name", "family_name", "email", "phone"):
        field(at, id, name).set_value(values[name])


def test_an_edit_that_makes_a_record_like_another_is_told_before_it_is_saved(small, visit, two):
    at = visit(small, "record", type="person", id=two[0])
    other = show_record(small, two[1])

    become(at, two[0], other.values)
    press(at, "Save")

    assert show_record(small, two[0]).values["email"] != other.values["email"]
    assert any("one of these" in each.value for each in at.warning)
    assert any("score 0." in label for label in links(at))


def test_it_is_saved_all_the_same_when_that_is_said(small, visit, two):
    at = visit(small, "record", type="person", id=two[0])
    other = show_record(small, two[1])
    become(at, two[0], other.values)
    press(at, "Save")

    no_fault(at.button(key="save_anyway").click().run())

    assert show_record(small, two[0]).values["email"] == other.values["email"]
    assert not any("one of these" in each.value for each in at.warning)


def test_one_can_go_on_editing_and_nothing_is_lost(small, visit, two):
    at = visit(small, "record", type="person", id=two[0])
    other = show_record(small, two[1])
    become(at, two[0], other.values)
    press(at, "Save")

    no_fault(at.button(key="go_on_editing").click().run())

    assert not any("one of these" in each.value for each in at.warning)
    assert field(at, two[0], "email").value == other.values["email"]


def test_an_edit_that_changes_nothing_of_who_it_is_is_saved_at_once(small, visit, two):
    at = visit(small, "record", type="person", id=two[0])

    field(at, two[0], "job_title").set_value("Director")
    press(at, "Save")

    assert show_record(small, two[0]).values["job_title"] == "Director"


def test_a_new_record_that_may_be_there_is_told_with_a_way_to_it(small, visit, two):
    from views import possible_duplicates

    visit(small, "person")
    values = {
        name: value for name, value in show_record(small, two[0]).values.items() if name in ("full_name", "email")
    }

    found = possible_duplicates.look("person", values)

    assert two[0] in found["id"].to_list()
    assert possible_duplicates.look("person", {"email": "nobody at home"}).is_empty()
    assert possible_duplicates.look_again("person", two[0], {}).is_empty()
