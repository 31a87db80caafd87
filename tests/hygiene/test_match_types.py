"""Matching across types: what is compared with what, what is found, and that nothing comes of it by itself."""

import json

import pytest

from tests.hygiene.many import add_many, someone
from tests.hygiene.state import derived_state
from tests.hygiene.two_types import CANDIDATE, add_both, candidate
from xrm_lake.errors import Misuse, UnknownName
from xrm_lake.hygiene.judge import judge, merge
from xrm_lake.hygiene.match import list_matches
from xrm_lake.hygiene.match_types import match_types
from xrm_lake.hygiene.matches_across import list_matches_across
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.store.links import link_records, unlink
from xrm_lake.store.model import add_link_type, add_type
from xrm_lake.store.records import delete_record, set_record
from xrm_lake.store.ties import TIES
from xrm_lake.store.undo import undo


def pairs_of(frame):
    return set(frame.select("left_id", "right_id").iter_rows())


def waiting(lake):
    return pairs_of(list_matches_across(lake, "candidate", "person", at_least=0.9))


@pytest.fixture
def both(lake):
    """Pairs of candidates and the persons that they are; matched."""
    pairs = add_both(lake)
    match_types(lake, "candidate", "person")
    return pairs


def test_who_is_both_is_found_and_only_records_of_two_types_are_compared(lake):
    both = add_both(lake)

    found = match_types(lake, "candidate", "person", at_least=0.9).pairs

    assert pairs_of(found) == set(both)
    assert set(found["left_type"]) == {"candidate"}
    assert set(found["right_type"]) == {"person"}
    assert found["left"][0] == found["right"][0] == someone((found["right_id"][0] - both[0][1]) // 2)["full_name"]


def test_the_order_of_the_two_types_makes_no_difference(lake):
    add_both(lake)

    one, other = match_types(lake, "candidate", "person"), match_types(lake, "person", "candidate")

    assert one.pairs.equals(other.pairs)
    assert lake.query("select count(distinct run_id) from cross_match").value() == 1


def test_it_says_which_fields_it_compared(lake):
    add_both(lake)

    found = match_types(lake, "candidate", "person")

    assert set(found.fields.iter_rows()) == {
        ("name", "full_name", "person_full_name"), ("mail", "email", "email"), ("mobile_number", "mobile", "phone"),
    }  # fmt: skip
    told = json.loads(found.pairs["evidence"][0])
    assert {(piece["left_field"], piece["right_field"]) for piece in told} == {
        row[:2] for row in found.fields.iter_rows()
    }


def test_whole_names_meet_names_in_parts(lake):
    parts = EntityType(
        "press", "Journalist", "Journalists",
        fields=(Field("first", "First", "given_name"), Field("last", "Last", "family_name"), Field("mail", "Mail", "email")),
    )  # fmt: skip
    add_type(lake, parts)
    add_type(lake, CANDIDATE)
    add_many(lake, "candidate", [candidate(place) for place in range(40)])
    people = [someone(place) for place in range(20, 60)]
    add_many(
        lake,
        "press",
        [{"first": one["given_name"], "last": one["family_name"], "mail": one["email"]} for one in people],
    )

    found = match_types(lake, "press", "candidate")

    assert [row[:2] for row in found.fields.iter_rows() if row[0] == "name"] == [("name", "first"), ("name", "last")]
    assert found.pairs.filter(found.pairs["score"] > 0.9).height == 20


def test_nothing_is_merged_and_no_record_or_match_of_a_type_changes(lake):
    add_both(lake)
    before = derived_state(lake)

    match_types(lake, "candidate", "person")

    assert derived_state(lake) == before
    assert list_matches(lake, "person").is_empty()
    assert lake.query("select count(*) from verdict").value() == 0


@pytest.mark.parametrize("answer", ["same_thing", "two_roles", "different", "unsure"])
def test_what_was_answered_is_not_asked_again_until_the_answer_is_undone(lake, both, answer):
    decision = judge(lake, [both[0]], answer)
    answered = waiting(lake)
    match_types(lake, "candidate", "person")
    again = waiting(lake)
    undo(lake, decision)

    assert answered == again == set(both[1:])
    assert waiting(lake) == set(both)


def test_a_difference_is_asked_again_once_a_value_that_counted_has_changed(lake, both):
    judge(lake, both[:2], "different")

    set_record(lake, both[0][0], {"wish": 1.5})
    unmoved = waiting(lake)
    set_record(lake, both[0][0], {"mobile_number": "+49228777"})

    assert unmoved == set(both[2:])
    assert waiting(lake) == {both[0], *both[2:]}


def test_an_answer_on_a_cluster_is_an_answer_on_all_its_members(lake, both):
    candidate_id, person = both[0]
    (twin,) = add_many(lake, "person", [someone(0)])
    match_types(lake, "candidate", "person")
    merge(lake, [person, twin])
    asked = waiting(lake)

    judge(lake, [(candidate_id, twin)], "different")

    assert asked == {(candidate_id, person + 1), *both[1:]}
    assert waiting(lake) == set(both[1:])


def test_a_tie_made_by_hand_is_an_answer_and_ending_it_asks_again(lake, both):
    add_link_type(lake, TIES["same_thing"])

    link = link_records(lake, both[0][1], "same_as", both[0][0])
    tied = waiting(lake)
    unlink(lake, link)

    assert tied == set(both[1:])
    assert waiting(lake) == set(both)


def test_deleted_records_are_not_asked_about(lake, both):
    delete_record(lake, both[0][0])

    assert waiting(lake) == set(both[1:])


def test_one_party_may_be_proposed_for_several_records_of_the_other_type(lake, both):
    (second,) = add_many(lake, "candidate", [candidate(0)])

    match_types(lake, "candidate", "person")

    assert {(both[0]), (second, both[0][1])} <= waiting(lake)


def test_types_without_records_have_no_pairs(lake):
    add_type(lake, CANDIDATE)
    nobody = match_types(lake, "candidate", "person")
    add_many(lake, "person", [someone(1)])

    one_side = match_types(lake, "candidate", "person")

    assert nobody.pairs.is_empty()
    assert one_side.pairs.is_empty()
    assert nobody.doubt is not None


def test_hostile_values_match_nothing_and_break_nothing(lake):
    add_both(lake)
    odd = ["'; drop table person; --", "\x00", "𝔄𝔫𝔫", "a" * 100_000, "\u202egnp.exe", "n/a", '{"$": 1}']
    add_many(lake, "candidate", [{"name": text, "mail": text, "mobile_number": text} for text in odd])

    found = match_types(lake, "candidate", "person", at_least=0.9)

    assert found.pairs.height == 3


@pytest.mark.parametrize(
    ("names", "problem", "words"),
    [
        (("candidate", "candidate"), Misuse, "match candidate"),
        (("candidate", "nobody"), UnknownName, "nobody"),
        (("lead", "person"), Misuse, "is a role"),
        (("candidate", "note"), Misuse, "tells its records apart"),
        (("candidate", "vendor"), Misuse, "no field in common"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_the_way_out(lake, names, problem, words):
    add_type(lake, CANDIDATE)
    add_type(lake, EntityType("note", "Note", "Notes", fields=(Field("amount", "Amount", "number"),)))
    add_type(lake, EntityType("vendor", "Vendor", "Vendors", fields=(Field("firm", "Firm", "company_name"),)))

    with pytest.raises(problem, match=words):
        match_types(lake, *names)


def test_the_list_of_one_of_two_types_needs_that_one(lake, both):
    assert pairs_of(list_matches_across(lake, "person", at_least=0.9)) == set(both)
    assert list_matches_across(lake, "organisation").is_empty()
    assert list_matches_across(lake, limit=1, offset=1).height == 1
    with pytest.raises(Misuse):
        list_matches_across(lake, None, "person")
    with pytest.raises(UnknownName):
        list_matches_across(lake, "nobody")


def test_a_difference_is_asked_again_once_the_whole_name_that_gave_the_parts_has_changed(lake):
    given = Field("given", "Given", "given_name"), Field("family", "Family", "family_name")
    add_type(
        lake,
        EntityType(
            "speaker", "Speaker", "Speakers", caption=("given",), fields=(*given, Field("mail", "Mail", "email"))
        ),
    )
    add_many(
        lake,
        "speaker",
        [
            {"given": one["given_name"], "family": one["family_name"], "mail": one["email"]}
            for one in map(someone, range(40))
        ],
    )
    people = [someone(place) | {"given_name": None, "family_name": None} for place in range(20)]
    add_many(lake, "person", people)
    match_types(lake, "person", "speaker")
    left, right = list_matches_across(lake).select("left_id", "right_id").row(0)
    judge(lake, [(left, right)], "different")

    set_record(lake, left, {"city": "Nowhere"})
    elsewhere = list_matches_across(lake).select("left_id", "right_id").rows()
    set_record(lake, left, {"full_name": "Zoe Quist"})

    assert (left, right) not in elsewhere
    assert (left, right) in list_matches_across(lake).select("left_id", "right_id").rows()


def test_persons_are_not_compared_with_organisations(lake):
    with pytest.raises(Misuse, match="never one"):
        match_types(lake, "person", "organisation")
