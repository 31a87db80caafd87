"""Reviewing clusters: what is shown together, where it would part, and which clusters come first."""

import pytest

from tests.hygiene.many import add_many, guess, someone
from xrm_lake.errors import InvalidValue, UnknownRecord
from xrm_lake.hygiene.cluster_review import open_clusters, review_cluster
from xrm_lake.hygiene.judge import merge
from xrm_lake.hygiene.judge_cluster import judge_cluster
from xrm_lake.store.links import link_records
from xrm_lake.store.read import show_record
from xrm_lake.store.records import add_record


@pytest.fixture
def four(lake):
    return add_many(lake, "person", [someone(1) | {"city": city} for city in ("Bonn", "Bonn", "Bonn", "Lyon")])


def all_pairs(ids, score=0.99):
    return {(one, other): score for one in ids for other in ids if one < other}


def test_one_record_brings_the_cluster_it_is_in(lake, four):
    guess(lake, "person", all_pairs(four[:3]))

    found = review_cluster(lake, [four[1]])

    assert [side.id for side in found.records] == four[:3]
    assert found.pairs.height == 3
    assert found.cohesion == 0.99
    assert review_cluster(lake, [four[3]]).records[0].id == four[3]


def test_several_records_are_shown_as_they_are_named(lake, four):
    found = review_cluster(lake, four)

    assert [side.id for side in found.records] == four
    assert (found.pairs.height, found.cohesion, found.bridge) == (0, None, None)
    assert found.differing == ("city",)


def test_what_is_merged_stands_as_one_with_the_result_of_all(lake, four):
    merge(lake, four[:2])

    found = review_cluster(lake, [four[0], four[3]])

    assert [(side.id, side.members) for side in found.records] == [(four[0] + 1, 2), (four[3], 0)]
    decision = judge_cluster(lake, [four[0], four[3]])
    assert show_record(lake, four[0]).golden_id == four[0] + 1
    assert decision
    values = show_record(lake, four[0] + 1).values
    assert {name: found.result[name] for name in ("city", "email", "full_name")} == {
        name: values[name] for name in ("city", "email", "full_name")
    }


def test_the_weakest_bridge_is_where_the_cluster_would_part(lake, four):
    a, b, c, d = four
    guess(lake, "person", {(a, b): 0.99, (c, d): 0.98, (b, c): 0.85, (a, d): 0.6})

    bridge = review_cluster(lake, four).bridge

    assert (bridge.left_id, bridge.right_id, bridge.score) == (b, c, 0.85)
    assert (bridge.one, bridge.other) == ((a, b), (c, d))


def test_cohesion_is_the_least_likely_of_all_pairs(lake, four):
    guess(lake, "person", all_pairs(four[:3]) | {(four[0], four[2]): 0.7})

    assert review_cluster(lake, four[:3]).cohesion == 0.7
    assert review_cluster(lake, four).cohesion is None


def test_the_guards_of_a_cluster_are_told(lake):
    ids = add_many(lake, "organisation", [{"name": "Acme", "vat_id": vat} for vat in ("1", "2", None)])

    found = review_cluster(lake, ids)

    assert found.guards.select("left_id", "right_id", "guard").rows() == [(ids[0], ids[1], "identifier")]


def test_records_of_two_types_and_of_none_are_no_cluster(lake, four):
    with pytest.raises(InvalidValue):
        review_cluster(lake, [four[0], add_record(lake, "organisation", {"name": "Acme"})])
    with pytest.raises(UnknownRecord):
        review_cluster(lake, [9999])
    with pytest.raises(UnknownRecord):
        review_cluster(lake, [])


def test_clusters_come_in_the_order_of_what_hangs_on_them_until_they_are_one(lake):
    ids = add_many(lake, "person", [someone(place // 3) for place in range(9)])
    groups = [ids[:3], ids[3:6], ids[6:]]
    guess(lake, "person", {pair: score for group in groups for pair, score in all_pairs(group).items()})
    deal = add_record(lake, "deal", {"name": "Big", "stage": "Proposal", "amount": "900"})
    link_records(lake, deal, "involves", ids[7])

    found = open_clusters(lake, "person")
    second = open_clusters(lake, "person", limit=1, offset=1)
    merge(lake, groups[1])

    assert found["ids"].to_list() == [groups[2], groups[0], groups[1]]
    assert found["stake"].to_list() == [920, 0, 0]
    assert second["ids"].to_list() == [groups[0]]
    assert open_clusters(lake, "person")["ids"].to_list() == [groups[2], groups[0]]


def test_a_cluster_that_was_split_is_asked_no_more(lake, four):
    guess(lake, "person", all_pairs(four))
    judge_cluster(lake, four[:3], four[3:])

    assert open_clusters(lake, "person", fewest=2).is_empty()
