"""Judging a cluster: these yes, that one no, in one decision that can be taken back."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hygiene.many import add_many, guess, someone
from tests.hygiene.state import derived_state
from xrm_lake.errors import ConflictingVerdict, InvalidValue, Refused, UnknownRecord
from xrm_lake.hygiene.judge import judge, merge
from xrm_lake.hygiene.judge_cluster import judge_cluster
from xrm_lake.hygiene.queue import queue_pairs
from xrm_lake.store.open import init_lake
from xrm_lake.store.read import show_record
from xrm_lake.store.records import add_record
from xrm_lake.store.undo import undo
from xrm_lake.store.verdicts import standing_verdicts


@pytest.fixture
def four(lake):
    return add_many(lake, "person", [someone(1) | {"city": city} for city in ("Bonn", "Wien", "Bern", "Lyon")])


def clusters_of(lake, ids):
    standing = {id: show_record(lake, id).golden_id or id for id in ids}
    return {frozenset(id for id in ids if standing[id] == one) for one in standing.values()}


def test_the_yes_become_one_and_each_no_stays_apart(lake, four):
    a, b, c, d = four

    judge_cluster(lake, [a, b, c], [d])

    assert clusters_of(lake, four) == {frozenset({a, b, c}), frozenset({d})}


def test_a_no_is_never_asked_of_any_of_the_yes_again(lake, four):
    a, b, c, d = four
    guess(lake, "person", {(one, other): 0.99 for one in four for other in four if one < other})

    judge_cluster(lake, [a, b], [c, d])

    assert queue_pairs(lake, "person").select("left_id", "right_id").rows() == [(c, d)]


def test_one_decision_is_undone_at_once(lake, four):
    before = derived_state(lake)

    undo(lake, judge_cluster(lake, four[:3], four[3:], keep={"city": four[1]}))

    assert derived_state(lake) == before
    assert standing_verdicts(lake).is_empty()


def test_a_merged_record_is_taken_out_and_the_rest_stays_together(lake, four):
    a, b, c, d = four
    merge(lake, [a, b])
    merge(lake, [a, c])
    merge(lake, [a, d])

    judge_cluster(lake, [b], [a])

    assert clusters_of(lake, four) == {frozenset({b, c, d}), frozenset({a})}


def test_a_golden_record_stands_for_its_members_on_both_sides(lake, four):
    a, b, c, d = four
    merge(lake, [a, b])
    merge(lake, [c, d])

    judge_cluster(lake, [a + 1], [c + 1])

    assert clusters_of(lake, four) == {frozenset({a, b}), frozenset({c, d})}
    with pytest.raises(ConflictingVerdict):
        merge(lake, [b, d])


def test_a_chosen_value_is_pinned(lake, four):
    judge_cluster(lake, four[:3], four[3:], keep={"city": four[2]})

    assert show_record(lake, four[0] + 1).values["city"] == "Bern"


def test_what_somebody_judged_different_stays_so(lake, four):
    judge(lake, [(four[0], four[1])], "different")
    before = derived_state(lake)

    with pytest.raises(ConflictingVerdict, match="Nothing was changed"):
        judge_cluster(lake, four[:3], four[3:])

    assert derived_state(lake) == before


@pytest.mark.parametrize(("yes", "no"), [([0], []), ([], [0, 1]), ([0, 1], [1]), ([0, 0], [])])
def test_a_cluster_that_is_none_is_refused(lake, four, yes, no):
    with pytest.raises(InvalidValue, match="Nothing was changed"):
        judge_cluster(lake, [four[place] for place in yes], [four[place] for place in no])


def test_records_that_are_not_there_or_of_two_types_are_refused(lake, four):
    firm = add_record(lake, "organisation", {"name": "Acme"})

    with pytest.raises(UnknownRecord):
        judge_cluster(lake, [four[0]], [9999])
    with pytest.raises(InvalidValue, match="two types"):
        judge_cluster(lake, [four[0]], [firm])
    assert standing_verdicts(lake).is_empty()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    merged=st.lists(st.lists(st.integers(0, 5), min_size=2, max_size=3, unique=True), max_size=3),
    sides=st.permutations(range(6)).flatmap(lambda ids: st.tuples(st.just(ids), st.integers(1, 5), st.integers(0, 2))),
)
def test_whatever_was_merged_before_yes_are_one_and_no_is_with_none_of_them(tmp_path_factory, merged, sides):
    order, count, rest = sides
    with init_lake(tmp_path_factory.mktemp("lake") / "l.xrm", user="ann") as lake:
        ids = add_many(lake, "person", [someone(place) for place in range(6)])
        for places in merged:
            with suppress(Refused):  # they may be one already
                merge(lake, [ids[place] for place in places])
        yes, no = [ids[n] for n in order[:count]], [ids[n] for n in order[count : 6 - rest]]
        if len(yes) + len(no) < 2:
            return
        before = derived_state(lake)

        try:
            decision = judge_cluster(lake, yes, no)
        except Refused:
            # They are one already, or who is named on neither side still joins the two.
            assert derived_state(lake) == before
            return

        standing = {id: show_record(lake, id).golden_id or id for id in ids}
        assert len({standing[id] for id in yes}) == 1
        assert {standing[id] for id in yes}.isdisjoint(standing[id] for id in no)
        undo(lake, decision)
        assert derived_state(lake) == before
