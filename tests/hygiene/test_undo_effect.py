"""What an undo would do is told before it is done, and is what then happens."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hygiene.many import add_many, someone
from xrm_lake.errors import Refused, UnknownRecord
from xrm_lake.hygiene.judge import judge, merge, unmerge
from xrm_lake.hygiene.judge_cluster import judge_cluster
from xrm_lake.hygiene.undo_effect import undo_effect
from xrm_lake.store.open import init_lake
from xrm_lake.store.undo import undo


@pytest.fixture
def four(lake):
    return add_many(lake, "person", [someone(place) for place in range(4)])


def merged(lake):
    rows = lake.query(
        "select golden_id, list(id order by id) from entity where golden_id is not null group by 1"
    ).rows()
    return {tuple(ids) for _, ids in rows}


def test_a_merge_would_be_taken_apart(lake, four):
    told = undo_effect(lake, merge(lake, four[:3]))

    assert (told.before, told.after) == ((tuple(four[:3]),), ())
    assert told.sentence == "Records 1, 3 and 5 stand for themselves again."


def test_what_another_decision_joined_stays_together(lake, four):
    merge(lake, four[:2])
    told = undo_effect(lake, merge(lake, four))

    assert (told.before, told.after) == ((tuple(four),), (tuple(four[:2]),))
    assert told.sentence == "Records 1, 3, 5 and 7 part; records 1 and 3 stay together."


def test_a_merge_that_two_decisions_say_stays(lake, four):
    merge(lake, four[:2])

    assert (
        undo_effect(lake, judge(lake, [tuple(four[:2])], "same")).sentence
        == "Nothing changes: another decision says the same."
    )


def test_a_pair_that_was_judged_different_may_be_asked_again(lake, four):
    told = undo_effect(lake, judge(lake, [(four[0], four[1])], "different"))

    assert (told.before, told.after, told.asked_again) == ((), (), 1)
    assert told.sentence == "No record is parted or joined; the pair may be asked again."


def test_an_unmerge_and_an_undone_merge_would_join_again(lake, four):
    decision = merge(lake, four[:2])
    parted = unmerge(lake, four[1])
    joined = undo_effect(lake, parted)
    undo(lake, parted)
    undo(lake, decision)

    assert joined.sentence == "Records 1 and 3 become one."
    assert undo_effect(lake, decision).sentence == "Records 1 and 3 become one."


def test_what_is_no_decision_is_unknown(lake, four):
    with pytest.raises(UnknownRecord):
        undo_effect(lake, 1)


STEPS = st.lists(
    st.tuples(st.sampled_from(["merge", "different", "cluster"]), st.permutations(range(5)), st.integers(2, 4)),
    min_size=1, max_size=5,
)  # fmt: skip


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS, st.data())
def test_what_is_told_is_what_happens(tmp_path_factory, steps, data):
    with init_lake(tmp_path_factory.mktemp("lake") / "l.xrm", user="ann") as lake:
        ids = add_many(lake, "person", [someone(place) for place in range(5)])
        decisions = []
        for what, order, count in steps:
            chosen = [ids[place] for place in order]
            try:
                if what == "merge":
                    decisions.append(merge(lake, chosen[:count]))
                elif what == "different":
                    decisions.append(judge(lake, [(chosen[0], chosen[1])], "different"))
                else:
                    decisions.append(judge_cluster(lake, chosen[:count], chosen[count:]))
            except Refused:
                continue
        if not decisions:
            return
        decision = data.draw(st.sampled_from(decisions))
        told, before = undo_effect(lake, decision), merged(lake)

        undo(lake, decision)

        assert set(told.before) == before - merged(lake)
        assert set(told.after) == merged(lake) - before
