"""Causes: the source and the owner from whom more came than before are named, owners to viewers alone."""

from tests.hygiene.many import add_many
from tests.hygiene.measured import measure_problem, measure_weeks, sunday, wavering
from xrm_lake.governance.sight import allow_viewer
from xrm_lake.hygiene.trends import trends
from xrm_lake.store.links import link_records
from xrm_lake.store.records import add_record

LAST = sunday(47)


def worsened(lake, split, parts):
    """Incomplete people: those of the first part come three times as often since week 40, those of the others as ever."""
    measure_problem(lake, "incomplete", [*wavering(14, 40), *wavering(40, 8)], wavering(9, 48))
    for place, part in enumerate(parts):
        course = [*wavering(13, 40), *wavering(13 if place else 39, 8)]
        measure_weeks(lake, "incomplete", [None, *course[1:]], scope="person", split=split, part=part, at_risk=500)


def cause(lake, type="person"):
    return trends(lake, type, metric="incomplete", as_of=LAST)["cause"][0]


def test_the_source_that_more_came_from_is_named_with_how_much_more(lake):
    worsened(lake, "source", ["webform", "crm"])

    assert cause(lake) == "More came from webform (some 206 more than before)."
    assert cause(lake, "all") == cause(lake)


def test_an_owner_is_named_to_viewers_alone(lake):
    owners = [add_record(lake, "user", {"name": name}) for name in ("Bob", "Eve", "Kim")]
    for place, id in enumerate(add_many(lake, "person", [{"full_name": f"{letter} B"} for letter in "ACD"])):
        link_records(lake, id, "owned_by", owners[place])
    worsened(lake, "owner", [str(id) for id in owners])

    assert cause(lake) == "One of 3 owners has most of it."
    allow_viewer(lake, "ann")
    assert cause(lake) == "More is of Bob (some 206 more than before)."


def test_of_two_owners_none_is_pointed_at_by_a_number(lake):
    owners = [add_record(lake, "user", {"name": name}) for name in ("Bob", "Eve")]
    for place, id in enumerate(add_many(lake, "person", [{"full_name": "A B"}, {"full_name": "C D"}])):
        link_records(lake, id, "owned_by", owners[place])
    worsened(lake, "owner", [str(id) for id in owners])

    assert cause(lake) == ""


def test_what_does_not_get_worse_has_no_cause(lake):
    measure_problem(lake, "incomplete", wavering(14, 48), wavering(9, 48))

    assert cause(lake) == ""
