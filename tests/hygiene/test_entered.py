"""Entered: who is in a bad state, and since when."""

from datetime import datetime, timedelta

import pytest

from tests.hygiene.many import add_many
from xrm_lake.errors import Misuse
from xrm_lake.governance.sight import allow_viewer
from xrm_lake.hygiene.entered import list_entered
from xrm_lake.hygiene.snapshot import take_snapshot
from xrm_lake.store.links import link_records
from xrm_lake.store.records import add_record

WEEK = timedelta(days=7)


def bare(lake, count, source):
    return add_many(
        lake, "person", [{"full_name": f"Person {chr(65 + place)}"} for place in range(count)], source=source
    )


def test_who_entered_later_comes_first_with_its_source(lake, clock):
    first = bare(lake, 2, "crm")
    take_snapshot(lake)
    began = clock.now.date()
    clock.now += WEEK
    later = bare(lake, 1, "webform")
    take_snapshot(lake)

    found = list_entered(lake, "incomplete", type="person")

    assert found.select("entity_id", "source").rows() == [(later[0], "webform"), (first[0], "crm"), (first[1], "crm")]
    assert found["since"].to_list() == [began + WEEK, began, began]
    assert list_entered(lake, "incomplete", since=began)["entity_id"].to_list() == later


def test_a_person_whom_nobody_meets_became_inactive_when_the_time_was_over(lake, clock):
    silent, met = bare(lake, 2, "crm")
    began = clock.now
    clock.now += timedelta(days=200)
    call = add_record(
        lake, "activity", {"subject": "Call", "happened_at": datetime.isoformat(clock.now - timedelta(days=9))}
    )
    link_records(lake, call, "about", met)

    found = list_entered(lake, "inactive")

    assert found.select("entity_id", "since").rows() == [(silent, began.date() + timedelta(days=180))]


def test_owners_are_named_to_viewers_alone(lake):
    owner = add_record(lake, "user", {"name": "Bob"})
    (person,) = bare(lake, 1, "crm")
    link_records(lake, person, "owned_by", owner)
    take_snapshot(lake)

    assert list_entered(lake, "incomplete", type="person")["owner_id"].to_list() == [None]
    allow_viewer(lake, "ann")
    assert list_entered(lake, "incomplete", type="person")["owner_id"].to_list() == [owner]


def test_a_metric_that_looks_at_values_has_no_list_of_records(lake):
    with pytest.raises(Misuse, match="placeholder"):
        list_entered(lake, "placeholder")
