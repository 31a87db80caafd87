"""Reviewing: what a person sees of a pair, what they have said, and what is left to say."""

import pytest

from tests.hygiene.many import add_many, add_twins, guess, someone
from xrm_lake.errors import UnknownName
from xrm_lake.hygiene.cluster_review import open_clusters
from xrm_lake.hygiene.decisions import count_decisions, list_decisions
from xrm_lake.hygiene.issues import list_issues
from xrm_lake.hygiene.judge import judge, merge
from xrm_lake.hygiene.match import match
from xrm_lake.hygiene.queue import Slice, draw_queue
from xrm_lake.hygiene.review import is_open, pairs_to_review, versions_of, waiting_pairs
from xrm_lake.store.links import link_records
from xrm_lake.store.read import show_record
from xrm_lake.store.records import add_record
from xrm_lake.store.undo import undo


def test_a_pair_comes_with_both_sides_and_what_would_become_of_it(lake):
    a, b = add_many(lake, "person", [someone(1), someone(1) | {"email": None, "street": "Main Street 1"}])
    guess(lake, "person", {(a, b): 0.9})

    (pair,) = pairs_to_review(lake, "person")

    assert (pair.left.id, pair.right.id, pair.score) == (a, b, 0.9)
    assert (pair.left.caption, pair.left.source, pair.left.members) == ("Bob Meier", "crm", 0)
    assert (pair.result["email"], pair.result["street"]) == (someone(1)["email"], "Main Street 1")
    merge(lake, [a, b])
    values = show_record(lake, a + 1).values
    assert {name: values[name] for name in ("email", "street")} == {
        name: pair.result[name] for name in ("email", "street")
    }


def test_a_merged_record_is_reviewed_as_what_it_became(lake):
    a, b, c = add_many(lake, "person", [someone(1) for _ in range(3)])
    guess(lake, "person", {(b, c): 0.9})
    merge(lake, [a, b])

    (pair,) = pairs_to_review(lake, "person")

    assert (pair.left.id, pair.left.members) == (a + 1, 2)


def test_the_heaviest_evidence_stands_first_with_the_fields_label(lake):
    add_twins(lake)
    match(lake, "person")

    pair = pairs_to_review(lake, "person", within=Slice(at_least=0.9))[0]

    weights = [abs(item["weight"]) for item in pair.evidence]
    assert weights == sorted(weights, reverse=True)
    assert "E-mail" in {item["field"] for item in pair.evidence}


def test_pairs_that_are_shown_already_are_left_out(lake):
    a, b, c = add_many(lake, "person", [someone(1) for _ in range(3)])
    guess(lake, "person", {(a, b): 0.9, (b, c): 0.8})

    left = pairs_to_review(lake, "person", without=[(a, b)], limit=1)

    assert [(pair.left_id, pair.right_id) for pair in left] == [(b, c)]
    assert waiting_pairs(lake) == {"person": 2}


def test_an_answered_pair_is_open_no_more_until_the_answer_is_undone(lake):
    a, b = add_many(lake, "person", [someone(1), someone(2)])
    before = is_open(lake, a, b)

    decision = judge(lake, [(a, b)], "unsure")
    answered = is_open(lake, b, a)
    undo(lake, decision)

    assert (before, answered, is_open(lake, a, b)) == (True, False, True)


def test_a_pair_tells_why_it_is_asked_and_what_hangs_on_it(lake):
    a, b = add_many(lake, "organisation", [{"name": "Acme", "vat_id": "1"}, {"name": "Acme", "vat_id": "2"}])
    guess(lake, "organisation", {(a, b): 0.9})
    deal = add_record(lake, "deal", {"name": "Big", "stage": "Proposal", "amount": "900"})
    link_records(lake, deal, "for_organisation", a)

    (pair,) = pairs_to_review(lake, "organisation")

    assert (pair.why, pair.stake["stake"], pair.stake["open_amount"]) == ("value", 920, 900)
    assert [(guard["guard"], guard["title"]) for guard in pair.guards] == [("identifier", "Different identifiers")]


def test_a_side_is_as_it_was_while_its_version_is_the_same(lake):
    a, b, c = add_many(lake, "person", [someone(1)] * 3)
    before = versions_of(lake, "person", [a, b, c])
    decision = merge(lake, [a, b])
    merged = versions_of(lake, "person", [a, b, c])
    merge(lake, [a, c])
    more = versions_of(lake, "person", [a, b, c])

    assert {before[id][0] for id in (a, b)} == {a, b}
    assert merged[a] == merged[b] != before[a]
    assert (merged[c], more[a] != merged[a], more[a] == more[c]) == (before[c], True, True)
    undo(lake, decision)
    assert versions_of(lake, "person", [b])[b] == before[b]


def test_only_what_is_in_a_slice_is_reviewed_in_the_order_that_is_asked_for(lake):
    ids = add_many(lake, "person", [someone(place // 2) for place in range(6)])
    guess(lake, "person", dict(zip(zip(ids[::2], ids[1::2], strict=True), (0.99, 0.6, 0.9), strict=True)))

    doubtful = pairs_to_review(lake, "person", order="information", within=Slice(at_most=0.95))
    kept = pairs_to_review(lake, "person", queue=draw_queue(lake, "person", order="score"), limit=2)

    assert [pair.score for pair in doubtful] == [0.6, 0.9]
    assert [pair.score for pair in kept] == [0.99, 0.9]


def test_decisions_are_told_newest_first_with_how_many_pairs_they_have(lake):
    ids = add_many(lake, "person", [someone(place) for place in range(4)])
    first = judge(lake, [(ids[0], ids[1])], "different", by="bob")
    second = merge(lake, ids[1:])
    undo(lake, second)

    told = list_decisions(lake).select("decision_id", "made_by", "verdict", "pairs", "caption", "undone_by").rows()

    assert [row[:4] for row in told] == [(second, "ann", "same", 2), (first, "bob", "different", 1)]
    assert told[0][4] == "Bob Meier"
    assert [row[5] is not None for row in told] == [True, False]


def test_decisions_are_found_by_type_person_verdict_day_and_page(lake):
    ids = add_many(lake, "person", [someone(place) for place in range(4)])
    firms = add_many(lake, "organisation", [{"name": "Acme"}, {"name": "Acme"}])
    first = judge(lake, [(ids[0], ids[1])], "different", by="bob", reason="father and son", drawn="audit")
    moment = lake.clock()
    second, third = merge(lake, firms), merge(lake, ids[2:])
    undo(lake, second)

    def found(**wanted):
        return list_decisions(lake, **wanted)["decision_id"].to_list()

    assert found(type="person") == [third, first]
    assert found(made_by="bob") == found(verdict="different") == [first]
    assert found(since=moment) == [third, second]
    assert (found(standing=True), found(standing=False)) == ([third, first], [second])
    assert (found(limit=1, offset=1), found(limit=5, offset=3)) == ([second], [])
    assert list_decisions(lake, made_by="bob").select("reason", "drawn", "apart").rows() == [
        ("father and son", "audit", 1)
    ]
    assert count_decisions(lake).rows() == [("ann", 2, 1), ("bob", 1, 0)]
    with pytest.raises(UnknownName):
        found(type="persn")


def test_no_decisions_and_no_pairs_are_nothing_to_fear(lake):
    assert list_decisions(lake).is_empty()
    assert pairs_to_review(lake, "person") == []
    assert open_clusters(lake, "person").is_empty()
    with pytest.raises(UnknownName):
        list_issues(lake, "persn")
