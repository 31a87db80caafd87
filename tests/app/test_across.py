"""The pairs of two types on the page of duplicates: answered with a click, taken back with another."""

import pytest

from tests.app.test_pages import no_fault, said
from tests.hygiene.two_types import add_both
from xrm_lake.hygiene.match_types import match_types
from xrm_lake.hygiene.matches_across import list_matches_across
from xrm_lake.store.links import links_of


@pytest.fixture
def matched(lake):
    """Candidates and persons, of whom two are both; matched."""
    pairs = add_both(lake, common=2, others=20)
    match_types(lake, "candidate", "person")
    return pairs


@pytest.mark.parametrize(
    ("answer", "link"), [("same_thing", "same_as"), ("two_roles", "same_party"), ("different", None)]
)
def test_a_pair_is_answered_and_the_answer_taken_back(lake, matched, visit, answer, link):
    left, right = matched[0]
    at = no_fault(visit(lake, "duplicates", type="candidate", duplicates_view="Across types"))

    at = no_fault(at.button(key=f"{answer}_{left}_{right}").click().run())
    answered = list_matches_across(lake).height, links_of(lake, right)["type"].to_list()
    undo = next(each for each in at.button if str(each.key).startswith("undo_across_"))
    at = no_fault(undo.click().run())

    assert answered == (1, [link] if link else [])
    assert list_matches_across(lake).height == 2
    assert links_of(lake, right).is_empty()
    assert "2 pairs to answer" in said(at)


def test_types_that_were_not_compared_say_so(lake, visit):
    at = no_fault(visit(lake, "duplicates", type="person", duplicates_view="Across types"))

    assert "waits for an answer" in said(at)
    assert at.button(key="compare_types")
