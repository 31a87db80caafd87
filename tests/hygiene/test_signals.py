"""Decay signals, each worked by hand on a handful of records."""

from datetime import date, timedelta

import pytest

from tests.hygiene.many import add_many, guess, someone
from xrm_lake.hygiene.judge import judge, merge
from xrm_lake.hygiene.snapshot import take_snapshot
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.store.links import link_records
from xrm_lake.store.model import add_type, change_field
from xrm_lake.store.records import add_record, delete_record, set_record

MONDAY = date(2026, 3, 2)
WEEK = timedelta(days=7)


def signal(lake, metric, scope="person", day=MONDAY):
    measures = take_snapshot(lake, as_of=day).measures
    return measures.filter(metric=metric, scope=scope, split="").drop("metric", "scope", "split", "part").row(0)


def call(lake, day, id):
    """A call on a day with a record."""
    activity = add_record(lake, "activity", {"subject": "Call", "happened_at": f"{day} 10:00:00"})
    link_records(lake, activity, "about", id)
    return activity


@pytest.fixture
def five(lake):
    """People who began long ago and were last met so many days before Monday: never, 200, 185, 179, 20."""
    ids = add_many(lake, "person", [someone(place) | {"created_on": date(2024, 1, 1)} for place in range(5)])
    for id, days in zip(ids[1:], (200, 185, 179, 20), strict=True):
        call(lake, MONDAY - timedelta(days=days), id)
    return ids


def test_inactive_are_those_whom_nobody_met_within_the_limit(lake, five):
    # Of 180 days: never and 200 were over it a week ago too; 185 went over it since; 179 and 20 are within.
    assert signal(lake, "inactive") == (3, 5, 3, 1, 0)


def test_who_was_met_again_is_no_longer_inactive(lake, five):
    call(lake, MONDAY - timedelta(days=2), five[1])

    assert signal(lake, "inactive") == (2, 5, 3, 1, 1)


def test_what_is_planned_or_was_deleted_is_no_meeting(lake, five):
    call(lake, MONDAY + timedelta(days=2), five[0])
    gone = call(lake, MONDAY - timedelta(days=2), five[1])
    delete_record(lake, gone)

    assert signal(lake, "inactive")[:2] == (3, 5)


def test_an_edit_is_a_sign_of_life_and_yet_no_meeting(lake, five):
    set_record(lake, five[0], {"city": "Cologne"})

    measures = take_snapshot(lake, as_of=MONDAY).measures

    assert measures.filter(metric="inactive", scope="person", split="")["num"].to_list() == [3]
    assert measures.filter(metric="stale", scope="person", split="")["num"].to_list() == [2]


def test_a_golden_record_was_met_when_any_of_its_members_was(lake, five):
    merge(lake, [five[0], five[4]])

    assert signal(lake, "inactive") == (2, 4, 3, 1, 0)


def test_nobody_is_inactive_before_the_time_has_passed_since_they_came(lake):
    young, _ = add_many(
        lake, "person", [someone(1) | {"created_on": MONDAY - timedelta(days=days)} for days in (179, 181)]
    )
    call(lake, MONDAY - timedelta(days=400), young)

    assert signal(lake, "inactive") == (1, 2, 2, 1, 0)


def test_a_lead_lives_as_long_as_its_person_is_met(lake):
    met, forgotten = add_many(lake, "person", [someone(1), someone(2)])
    leads = add_many(lake, "lead", [{"status": "New", "since": date(2025, 1, 1)} for _ in range(2)])
    for lead, person in zip(leads, (met, forgotten), strict=True):
        link_records(lake, lead, "role_of", person, by="import")
    with lake.write("import") as batch:
        batch.execute("update batch set kind = 'import' where kind = 'edit'")
    call(lake, MONDAY - timedelta(days=3), met)

    take_snapshot(lake, as_of=MONDAY)

    assert lake.query("select entity_id from issue where check_name = 'stale' and type = 'lead'").column() == [leads[1]]


def test_placeholders_are_counted_among_the_choices_of_what_is_new(lake):
    old = {"name": "Old", "stage": "Won", "source": "Other", "opened_on": MONDAY - WEEK}
    new = {"name": "New", "stage": "Proposal", "opened_on": MONDAY - timedelta(days=1)}
    add_many(lake, "deal", [old, new | {"source": "Unknown"}, new | {"source": "Fair"}, new | {"source": None}])

    # Three stages and two sources were given, one of which says nothing.
    assert signal(lake, "placeholder", "deal") == (1, 5, 5, 1, None)


def test_what_comes_after_the_day_is_not_news_yet(lake):
    new = {"name": "New", "stage": "Proposal", "source": "Other"}
    add_many(lake, "deal", [new | {"opened_on": MONDAY}, new | {"opened_on": MONDAY + timedelta(days=1)}])

    assert signal(lake, "placeholder", "deal") == (1, 2, 2, 1, None)


def test_each_record_is_news_in_one_snapshot_only(lake):
    add_many(lake, "deal", [{"name": "New", "stage": "Won", "source": "Other", "opened_on": MONDAY}])

    first = signal(lake, "placeholder", "deal")
    second = signal(lake, "placeholder", "deal", MONDAY + WEEK)

    assert (first[:2], second[:2]) == ((1, 2), (0, 0))


def test_other_is_no_fault_where_the_field_allows_it_but_still_says_nothing(lake):
    change_field(lake, "deal", "source", allowed=("Web", "Other"))
    add_many(lake, "deal", [{"name": "New", "stage": "Won", "source": "Other", "opened_on": MONDAY}])

    told = signal(lake, "placeholder", "deal")

    assert told[:2] == (1, 2)
    assert lake.query("select count(*) from issue where field = 'source'").value() == 0


def test_new_duplicates_are_new_records_that_joined_an_older_one(lake):
    old = add_many(lake, "person", [someone(1) | {"created_on": date(2025, 1, 1)} for _ in range(2)])
    new = add_many(lake, "person", [someone(1) | {"created_on": MONDAY} for _ in range(5)])
    pairs = [(old[0], new[0]), (old[0], new[1]), (old[1], new[2]), (old[1], new[3]), (old[0], old[1])]
    guess(lake, "person", dict(zip(pairs, (0.99, 0.99, 0.9, 0.99, 0.99), strict=True)))
    merge(lake, [old[0], new[0]])
    judge(lake, [pairs[1]], "different")

    # Merged: the first. Probable: the fourth. Judged different, not likely enough, and alone: the others.
    assert signal(lake, "new_duplicate") == (2, 5, 5, 2, None)


def test_new_duplicates_are_not_measured_of_what_was_never_matched(lake):
    add_many(lake, "person", [someone(1)])

    measures = take_snapshot(lake, as_of=MONDAY).measures

    assert measures.filter(metric="new_duplicate").is_empty()


def test_a_text_that_is_named_like_a_date_says_nothing_of_a_beginning(lake):
    fields = tuple(Field(name, name, "text") for name in ("name", "created_on", "happened_at", "closed_at", "until"))
    add_type(lake, EntityType("site", "Site", "Sites", fields=fields, staleness_days=30))
    add_many(lake, "site", [{"name": "A", "created_on": "last spring", "happened_at": "noon", "closed_at": "never"}])

    take_snapshot(lake, as_of=MONDAY + 10 * WEEK)

    assert lake.query("select count(*) from issue where check_name = 'stale' and type = 'site'").value() == 1
