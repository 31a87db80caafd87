"""Whom nobody has met, and why there are more or fewer of them than there were."""

from datetime import date, timedelta

from tests.hygiene.decay.through_stages import at, figure, state
from tests.hygiene.many import add_many, someone
from xrm_lake.hygiene.decay.inactive import inactive_change
from xrm_lake.store.as_of import past_of
from xrm_lake.store.links import link_records
from xrm_lake.store.records import add_record

JULY_2 = date(2026, 7, 2)
LIMIT = 180


def met(lake, id, days):
    activity = add_record(
        lake, "activity", {"subject": "Call", "happened_at": f"{JULY_2 - timedelta(days=days)} 10:00:00"}
    )
    link_records(lake, activity, "about", id)


def people(lake, count):
    return add_many(lake, "person", [someone(n) | {"created_on": date(2024, 1, 1)} for n in range(count)])


def test_the_change_falls_into_untouched_aged_out_and_met_again(lake, clock):
    at(clock, (5, 5))
    old = people(lake, 60)
    for id in old[:40]:
        met(lake, id, 200 if id in old[:10] else 100)
    at(clock, (7, 2))
    people(lake, 35)
    for id in old[40:45]:
        met(lake, id, 1)

    since = date(2026, 5, 31)
    told = {
        each.measure: (each.num, each.den) for each in inactive_change(state(lake), lake.catalog.type("person"), since)
    }
    with past_of(lake, since) as then:
        before = figure(inactive_change(then, lake.catalog.type("person"), since), "inactive").num

    # In time on May 31 were the 40 that had been met within 180 days; of these ten have aged out. Of the other 20 five were met again.
    assert told == {"inactive": (60, 95), "aged_out": (10, 40), "met_again": (5, 20), "untouched": (35, 35)}
    assert told["inactive"][0] - before == told["untouched"][0] + told["aged_out"][0] - told["met_again"][0]


def test_only_parties_are_inactive(lake):
    assert inactive_change(state(lake), lake.catalog.type("deal"), JULY_2) == []
