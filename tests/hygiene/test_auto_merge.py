"""Merging without a person: only behind measured precision, as one decision, and never against what was said."""

import pytest

from tests.hygiene.many import add_many, guess, someone
from tests.hygiene.state import derived_state
from xrm_lake.errors import NotCertified
from xrm_lake.hygiene.auto_merge import auto_merge, certify
from xrm_lake.hygiene.judge import judge, merge, unmerge
from xrm_lake.store.read import show_record
from xrm_lake.store.undo import undo
from xrm_lake.store.verdicts import standing_verdicts


def pairs_of_people(lake, count, score=0.995):
    """So many pairs of one score; no record is in two of them."""
    ids = add_many(lake, "person", [someone(place // 2) for place in range(2 * count)])
    pairs = list(zip(ids[::2], ids[1::2], strict=True))
    guess(lake, "person", dict.fromkeys(pairs, score))
    return pairs


def test_nothing_merges_by_itself_before_it_was_audited(lake):
    pairs_of_people(lake, 3)
    before = derived_state(lake)

    with pytest.raises(NotCertified, match=r"judged 0, 0 of them different.* from 299 pairs.* Nothing was changed"):
        auto_merge(lake, "person")

    assert derived_state(lake) == before


def test_299_pairs_without_an_error_certify_and_298_do_not(lake):
    pairs = pairs_of_people(lake, 300)

    judge(lake, pairs[:298], "same", by="bob")
    with pytest.raises(NotCertified):
        auto_merge(lake, "person")
    judge(lake, [pairs[298]], "same", by="bob")
    done = auto_merge(lake, "person")

    assert (done.certificate.audited, done.certificate.wrong, done.certificate.holds) == (299, 0, True)
    assert (done.clusters, done.records) == (1, 2)
    assert show_record(lake, pairs[299][0]).golden_id is not None


def test_one_error_asks_for_more(lake):
    pairs = pairs_of_people(lake, 310)
    judge(lake, pairs[:300], "same")

    judge(lake, [pairs[300]], "different")

    assert (certify(lake, "person").audited, certify(lake, "person").wrong) == (301, 1)
    with pytest.raises(NotCertified, match="473"):
        auto_merge(lake, "person")


def test_what_a_machine_merged_certifies_nothing(lake):
    pairs_of_people(lake, 5)

    auto_merge(lake, "person", force=True)

    assert certify(lake, "person").audited == 0


def test_an_audit_that_was_undone_counts_no_more_and_pairs_of_lower_score_never(lake):
    pairs = pairs_of_people(lake, 4)
    decision = judge(lake, pairs[:2], "same")
    counted = certify(lake, "person").audited, certify(lake, "person", at_least=0.999).audited

    undo(lake, decision)

    assert counted == (2, 0)
    assert certify(lake, "person").audited == 0


def test_by_force_it_is_one_decision_that_undo_takes_back_bit_for_bit(lake):
    pairs = pairs_of_people(lake, 6)
    before = derived_state(lake)

    done = auto_merge(lake, "person", force=True, reason="migration")
    merged = lake.query("select count(*) from entity where golden_id is not null").value()
    undo(lake, done.decision)

    assert (done.clusters, done.records, merged) == (6, 12, 12)
    assert set(standing_verdicts(lake)["decision_id"]) == set()
    assert derived_state(lake) == before
    assert lake.query("select distinct reason from verdict").column() == ["migration"]
    assert len(pairs) == lake.query("select count(*) from verdict").value()


def test_a_second_run_finds_nothing_left_to_do(lake):
    pairs_of_people(lake, 3)
    auto_merge(lake, "person", force=True)

    again = auto_merge(lake, "person", force=True)

    assert (again.decision, again.clusters, again.records) == (None, 0, 0)


def test_what_people_merged_is_no_part_of_the_decision(lake):
    a, b, c = add_many(lake, "person", [someone(1) for _ in range(3)])
    guess(lake, "person", {(a, b): 0.999, (b, c): 0.999, (a, c): 0.999})
    by_hand = merge(lake, [b, c])

    done = auto_merge(lake, "person", force=True)
    together = show_record(lake, a + 1).members
    undo(lake, by_hand)

    assert together == (a, b, c)
    assert lake.query("select count(*) from verdict where decision_id = $id", id=done.decision).value() == 1
    assert show_record(lake, c).golden_id is None


@pytest.mark.parametrize("verdict", ["different", "unsure"])
def test_it_never_joins_what_a_person_kept_apart_or_could_not_tell(lake, verdict):
    pairs = pairs_of_people(lake, 2)
    judge(lake, [pairs[0]], verdict)

    done = auto_merge(lake, "person", force=True)

    assert done.records == 2
    assert show_record(lake, pairs[0][0]).golden_id is None


def test_what_was_unmerged_stays_apart(lake):
    pairs = pairs_of_people(lake, 1)
    auto_merge(lake, "person", force=True)
    unmerge(lake, pairs[0][1])

    assert auto_merge(lake, "person", force=True).decision is None
