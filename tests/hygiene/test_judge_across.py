"""Answers on records of two types: they stay two, nothing of either is lost, and each answer can be taken back."""

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.hygiene.many import add_many, someone
from tests.hygiene.state import derived_state
from tests.hygiene.two_types import add_both, candidate
from xrm_lake.errors import ConflictingVerdict, InvalidValue, UnknownRecord
from xrm_lake.hygiene.auto_merge import write_merges
from xrm_lake.hygiene.decisions import list_decisions
from xrm_lake.hygiene.judge import judge, merge, unmerge, verdict_frame
from xrm_lake.hygiene.judge_cluster import judge_cluster
from xrm_lake.hygiene.undo_effect import undo_effect
from xrm_lake.ingest.join import WANTED, join
from xrm_lake.store.doctor import doctor
from xrm_lake.store.ledger import record_history
from xrm_lake.store.links import link_records, links_of, unlink
from xrm_lake.store.model import add_link_type, retire_link_type
from xrm_lake.store.open import init_lake
from xrm_lake.store.read import list_records, show_record
from xrm_lake.store.records import add_record
from xrm_lake.store.ties import TIES
from xrm_lake.store.torn import NAMES
from xrm_lake.store.undo import undo
from xrm_lake.store.verdicts import add_verdicts


@pytest.fixture
def two(lake):
    """A candidate and the person that they are."""
    return add_both(lake, common=1, others=4)[0]


def ties(lake, id):
    return links_of(lake, id).select("type", "other_id").rows()


@pytest.mark.parametrize(("answer", "link"), [("same_thing", "same_as"), ("two_roles", "same_party")])
def test_an_answer_is_seen_on_both_records_and_both_stay_as_they_were(lake, two, answer, link):
    before = [show_record(lake, id).values for id in two]

    judge(lake, [two], answer, reason="same phone")

    assert ties(lake, two[0]) == [(link, two[1])]
    assert ties(lake, two[1]) == [(link, two[0])]
    assert links_of(lake, two[0])["words"][0] == links_of(lake, two[1])["words"][0]
    assert [show_record(lake, id).values for id in two] == before
    assert {*list_records(lake, "candidate")["id"], *list_records(lake, "person")["id"]} >= set(two)
    assert doctor(lake).healthy


@pytest.mark.parametrize("answer", ["same_thing", "two_roles", "different", "unsure", "open"])
def test_undo_of_an_answer_leaves_nothing_of_it(lake, two, answer):
    judge(lake, [two], "open")
    before = derived_state(lake)

    undo(lake, judge(lake, [two], answer))

    standing = derived_state(lake)
    standing["link"] = [row for row in standing["link"] if row[-1] is None]
    assert standing == before


def test_another_answer_takes_the_place_of_the_former_one_and_its_undo_brings_that_back(lake, two):
    judge(lake, [two], "same_thing")

    second = judge(lake, [two], "two_roles")
    changed = ties(lake, two[0])
    third = judge(lake, [two], "different")
    none = ties(lake, two[0])
    undo(lake, third)
    undo(lake, second)

    assert changed == [("same_party", two[1])]
    assert none == []
    assert ties(lake, two[0]) == [("same_as", two[1])]


def test_the_same_answer_twice_makes_one_link(lake, two):
    judge(lake, [two], "same_thing")
    judge(lake, [two[::-1]], "same_thing")

    assert ties(lake, two[1]) == [("same_as", two[0])]


# An undo takes back one of the answers that stand, "again" the last undo.
ANSWERS = st.lists(
    st.sampled_from(["same_thing", "two_roles", "different", "unsure", "open", "undo", "undo", "again"]), max_size=9
)


