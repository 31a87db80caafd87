"""Matching across sources: pairs of two sources only, one counterpart at most, and the review goes on as ever."""

import pytest

from tests.hygiene.many import add_many, someone
from xrm_lake.errors import Misuse, UnknownName
from xrm_lake.hygiene.judge import judge, merge
from xrm_lake.hygiene.match import list_matches
from xrm_lake.hygiene.match_sources import match_sources
from xrm_lake.store.undo import undo


def pairs_of(frame):
    return set(frame.select("left_id", "right_id").iter_rows())


@pytest.fixture
def both(lake):
    """Two sources of which the first three people are in both; gives their pairs. A third source has them too."""
    here = add_many(lake, "person", [someone(place) for place in range(60)], source="salesforce")
    there = add_many(lake, "person", [someone(place) for place in (0, 1, 2, *range(60, 100))], source="hubspot")
    add_many(lake, "person", [someone(place) for place in range(3)], source="list")
    return list(zip(here[:3], there[:3], strict=True))


def test_only_records_of_the_two_sources_are_paired(lake, both):
    found = match_sources(lake, "person", "salesforce", "hubspot", at_least=0.9)

    assert pairs_of(found) == set(both)
    assert found.equals(match_sources(lake, "person", "hubspot", "salesforce", at_least=0.9))
    assert pairs_of(list_matches(lake, "person", at_least=0.9)) == set(both)


def test_a_record_has_one_counterpart_at_most_and_one_that_was_refused_leaves_room_for_another(lake, both):
    (second,) = add_many(lake, "person", [someone(0) | {"city": "Ulm"}], source="hubspot")
    first = match_sources(lake, "person", "salesforce", "hubspot", at_least=0.9)

    judge(lake, [both[0]], "different")
    then = match_sources(lake, "person", "salesforce", "hubspot", at_least=0.9)

    assert pairs_of(first) == set(both)
    assert pairs_of(then) == {(both[0][0], second), *both[1:]}


def test_what_is_merged_has_its_counterpart_already(lake, both):
    (second,) = add_many(lake, "person", [someone(0)], source="hubspot")
    decision = merge(lake, [both[0][0], second])

    found = match_sources(lake, "person", "salesforce", "hubspot", at_least=0.9)
    undo(lake, decision)

    assert pairs_of(found) == set(both[1:])
    assert pairs_of(list_matches(lake, "person", at_least=0.9)) == {(both[0][0], second), *both[1:]}


@pytest.mark.parametrize(
    ("names", "problem", "words"),
    [
        (("person", "salesforce", "salesforce"), Misuse, "match person"),
        (("person", "salesforce", "hupspot"), UnknownName, "hubspot"),
        (("person", "golden", "hubspot"), UnknownName, "golden"),
        (("organisation", "salesforce", "hubspot"), UnknownName, "salesforce"),
        (("nobody", "salesforce", "hubspot"), UnknownName, "nobody"),
    ],
)
def test_a_source_that_is_not_there_is_said(lake, both, names, problem, words):
    with pytest.raises(problem, match=words):
        match_sources(lake, *names)
