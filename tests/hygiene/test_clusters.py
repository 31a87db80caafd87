"""Clusters: what people said is kept to, whatever the scores say."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hygiene.many import add_many, guess, someone
from xrm_lake.hygiene.clusters import clusters
from xrm_lake.hygiene.judge import judge, merge
from xrm_lake.store.components import components
from xrm_lake.store.open import init_lake
from xrm_lake.store.records import delete_record
from xrm_lake.store.undo import undo

SIZE = 7
PAIRS = [(a, b) for a in range(SIZE) for b in range(a + 1, SIZE)]


def people(lake, count=SIZE):
    return add_many(lake, "person", [someone(place) for place in range(count)])


def grouped(frame):
    return {frozenset(part["record_id"]) for _, part in frame.group_by("cluster_id")}


def test_a_cluster_is_named_for_its_oldest_record_and_told_by_source_and_key(lake):
    ids = people(lake, 3)
    guess(lake, "person", {(ids[0], ids[1]): 0.99})

    found = clusters(lake, "person")

    assert found.rows() == [(ids[0], "crm", f"k{ids[0]}", ids[0]), (ids[1], "crm", f"k{ids[1]}", ids[0])]


def test_only_pairs_of_the_score_asked_for_are_believed(lake):
    ids = people(lake, 4)
    guess(lake, "person", {(ids[0], ids[1]): 0.99, (ids[2], ids[3]): 0.9})

    assert grouped(clusters(lake, "person", at_least=0.95)) == {frozenset(ids[:2])}
    assert grouped(clusters(lake, "person", at_least=0.85)) == {frozenset(ids[:2]), frozenset(ids[2:])}


def test_a_pair_that_somebody_is_unsure_of_is_not_believed_until_that_is_undone(lake):
    ids = people(lake, 2)
    guess(lake, "person", {(ids[0], ids[1]): 0.999})

    decision = judge(lake, [(ids[0], ids[1])], "unsure")
    doubted = clusters(lake, "person")
    undo(lake, decision)

    assert doubted.is_empty()
    assert grouped(clusters(lake, "person")) == {frozenset(ids)}


def test_a_deleted_record_and_a_golden_one_are_in_no_cluster(lake):
    ids = people(lake, 3)
    guess(lake, "person", {(ids[0], ids[1]): 0.99, (ids[1], ids[2]): 0.99, (ids[0], ids[2]): 0.99})
    merge(lake, ids[:2])

    delete_record(lake, ids[2])

    assert grouped(clusters(lake, "person")) == {frozenset(ids[:2])}


def test_what_people_merged_is_a_cluster_without_any_match(lake):
    ids = people(lake, 3)

    merge(lake, ids[1:])

    assert grouped(clusters(lake, "person")) == {frozenset(ids[1:])}


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    scores=st.dictionaries(st.sampled_from(PAIRS), st.floats(0.5, 1), max_size=12),
    said=st.dictionaries(st.sampled_from(PAIRS), st.sampled_from(["same", "different", "unsure", "open"]), max_size=8),
    at_least=st.sampled_from([None, 0.6, 0.95]),
)
def test_the_same_are_together_and_the_different_apart_whatever_the_scores(tmp_path_factory, scores, said, at_least):
    same = [pair for pair, verdict in said.items() if verdict == "same"]
    one = components(same)
    # Answers that contradict one another are refused by judging; what is left here can stand together.
    different = [
        (a, b) for (a, b), verdict in said.items() if verdict == "different" and one.get(a, a) != one.get(b, b)
    ]
    with init_lake(tmp_path_factory.mktemp("lake") / "l.xrm", user="ann") as lake:
        ids = people(lake)
        guess(lake, "person", {(ids[a], ids[b]): score for (a, b), score in scores.items()})
        for pairs, verdict in ((different, "different"), (same, "same")):
            if pairs:
                judge(lake, [(ids[a], ids[b]) for a, b in pairs], verdict)

        found = clusters(lake, "person", at_least=at_least)

        of = dict(found.select("record_id", "cluster_id").iter_rows())
        assert all(of[ids[a]] == of[ids[b]] for a, b in same)
        assert all(of.get(ids[a], ids[a]) != of.get(ids[b], ids[b]) for a, b in different)
        assert all(id == min(member for member, cluster in of.items() if cluster == id) for id in of.values())
        assert all(len(group) > 1 for group in grouped(found))