@settings(max_examples=12)
@given(ANSWERS)
@example(["same_thing", "two_roles", "two_roles", "undo"])
@example(["same_thing", "two_roles", "undo", "same_thing", "again"])
def test_whatever_was_answered_and_undone_the_last_answer_that_stands_is_what_the_link_says(tmp_path_factory, answers):
    with init_lake(tmp_path_factory.mktemp("lake") / "l.xrm") as lake:
        two = add_both(lake, common=1, others=2)[0]
        standing: dict[int, str] = {}
        undone: list[tuple[int, int, str]] = []
        for answer in answers:
            if answer == "undo" and standing:
                decision = sorted(standing)[len(standing) // 2]
                undone.append((undo(lake, decision).batch_id, decision, standing.pop(decision)))
            elif answer == "again" and undone:
                taken_back, decision, said = undone.pop()
                undo(lake, taken_back)
                standing[decision] = said
            elif answer not in ("undo", "again"):
                standing[judge(lake, [two], answer)] = answer

        last = standing[max(standing)] if standing else "open"
        assert ties(lake, two[0]) == ([(TIES[last].name, two[1])] if last in TIES else [])
        assert doctor(lake).healthy


def test_a_tie_goes_with_its_record_into_a_merge_and_out_of_it(lake, two):
    candidate_id, person = two
    (twin,) = add_many(lake, "person", [someone(0)])
    judge(lake, [two], "two_roles")

    merge(lake, [person, twin])
    merged = ties(lake, candidate_id)
    judge(lake, [(candidate_id, person + 1)], "two_roles")
    unmerge(lake, twin)

    assert merged == [("same_party", person + 1)]
    assert ties(lake, candidate_id) == [("same_party", person)]


def test_an_answer_stands_in_the_history_of_both_and_among_the_decisions(lake, two):
    decision = judge(lake, [two], "same_thing", reason="same phone")

    row = list_decisions(lake).row(0, named=True)
    assert (row["decision_id"], row["verdict"], row["reason"]) == (decision, "same_thing", "same phone")
    assert {row["caption"], row["other"]} == {show_record(lake, two[0]).caption, show_record(lake, two[1]).caption}
    assert list_decisions(lake, type="person").height == list_decisions(lake, type="candidate").height == 1
    assert list_decisions(lake, type="organisation").is_empty()
    assert all(decision in record_history(lake, id)["batch_id"].to_list() for id in two)
    assert undo_effect(lake, decision).asked_again == 1


def test_a_record_is_not_one_with_two_that_were_judged_different(lake, two):
    candidate_id, person = two
    other = list_records(lake, "person")["id"][1]
    judge(lake, [(person, other)], "different")
    judge(lake, [two], "same_thing")
    before = derived_state(lake)

    with pytest.raises(ConflictingVerdict, match="Nothing was changed"):
        judge(lake, [(candidate_id, other)], "two_roles")

    assert derived_state(lake) == before


def test_words_for_two_types_and_for_one_are_not_taken_for_each_other(lake, two):
    candidate_id, person = two
    other = list_records(lake, "person")["id"][1]
    before = derived_state(lake)

    with pytest.raises(InvalidValue, match="same_thing, two_roles"):
        judge(lake, [two], "same")
    with pytest.raises(InvalidValue, match="of two types"):
        merge(lake, [candidate_id, person])
    with pytest.raises(InvalidValue, match="of one type"):
        judge(lake, [(person, other)], "two_roles")
    with pytest.raises(InvalidValue, match="one type"):
        judge(lake, [two, (person, other)], "same_thing")
    with pytest.raises(InvalidValue, match="drawn"):
        judge(lake, [two], "different", drawn="audit")
    with pytest.raises(InvalidValue, match="same_thing"):
        judge(lake, [two], "identical")
    with pytest.raises(UnknownRecord):
        judge(lake, [(candidate_id, 10**12)], "same_thing")

    assert derived_state(lake) == before
    assert lake.query("select count(*) from verdict").value() == 0


def test_pairs_of_one_type_and_of_two_are_judged_different_together(lake, two):
    other = list_records(lake, "person")["id"][1]

    decision = judge(lake, [two, (two[1], other)], "different")

    assert undo(lake, decision).verdicts == 2


def test_a_role_is_judged_by_its_party(lake, two):
    lead = add_record(lake, "lead", {"full_name": "Ann Lee", "status": "New"})

    with pytest.raises(InvalidValue, match="Judge its party instead"):
        judge(lake, [(lead, two[0])], "two_roles")


def test_a_link_type_of_the_lake_that_does_not_fit_is_said(lake, two):
    add_link_type(lake, TIES["same_thing"])
    retire_link_type(lake, "same_as")

    with pytest.raises(InvalidValue, match="is retired"):
        judge(lake, [two], "same_thing")
    assert set(NAMES) & {item.name for item in lake.catalog.link_types} == {"same_as"}


def test_two_roles_of_one_person_lose_nothing_when_persons_are_merged_and_parted(lake):
    lead = add_record(lake, "lead", {"full_name": "Ann Lee", "email": "ann@example.org", "status": "New"})
    customer = add_record(
        lake, "customer", {"full_name": "A. Lee", "phone": "+49 228 1234567", "party_id": add_person(lake)}
    )
    parties = [show_record(lake, id).party["id"] for id in (lead, customer)]
    firm = add_record(lake, "organisation", {"name": "Example Ltd"})
    link_records(lake, parties[1], "works_for", firm)
    own = [show_record(lake, id).values for id in (*parties, lead, customer)]
    before = derived_state(lake)

    decision = merge(lake, parties)
    golden = show_record(lake, parties[0] + 1)
    roles = {role["id"] for role in golden.roles}
    shown = [show_record(lake, id) for id in (lead, customer)]
    members = [show_record(lake, id).values for id in parties]
    linked = links_of(lake, golden.id)["other"].to_list()
    undo(lake, decision)

    assert roles == {lead, customer}
    assert {view.party["id"] for view in shown} == {golden.id}
    assert members == own[:2]
    assert (golden.values["email"], golden.values["phone"]) == ("ann@example.org", "+492281234567")
    assert "Example Ltd" in linked
    assert derived_state(lake) == before
    assert [show_record(lake, id).values for id in (*parties, lead, customer)] == own


def add_person(lake):
    return add_record(lake, "person", {"full_name": "A. Lee", "phone": "+49 228 1234567"})


@pytest.fixture
def four(lake, two):
    """Two candidates, two persons, of whom none is any other."""
    (other_candidate,) = add_many(lake, "candidate", [candidate(1)])
    return two[0], other_candidate, two[1], list_records(lake, "person")["id"][1]


def refused(lake, act):
    before = derived_state(lake)
    with pytest.raises(ConflictingVerdict, match="Nothing was changed"):
        act()
    assert derived_state(lake) == before
    assert doctor(lake).healthy


def merge_by_rule(lake, pairs):
    with lake.write("judge", source="auto") as batch:
        batch.totals["note"] = "automatic"
        write_merges(batch, pairs)


@pytest.mark.parametrize(
    "act",
    [
        lambda lake, c, d: merge(lake, [c, d]),
        lambda lake, c, d: judge_cluster(lake, [c, d]),
        lambda lake, c, d: merge_by_rule(lake, verdict_frame([(c, d, "same")])),
    ],
)
def test_records_whose_counterparts_were_judged_different_do_not_merge(lake, four, act):
    c, d, p, q = four
    judge(lake, [(c, p), (d, q)], "same_thing")
    judge(lake, [(p, q)], "different")

    refused(lake, lambda: act(lake, c, d))


def test_what_one_record_is_tied_to_is_not_judged_different(lake, four):
    c, _, p, q = four
    judge(lake, [(c, p), (c, q)], "two_roles")

    refused(lake, lambda: judge(lake, [(p, q)], "different"))
    refused(lake, lambda: judge_cluster(lake, [p], [q]))

    judge(lake, [(c, q)], "open")
    judge(lake, [(p, q)], "different")


def test_a_tie_that_a_person_makes_is_held_to_the_verdicts_when_it_is_made(lake, four):
    c, d, p, q = four
    judge(lake, [(c, p)], "same_thing")
    judge(lake, [(p, q)], "different")
    judge(lake, [(d, q)], "different")

    refused(lake, lambda: link_records(lake, c, "same_as", q))
    refused(lake, lambda: link_records(lake, q, "same_as", d))

    judge(lake, [(d, q)], "open")
    link_records(lake, d, "same_as", q)
    assert ties(lake, d) == [("same_as", q)]


def test_a_tie_that_an_import_brings_is_held_to_the_verdicts_and_nothing_comes_in_otherwise(lake, four):
    c, _, p, q = four
    judge(lake, [(c, p)], "same_thing")
    judge(lake, [(p, q)], "different")

    def bring(other):
        with lake.write("import", source="crm") as batch:
            row = {
                "place": 0,
                "type": "same_as",
                "from_id": c,
                "to_id": other,
                "fields": None,
                "since": None,
                "until": None,
            }
            join(batch, pl.DataFrame([row], schema=WANTED))

    refused(lake, lambda: bring(q))
    bring(p)
    assert set(ties(lake, c)) == {("same_as", p)}


@pytest.mark.parametrize("order", [(1, 3), (3, 1)])
def test_two_merges_that_are_tied_are_taken_apart_in_any_order(lake, four, order):
    c, d, p, q = four
    judge(lake, [(c, p), (d, q)], "same_thing")
    merge(lake, [p, q])
    merge(lake, [c, d])

    for place in order:
        unmerge(lake, four[place])

    assert [ties(lake, c), ties(lake, d)] == [[("same_as", p)], [("same_as", q)]]


def test_a_cluster_is_not_tied_to_what_one_of_its_members_is_different_from(lake, four):
    c, d, p, _ = four
    judge(lake, [(c, p)], "different")
    judge(lake, [(d, p)], "same_thing")

    refused(lake, lambda: merge(lake, [c, d]))

    judge(lake, [(c, p)], "open")
    merge(lake, [c, d])


@pytest.mark.parametrize("first", ["tie", "difference"])
def test_an_undo_brings_back_neither_a_difference_nor_a_tie_against_the_other(lake, four, first):
    c, _, p, q = four
    judge(lake, [(c, p)], "same_thing")
    acts = {"tie": ([(c, q)], "same_thing"), "difference": ([(p, q)], "different")}
    taken_back = undo(lake, judge(lake, *acts.pop(first))).batch_id
    judge(lake, *acts.popitem()[1])

    refused(lake, lambda: undo(lake, taken_back))


def test_an_undo_brings_back_no_tie_of_a_hand_against_a_difference(lake, four):
    c, _, p, q = four
    judge(lake, [(c, p), (c, q)], "same_thing")
    unlink(lake, links_of(lake, q)["link_id"][0])
    by_hand = lake.counters.batch_id
    judge(lake, [(p, q)], "different")

    refused(lake, lambda: undo(lake, by_hand))


def test_ties_that_contradict_from_before_can_be_taken_back_one_by_one(lake, four):
    c, _, p, q = four
    other = list_records(lake, "person")["id"][2]
    judge(lake, [(c, p), (c, q), (c, other)], "same_thing")
    with lake.write("judge") as batch:
        add_verdicts(batch, verdict_frame([(p, q, "different"), (q, other, "different"), (p, other, "different")]))

    judge(lake, [(c, p)], "open")
    judge(lake, [(c, q)], "unsure")

    assert [row[1] for row in ties(lake, c)] == [other]
