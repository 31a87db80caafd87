"""The audit: the lot says which pairs measure precision, and any answer on them counts."""

from itertools import combinations

import pytest

from tests.hygiene.drawn import audit, pairs_of_people
from tests.hygiene.many import add_many, guess, someone
from xrm_lake.hygiene.auto_merge import auto_merge
from xrm_lake.hygiene.certificate import certificate, needed
from xrm_lake.hygiene.judge import judge, merge, unmerge
from xrm_lake.hygiene.queue import draw_queue, queue_pairs
from xrm_lake.store.read import show_record
from xrm_lake.store.undo import undo


def lot_of(lake):
    return draw_queue(lake, "person", order="value").filter(why="audit").select("left_id", "right_id").rows()


@pytest.mark.parametrize("drawn", ["audit", "value", None])
def test_only_pairs_of_the_lot_measure_precision_whatever_is_said_of_why_they_were_asked(lake, drawn):
    pairs = pairs_of_people(lake, 60)
    lot = lot_of(lake)
    others = [pair for pair in pairs if pair not in lot]

    judge(lake, others, "same", drawn=drawn)
    before = certificate(lake, "person").audited
    judge(lake, lot[:1], "different", drawn=drawn)

    assert 0 < len(lot) < 30
    assert before == 0
    assert (certificate(lake, "person").audited, certificate(lake, "person").wrong) == (1, 1)


def test_a_gap_in_the_order_of_the_audit_ends_what_counts_beyond_the_lot(lake):
    pairs = pairs_of_people(lake, 60)
    lot = lot_of(lake)

    judge(lake, pairs[: len(lot) + 3], "same")
    judge(lake, pairs[len(lot) + 4 :], "same")
    with_gap = certificate(lake, "person").audited
    judge(lake, [pairs[len(lot) + 3]], "different")

    assert with_gap == len(lot) + 3
    assert (certificate(lake, "person").audited, certificate(lake, "person").wrong) == (60, 1)


def test_an_error_of_the_lot_counts_though_another_pair_of_its_clusters_was_asked(lake):
    a, b, c = add_many(lake, "person", [someone(1) for _ in range(3)])
    guess(lake, "person", {(a, b): 0.999, (a, c): 0.999, (b, c): 0.999})
    merge(lake, [a, b])

    judge(lake, [(b, c)], "different", drawn="value")

    assert queue_pairs(lake, "person", order="audit").is_empty()
    found = certificate(lake, "person")
    assert (found.audited, found.wrong) == (3, 2)


def test_what_people_merged_by_another_way_is_right_and_what_the_rule_joined_is_not_counted(lake):
    a, b, c, d = add_many(lake, "person", [someone(1) for _ in range(4)])
    guess(lake, "person", dict.fromkeys(combinations((a, b, c), 2), 0.999))
    merge(lake, [a, b])
    merge(lake, [b, c])
    by_people = certificate(lake, "person").audited
    guess(lake, "person", dict.fromkeys(combinations((a, b, c, d), 2), 0.999))

    auto_merge(lake, "person", force=True)

    assert by_people == 3
    assert show_record(lake, d).golden_id == show_record(lake, a).golden_id
    assert certificate(lake, "person").audited == 3


def test_a_pair_of_the_lot_still_counts_after_the_next_run(lake):
    pairs = pairs_of_people(lake, 60)
    lot = lot_of(lake)
    audit(lake, lot, "same")

    with lake.write("match") as batch:
        batch.execute("update match set run_id = run_id + 1000")

    assert lot_of(lake) == lot
    assert certificate(lake, "person").audited == len(lot) < len(pairs)


def chance_to_certify(looks, precision):
    """How probable it is that rules so precise are certified at one of the first looks: one at each number of errors from 0 on."""
    errors, judged, certified = [1.0] + [0.0] * looks, 0, 0.0
    for allowed in range(looks):
        for _ in range(needed(allowed) - judged):
            errors = [
                held * precision + below * (1 - precision)
                for held, below in zip(errors, [0.0, *errors[:-1]], strict=True)
            ]
        judged = needed(allowed)
        certified += sum(errors[: allowed + 1])
        errors[: allowed + 1] = [0.0] * (allowed + 1)
    return certified


def test_the_bound_holds_for_one_look_and_more_looks_find_more_by_luck():
    chances = [round(100 * chance_to_certify(looks, 0.99), 1) for looks in (1, 2, 5, 10)]

    assert chances == [5.0, 7.6, 11.8, 15.5]


def test_a_pair_that_nobody_could_tell_counts_against(lake):
    pairs = pairs_of_people(lake, 310)
    audit(lake, pairs[:300], "same")

    audit(lake, [pairs[300]], "unsure")

    found = certificate(lake, "person")
    assert (found.audited, found.wrong, found.unsure, found.holds) == (301, 0, 1, False)


def test_an_audited_pair_that_was_parted_later_counts_as_wrong(lake):
    pairs = pairs_of_people(lake, 3)
    audit(lake, pairs, "same")

    unmerge(lake, pairs[0][1])

    assert (certificate(lake, "person").audited, certificate(lake, "person").wrong) == (3, 1)


def test_an_audit_that_was_undone_counts_no_more_and_pairs_of_lower_score_never(lake):
    pairs = pairs_of_people(lake, 4)
    decision = audit(lake, pairs[:2], "same")
    counted = certificate(lake, "person").audited, certificate(lake, "person", at_least=0.999).audited

    undo(lake, decision)

    assert counted == (2, 0)
    assert certificate(lake, "person").audited == 0
