"""Merging without a person: only behind measured precision, as one decision, and never against what was said."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import combinations

import pytest

from tests.hygiene.drawn import audit, pairs_of_people
from tests.hygiene.many import add_many, add_twins, guess, someone
from tests.hygiene.state import derived_state
from xrm_lake.errors import ConflictingVerdict, NotCertified
from xrm_lake.hygiene.auto_merge import auto_merge, carry_out, plan
from xrm_lake.hygiene.certificate import certificate, let_go_on
from xrm_lake.hygiene.clusters import clusters
from xrm_lake.hygiene.judge import judge, merge, unmerge, verdict_frame
from xrm_lake.hygiene.match import match
from xrm_lake.store.read import show_record
from xrm_lake.store.undo import undo
from xrm_lake.store.verdicts import add_verdicts, standing_verdicts


def test_nothing_merges_by_itself_before_it_was_audited(lake):
    pairs_of_people(lake, 3)
    before = derived_state(lake)

    with pytest.raises(NotCertified, match=r"judged 0, 0 of them different.* from 299 pairs.* Nothing was changed"):
        auto_merge(lake, "person")

    assert derived_state(lake) == before


def test_299_audited_pairs_without_an_error_certify_and_298_do_not(lake):
    pairs = pairs_of_people(lake, 300)

    audit(lake, pairs[:298], "same")
    with pytest.raises(NotCertified):
        auto_merge(lake, "person")
    audit(lake, [pairs[298]], "same")
    done = auto_merge(lake, "person")

    assert (done.certificate.audited, done.certificate.wrong, done.certificate.holds) == (299, 0, True)
    assert (done.clusters, done.records) == (1, 2)
    assert show_record(lake, pairs[299][0]).golden_id is not None


def test_one_error_asks_for_more(lake):
    pairs = pairs_of_people(lake, 310)
    audit(lake, pairs[:300], "same")

    audit(lake, [pairs[300]], "different")

    found = certificate(lake, "person")
    assert (found.audited, found.wrong, found.to_judge) == (301, 1, 172)
    with pytest.raises(NotCertified, match="473"):
        auto_merge(lake, "person")


def test_what_a_machine_merged_certifies_nothing(lake):
    pairs_of_people(lake, 5)

    auto_merge(lake, "person", force=True)

    assert certificate(lake, "person").audited == 0


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


def test_a_dry_run_tells_what_would_be_merged_and_keeps_nothing(lake):
    pairs = pairs_of_people(lake, 3)
    before, batches = derived_state(lake), lake.counters.batch_id

    tried = auto_merge(lake, "person", dry_run=True)

    assert (tried.decision, tried.clusters, tried.dry_run) == (None, 3, True)
    assert sorted(tried.merged["record_id"]) == sorted(id for pair in pairs for id in pair)
    assert not tried.certificate.allows
    assert (derived_state(lake), lake.counters.batch_id) == (before, batches)


def test_a_cluster_with_a_guard_is_left_to_people_with_the_reason(lake):
    twin = someone(1) | {"birth_date": date(2001, 4, 5)}
    ids = add_many(
        lake, "person", [twin, twin | {"given_name": "Ottokar", "full_name": "Ottokar Meier"}, someone(7), someone(7)]
    )
    guess(lake, "person", {(ids[0], ids[1]): 0.999, (ids[2], ids[3]): 0.999})

    done = auto_merge(lake, "person", force=True)

    assert done.merged["record_id"].to_list() == ids[2:]
    assert done.left_out.select("cluster_id", "records", "reason").rows() == [(ids[0], 2, "twins")]
    assert show_record(lake, ids[0]).golden_id is None


def test_more_than_six_records_and_weak_bridges_are_left_to_people(lake):
    many = add_many(lake, "person", [someone(1) for _ in range(7)])
    three = add_many(lake, "person", [someone(2) for _ in range(3)])
    scores = dict(zip(combinations(three, 2), (0.999, 0.72, 0.75), strict=True))
    guess(lake, "person", dict.fromkeys(combinations(many, 2), 0.999) | scores)

    done = auto_merge(lake, "person", at_least=0.7, force=True)

    assert done.decision is None
    assert done.left_out.select("cluster_id", "reason").rows() == [(many[0], "large"), (three[0], "bridge")]


def test_no_more_is_merged_a_day_than_the_cap_says(lake, clock):
    pairs_of_people(lake, 5)

    first = auto_merge(lake, "person", at_most=3, force=True)
    second = auto_merge(lake, "person", at_most=3, force=True)
    clock.now += timedelta(days=1)
    third = auto_merge(lake, "person", at_most=3, force=True)

    assert [(done.clusters, done.left_out["reason"].to_list()) for done in (first, second, third)] == [
        (3, ["cap", "cap"]), (0, ["cap", "cap"]), (2, []),
    ]  # fmt: skip
    assert second.certificate.left_today == 0


@pytest.mark.parametrize("force", [False, True])
def test_a_model_that_doubts_itself_never_merges(lake, force):
    add_twins(lake, twins=2, others=3)
    match(lake, "person")

    found = certificate(lake, "person")

    assert found.doubt
    assert not found.allows
    with pytest.raises(NotCertified, match="doubts itself"):
        auto_merge(lake, "person", force=force)


def test_two_merges_taken_back_within_a_week_stop_the_type_until_it_is_let_go_on(lake, clock):
    pairs = sorted(pairs_of_people(lake, 4))
    auto_merge(lake, "person", force=True, at_most=3)
    unmerge(lake, pairs[0][1])
    once = certificate(lake, "person")
    clock.now += timedelta(days=5)
    unmerge(lake, pairs[1][1])

    with pytest.raises(NotCertified, match="xrm certificate person --let-go-on"):
        auto_merge(lake, "person", force=True)
    clock.now += timedelta(days=30)
    stopped = certificate(lake, "person")
    let_go_on(lake, "person")
    done = auto_merge(lake, "person", force=True)

    assert (once.taken_back, once.stopped_at) == (1, None)
    assert (stopped.taken_back, stopped.stopped_at is None) == (2, False)
    assert done.clusters == 1
    assert certificate(lake, "person").taken_back == 0


def test_undoing_a_run_stops_its_type_and_no_other(lake):
    pairs_of_people(lake, 2)
    firms = add_many(lake, "organisation", [{"name": "Acme Ltd"}, {"name": "Acme Ltd"}])
    guess(lake, "organisation", {(firms[0], firms[1]): 0.999})
    done = auto_merge(lake, "person", force=True)

    undo(lake, done.decision)

    assert certificate(lake, "person").stopped_at is not None
    assert certificate(lake, "organisation").stopped_at is None


def test_two_merges_taken_back_far_apart_stop_nothing(lake, clock):
    pairs = pairs_of_people(lake, 2)
    auto_merge(lake, "person", force=True)
    unmerge(lake, pairs[0][1])
    clock.now += timedelta(days=8)

    unmerge(lake, pairs[1][1])

    assert certificate(lake, "person").stopped_at is None


def test_taking_back_what_a_person_merged_stops_nothing(lake):
    pairs = pairs_of_people(lake, 3)
    for pair in pairs:
        unmerge(lake, merge(lake, pair) and pair[1])

    assert certificate(lake, "person").taken_back == 0


def test_a_run_cools_for_a_week(lake, clock):
    pairs_of_people(lake, 2)
    done = auto_merge(lake, "person", force=True)

    young = certificate(lake, "person").runs.row(0, named=True)
    clock.now += timedelta(days=8)

    assert (young["decision_id"], young["clusters"]) == (done.decision, 2)
    assert young["cooling_until"] == young["made_at"] + timedelta(days=7)
    assert certificate(lake, "person").runs["cooling_until"].to_list() == [None]


def test_a_pair_of_high_score_that_is_not_sure_is_left_to_people_unless_forced(lake):
    pairs = pairs_of_people(lake, 301)
    audit(lake, pairs[:299], "same")
    with lake.write("match") as batch:
        batch.execute("update match set sure = false where left_id = $id", id=pairs[300][0])

    assert auto_merge(lake, "person", dry_run=True).clusters == 1
    assert auto_merge(lake, "person", dry_run=True, force=True).clusters == 2


def test_a_pair_that_is_not_sure_still_speaks_against_a_cluster(lake):
    a, b, c = add_many(lake, "person", [someone(1) for _ in range(3)])
    guess(lake, "person", {(a, b): 0.9995, (b, c): 0.9995, (a, c): 0.6})

    believed = clusters(lake, "person", at_least=0.99)
    tried = auto_merge(lake, "person", dry_run=True)

    assert believed.height == 2
    assert tried.merged.equals(believed)


@pytest.mark.parametrize("merged_before", [False, True])
def test_a_cluster_that_holds_two_of_whom_somebody_was_unsure_is_left_to_people(lake, merged_before):
    a, b, c, d = add_many(lake, "person", [someone(1) for _ in range(4)])
    judge(lake, [(b, c)], "unsure")
    guess(lake, "person", {(a, b): 0.9995, (a, d if merged_before else c): 0.9995})
    if merged_before:
        merge(lake, [c, d])

    done = auto_merge(lake, "person", force=True)

    assert done.decision is None
    assert done.left_out.select("cluster_id", "reason").rows() == [(a, "verdict")]
    assert f"unsure of records {b} and {c}" in done.left_out["detail"].item()


@pytest.mark.parametrize("verdict", ["unsure", "open"])
def test_what_the_rule_merged_is_parted_by_unmerging_only(lake, verdict):
    pairs = pairs_of_people(lake, 2)
    auto_merge(lake, "person", force=True)
    before = derived_state(lake)

    with pytest.raises(ConflictingVerdict, match="unmerge"):
        judge(lake, [pairs[0]], verdict)

    assert derived_state(lake) == before
    assert certificate(lake, "person").taken_back == 0


@pytest.mark.parametrize("verdict", ["unsure", "open", "different"])
def test_a_verdict_that_parts_what_the_rule_merged_counts_as_taken_back_however_it_came(lake, verdict):
    pairs = pairs_of_people(lake, 3)
    auto_merge(lake, "person", force=True)

    with lake.write("judge") as batch:
        add_verdicts(batch, verdict_frame([(*pair, verdict) for pair in pairs[:2]]))

    assert certificate(lake, "person").taken_back == 2
    assert certificate(lake, "person").stopped_at is not None


def test_two_at_once_merge_nothing_twice_and_keep_the_cap(lake):
    pairs_of_people(lake, 8)
    start = threading.Barrier(2)

    def run(_):
        start.wait()
        return auto_merge(lake, "person", at_most=5, force=True)

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(run, range(2)))

    assert sum(each.clusters for each in done) == 5
    said = lake.query("select left_id, right_id from verdict").rows()
    assert len(said) == len(set(said)) == 5
    assert certificate(lake, "person", at_most=5).left_today == 0


def test_what_was_judged_between_reading_and_writing_is_kept_to(lake):
    pairs = pairs_of_people(lake, 3)
    seen = lake.commits
    found = plan(lake, "person", at_least=0.99, at_most=5, force=True)
    judge(lake, pairs[:2], "different")

    done = carry_out(lake, found, seen, by=None, reason="")

    assert (done.clusters, done.records) == (1, 2)
    assert set(done.merged["record_id"]) == set(pairs[2])
