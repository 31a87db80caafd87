"""Judging, merging and taking back: who is one, and that nothing is ever lost by saying so."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hygiene.state import derived_state
from xrm_lake.errors import ConflictingVerdict, InvalidValue, Refused, UnknownRecord
from xrm_lake.hygiene.judge import judge, merge, unmerge
from xrm_lake.hygiene.judge_cluster import judge_cluster
from xrm_lake.store.doctor import doctor
from xrm_lake.store.ledger import record_history
from xrm_lake.store.links import link_records, links_of
from xrm_lake.store.open import init_lake
from xrm_lake.store.read import list_records, show_record
from xrm_lake.store.records import add_record, delete_record, set_record
from xrm_lake.store.search import search
from xrm_lake.store.undo import undo


def people(lake, *rows):
    return [add_record(lake, "person", {"full_name": name, **values}) for name, values in rows]


@pytest.fixture
def three(lake):
    return people(
        lake,
        ("Ann Example", {"email": "ann@example.org", "city": "Bonn"}),
        ("A. Example", {"phone": "+49 228 1234567"}),
        ("Ann B. Example", {"email": "ann.b@example.org", "city": "Bonn"}),
    )


def test_merged_records_give_way_to_one_golden_record(lake, three):
    merge(lake, three[:2])

    listed = list_records(lake, "person")
    golden = show_record(lake, listed["id"][0])
    assert listed.height == 2
    assert golden.is_golden
    assert golden.members == tuple(three[:2])
    assert (golden.values["email"], golden.values["phone"]) == ("ann@example.org", "+492281234567")


def test_the_members_of_a_merge_stay_as_they_were(lake, three):
    before = show_record(lake, three[1]).values

    merge(lake, three)

    assert show_record(lake, three[1]).values == before


def test_merging_clusters_makes_one_cluster(lake, three):
    merge(lake, three[:2])

    merge(lake, [three[0] + 1, three[2]])

    assert show_record(lake, three[0] + 1).members == tuple(three)


def test_undo_of_a_merge_brings_everything_back_bit_for_bit(lake, three):
    firm = add_record(lake, "organisation", {"name": "Example Ltd"})
    link_records(lake, three[1], "works_for", firm)
    before = derived_state(lake)

    decision = merge(lake, three)
    undo(lake, decision)

    assert derived_state(lake) == before


def test_links_of_the_members_are_those_of_the_golden_record(lake, three):
    firm = add_record(lake, "organisation", {"name": "Example Ltd"})
    link_records(lake, three[1], "works_for", firm)

    merge(lake, three)

    assert links_of(lake, three[0] + 1)["other"].to_list() == ["Example Ltd"]
    assert links_of(lake, firm)["other_id"].to_list() == [three[0] + 1]


def test_search_finds_the_golden_record_and_not_its_members(lake, three):
    merge(lake, three)

    assert search(lake, "example bonn")["id"].to_list() == [three[0] + 1]


def test_an_edit_of_a_golden_record_is_pinned_and_leaves_its_members_alone(lake, three):
    merge(lake, three)

    set_record(lake, three[0] + 1, {"city": "Cologne"})
    set_record(lake, three[0], {"city": "Berlin"})

    assert show_record(lake, three[0] + 1).values["city"] == "Cologne"
    assert [show_record(lake, id).values["city"] for id in three] == ["Berlin", None, "Bonn"]


def test_undo_of_a_pin_shows_what_the_members_say(lake, three):
    merge(lake, three)
    set_record(lake, three[0] + 1, {"city": "Cologne"})
    batch = lake.query("select max(batch_id) from batch").value()

    undo(lake, batch)

    assert show_record(lake, three[0] + 1).values["city"] == "Bonn"


def test_a_value_that_a_person_set_outlives_the_more_frequent_one(lake, three):
    set_record(lake, three[1], {"city": "Berlin"})

    merge(lake, three)

    assert show_record(lake, three[0] + 1).values["city"] == "Berlin"


def test_a_refusal_of_mail_by_any_member_stands(lake):
    ids = people(lake, ("Ann", {"email_opt_out": True}), ("Ann", {"email_opt_out": False}))

    merge(lake, ids)

    assert show_record(lake, ids[0] + 1).values["email_opt_out"] is True


def test_lists_of_members_are_united(lake):
    ids = people(lake, ("Ann", {"tags": ["a", "b"]}), ("Ann", {"tags": ["b", "c"]}))

    merge(lake, ids)

    assert show_record(lake, ids[0] + 1).values["tags"] == ["a", "b", "c"]


def test_an_address_comes_from_one_member_whole(lake):
    ids = people(
        lake,
        ("Ann", {"street": "Long Street With a Name 1", "city": "Bonn"}),
        ("Ann", {"street": "Way 2", "city": "Cologne", "postal_code": "50667"}),
    )

    merge(lake, ids)

    values = show_record(lake, ids[0] + 1).values
    assert (values["street"], values["city"], values["postal_code"]) == ("Way 2", "Cologne", "50667")


def test_records_judged_different_cannot_become_one_unnoticed(lake, three):
    judge(lake, [(three[0], three[2])], "different")
    merge(lake, three[:2])
    before = derived_state(lake)

    with pytest.raises(ConflictingVerdict, match="Nothing was changed"):
        merge(lake, three[1:])

    assert derived_state(lake) == before


def test_merged_records_cannot_be_called_different_without_unmerging(lake, three):
    merge(lake, three)

    with pytest.raises(ConflictingVerdict, match="unmerge"):
        judge(lake, [(three[1], three[2])], "different")


def test_reopening_a_pair_lets_it_be_merged(lake, three):
    judge(lake, [(three[0], three[1])], "different")
    judge(lake, [(three[0], three[1])], "open")

    merge(lake, three[:2])

    assert show_record(lake, three[0] + 1).members == tuple(three[:2])


def test_unmerging_the_oldest_member_leaves_the_others_together(lake, three):
    merge(lake, three)

    unmerge(lake, three[0])

    assert show_record(lake, three[1]).golden_id == three[1] + 1
    assert show_record(lake, three[1] + 1).members == tuple(three[1:])
    assert show_record(lake, three[0]).golden_id is None


def test_unmerging_a_golden_record_parts_all_its_members(lake, three):
    before = derived_state(lake)
    merge(lake, three)

    unmerge(lake, three[0] + 1)

    assert derived_state(lake) == before


def test_undo_of_an_unmerge_joins_them_again(lake, three):
    merge(lake, three)
    merged = derived_state(lake)

    decision = unmerge(lake, three[1])
    undo(lake, decision)

    assert derived_state(lake) == merged


def test_an_old_golden_id_leads_to_what_became_of_it(lake, three):
    merge(lake, three[1:])
    merge(lake, three)

    assert show_record(lake, three[1] + 1).id == three[0] + 1
    unmerge(lake, three[0] + 1)
    assert show_record(lake, three[1] + 1).id == three[1]


def test_a_deleted_member_leaves_its_cluster_and_comes_back_with_undo(lake, three):
    merge(lake, three)
    merged = derived_state(lake)

    batch = delete_record(lake, three[2])
    members = show_record(lake, three[0] + 1).members
    undo(lake, batch)

    assert members == tuple(three[:2])
    assert derived_state(lake)["search"] == merged["search"]
    assert show_record(lake, three[0] + 1).members == tuple(three)


def test_a_cluster_outlives_its_oldest_member_with_pins_and_links(lake, three):
    merge(lake, three)
    set_record(lake, three[0] + 1, {"phone": "+49 228 7654321"})
    firm = add_record(lake, "organisation", {"name": "Example Ltd"})
    link_records(lake, three[0] + 1, "works_for", firm)
    merged = derived_state(lake)

    batch = delete_record(lake, three[0])
    golden = show_record(lake, three[0] + 1)
    healthy = doctor(lake).healthy
    undo(lake, batch)

    assert (golden.id, golden.members) == (three[1] + 1, tuple(three[1:]))
    assert golden.values["phone"] == "+492287654321"
    assert golden.values["email"] == "ann.b@example.org"
    assert golden.links["other"].to_list() == ["Example Ltd"]
    assert healthy
    assert derived_state(lake) == merged


def test_a_cluster_outlives_the_undo_of_what_brought_its_oldest_member(lake):
    first = people(lake, ("Ann", {}))
    batch = lake.query("select max(batch_id) from batch").value()
    ids = first + people(lake, ("Ann", {}), ("Ann", {}))
    merge(lake, ids)
    set_record(lake, ids[0] + 1, {"city": "Bonn"})

    undo(lake, batch)

    golden = show_record(lake, ids[0] + 1)
    assert (golden.members, golden.values["city"]) == (tuple(ids[1:]), "Bonn")


def test_a_member_that_is_left_alone_stands_for_itself(lake, three):
    merge(lake, three[:2])

    delete_record(lake, three[0])

    assert show_record(lake, three[0] + 1).golden_id is None
    assert list_records(lake, "person")["id"].to_list() == three[1:]
    assert doctor(lake).healthy


def test_unmerging_parts_a_record_from_what_a_deleted_one_joined_it_to(lake, three):
    merge(lake, three)
    delete_record(lake, three[0])

    unmerge(lake, three[1])

    assert [show_record(lake, id).golden_id for id in three[1:]] == [None, None]


def test_records_that_are_one_already_are_not_merged_again(lake, three):
    first = merge(lake, three)
    golden = show_record(lake, three[0]).golden_id

    for again in (three[1:], [golden, three[2]], three):
        with pytest.raises(Refused, match=f"record {golden} stands for them. Nothing was changed"):
            merge(lake, again)
    with pytest.raises(Refused, match="one already"):
        judge_cluster(lake, three)

    assert lake.query("select max(batch_id) from batch where kind = 'judge'").value() == first
    # What a person confirms is a verdict of its own: it outlives the undo of the merge.
    judge(lake, [(three[0], three[1])], "same")
    undo(lake, first)
    assert show_record(lake, three[0]).golden_id == show_record(lake, three[1]).golden_id


def test_a_merge_of_two_types_or_of_one_record_is_refused(lake, three):
    firm = add_record(lake, "organisation", {"name": "Example Ltd"})

    with pytest.raises(InvalidValue, match="two types"):
        merge(lake, [three[0], firm])
    with pytest.raises(InvalidValue, match="two records"):
        merge(lake, [three[0], three[0]])
    with pytest.raises(UnknownRecord):
        merge(lake, [three[0], 999])


def test_roles_are_not_merged_but_their_persons(lake, three):
    leads = [add_record(lake, "lead", {"party_id": id, "status": "New"}) for id in three[:2]]

    with pytest.raises(InvalidValue, match="Merge their persons instead"):
        merge(lake, leads)
    merge(lake, three[:2])

    assert set(list_records(lake, "lead")["party_id"]) == {three[0] + 1}


def test_a_decision_can_be_undone_once_and_its_undo_undone(lake, three):
    decision = merge(lake, three)
    merged = derived_state(lake)
    taken_back = undo(lake, decision)

    with pytest.raises(Refused, match="already"):
        undo(lake, decision)
    undo(lake, taken_back.batch_id)

    assert derived_state(lake) == merged


def test_a_merge_that_was_contradicted_meanwhile_does_not_come_back(lake, three):
    merge(lake, three[:2])
    taken_back = undo(lake, merge(lake, three[1:]))
    judge(lake, [(three[0], three[2])], "different")
    before = derived_state(lake)

    with pytest.raises(ConflictingVerdict, match="Nothing was changed"):
        undo(lake, taken_back.batch_id)

    assert derived_state(lake) == before
    assert show_record(lake, three[0] + 1).members == tuple(three[:2])


def test_history_tells_who_merged_what(lake, three):
    merge(lake, three[:2], by="bob")

    told = record_history(lake, three[0] + 1).filter(op="same").select("made_by", "old", "new").rows()

    assert told == [("bob", str(three[0]), str(three[1]))]


def test_an_unmerge_that_was_confirmed_meanwhile_cannot_be_undone_into_a_contradiction(lake, three):
    merge(lake, three)
    parted = unmerge(lake, three[1])
    judge(lake, [(three[1], three[2])], "different", by="bob")
    before = derived_state(lake)

    with pytest.raises(ConflictingVerdict, match=f"Records {three[1]} and {three[2]} .* Nothing was changed"):
        undo(lake, parted)

    assert derived_state(lake) == before


def test_an_unmerge_can_be_undone_once_what_contradicts_it_is_taken_back(lake, three):
    merge(lake, three)
    merged = derived_state(lake)
    parted = unmerge(lake, three[1])
    confirmed = judge(lake, [(three[1], three[2])], "different", by="bob")

    undo(lake, confirmed)
    undo(lake, parted)

    assert derived_state(lake) == merged


def _undo_all(lake, decisions):
    """Undo all of them in this order; what is refused comes after what stands in its way. The oldest is never refused."""
    waiting = decisions
    while waiting:
        refused = []
        for decision in waiting:
            try:
                undo(lake, decision)
            except Refused:
                refused.append(decision)
        assert len(refused) < len(waiting)
        waiting = refused


def test_a_verdict_keeps_why_its_pair_was_asked(lake, three):
    judge(lake, [(three[0], three[1])], "unsure", drawn="audit")
    merge(lake, three[1:], drawn="value")
    judge(lake, [(three[0], three[1])], "different")

    assert lake.query("select drawn from verdict order by seq").column() == ["audit", "value", None]


def test_a_pair_is_drawn_for_a_known_reason_or_none(lake, three):
    with pytest.raises(InvalidValue, match="Nothing was changed"):
        judge(lake, [(three[0], three[1])], "same", drawn="luck")
    with pytest.raises(InvalidValue, match="Nothing was changed"):
        merge(lake, three, drawn="luck")

    assert lake.query("select count(*) from verdict").value() == 0


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), st.lists(st.integers(0, 7), min_size=2, max_size=4, unique=True)),
        st.tuples(st.just("different"), st.lists(st.integers(0, 7), min_size=2, max_size=2, unique=True)),
        st.tuples(st.just("unmerge"), st.lists(st.integers(0, 7), min_size=1, max_size=1)),
        st.tuples(st.just("edit"), st.lists(st.integers(0, 7), min_size=1, max_size=1)),
    ),
    min_size=1,
    max_size=9,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=STEPS, order=st.randoms(use_true_random=False))
def test_undoing_all_decisions_in_any_order_ends_where_it_began(tmp_path_factory, clock, steps, order):
    with init_lake(tmp_path_factory.mktemp("lake") / "l.xrm", clock=clock, user="ann") as lake:
        ids = people(lake, *((f"Person {chr(65 + n)}", {"city": f"City {n % 3}"}) for n in range(8)))
        firm = add_record(lake, "organisation", {"name": "Example Ltd"})
        for id in ids[::2]:
            link_records(lake, id, "works_for", firm)
        decisions = []
        for place, (step, chosen) in enumerate(steps):
            _do(lake, ids, step, chosen, place, decisions)
        edits = [step for step in steps if step[0] == "edit"]
        reference = _same_edits_without_decisions(tmp_path_factory, ids, edits, steps)

        order.shuffle(decisions)
        _undo_all(lake, decisions)

        assert doctor(lake).healthy
        assert _values(lake) == reference
        assert lake.query("select count(*) from entity where golden_id is not null or source = 'golden'").value() == 0
        assert lake.query("select count(*) from link where from_golden <> from_id or to_golden <> to_id").value() == 0


def _do(lake, ids, step, chosen, place, decisions):
    try:
        if step == "merge":
            decisions.append(merge(lake, [ids[n] for n in chosen]))
        elif step == "different":
            decisions.append(judge(lake, [(ids[chosen[0]], ids[chosen[1]])], "different"))
        elif step == "unmerge":
            decisions.append(unmerge(lake, ids[chosen[0]]))
        else:
            set_record(lake, ids[chosen[0]], {"job_title": f"Title {place}"})
    except (Refused, InvalidValue):
        pass


def _same_edits_without_decisions(tmp_path_factory, ids, edits, steps):
    with init_lake(tmp_path_factory.mktemp("plain") / "l.xrm", user="ann") as plain:
        people(plain, *((f"Person {chr(65 + n)}", {"city": f"City {n % 3}"}) for n in range(8)))
        add_record(plain, "organisation", {"name": "Example Ltd"})
        for place, (step, chosen) in enumerate(steps):
            if step == "edit":
                set_record(plain, ids[chosen[0]], {"job_title": f"Title {place}"})
        return _values(plain)


def _values(lake):
    people_now = lake.query("select * exclude (updated_at) from rec_person order by id").rows()
    return people_now, lake.query("select id, type, text from search_doc order by id").rows()
