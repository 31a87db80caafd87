"""Links: what may be joined, once, and that a link keeps its ends."""

import pytest

from xrm_lake.errors import InvalidValue, UnknownName, UnknownRecord
from xrm_lake.hygiene.judge import merge
from xrm_lake.store.links import link_records, links_of, unlink
from xrm_lake.store.read import list_records, show_record
from xrm_lake.store.records import add_record, delete_record
from xrm_lake.store.undo import undo


@pytest.fixture
def ends(lake):
    return add_record(lake, "person", {"full_name": "Ann"}), add_record(lake, "organisation", {"name": "Example"})


def last_batch(lake):
    return lake.query("select max(batch_id) from batch").value()


def test_a_link_reads_from_both_ends(lake, ends):
    person, firm = ends

    link_records(lake, person, "works_for", firm, fields={"title": "Clerk"})

    assert links_of(lake, person).select("direction", "other").rows() == [("out", "Example")]
    assert links_of(lake, firm).select("direction", "other").rows() == [("in", "Ann")]


def test_records_are_joined_in_one_way_once(lake, ends):
    first = link_records(lake, ends[0], "works_for", ends[1])

    assert link_records(lake, ends[0], "works_for", ends[1]) == first
    assert links_of(lake, ends[0]).height == 1


def test_a_link_that_was_ended_can_be_made_anew(lake, ends):
    unlink(lake, link_records(lake, ends[0], "works_for", ends[1]))

    link_records(lake, ends[0], "works_for", ends[1])

    assert links_of(lake, ends[0]).height == 1


def test_a_link_of_the_wrong_types_is_refused(lake, ends):
    with pytest.raises(InvalidValue, match="joins person to organisation"):
        link_records(lake, ends[1], "works_for", ends[0])


def test_a_link_to_what_is_not_there_is_refused(lake, ends):
    with pytest.raises(UnknownName):
        link_records(lake, ends[0], "works_for", ends[1], fields={"colour": "red"})
    delete_record(lake, ends[1])

    with pytest.raises(UnknownRecord):
        link_records(lake, ends[0], "works_for", 999)
    with pytest.raises(UnknownRecord):
        link_records(lake, ends[0], "works_for", ends[1])
    with pytest.raises(UnknownRecord):
        unlink(lake, 999)
    with pytest.raises(UnknownName):
        link_records(lake, ends[0], "works_fro", ends[1])


def test_a_role_has_one_party(lake, ends):
    lead = add_record(lake, "lead", {"full_name": "Ben", "status": "New"})

    with pytest.raises(InvalidValue, match="one role_of"):
        link_records(lake, lead, "role_of", ends[0])


def test_a_role_joins_a_party_that_is_there(lake, ends):
    lead = add_record(lake, "lead", {"party_id": ends[0], "status": "New"})

    assert show_record(lake, lead).party["id"] == ends[0]
    with pytest.raises(InvalidValue, match="role of"):
        add_record(lake, "lead", {"party_id": lead, "status": "New"})


def test_undo_never_gives_a_record_two_links_where_one_may_be(lake, ends):
    lead = add_record(lake, "lead", {"party_id": ends[0], "status": "New"})
    standing = links_of(lake, lead)["link_id"][0]
    unlink(lake, standing)
    parted = last_batch(lake)
    link_records(lake, lead, "role_of", add_record(lake, "person", {"full_name": "Ben"}))
    joined = last_batch(lake)

    kept = undo(lake, parted).kept
    one = show_record(lake, lead).party["caption"], list_records(lake, "lead").height
    undo(lake, joined)

    assert kept.rows() == [(lead, "role_of", f"another link stands since batch {joined}")]
    assert one == ("Ben", 1)
    assert show_record(lake, lead).party["caption"] == "Ann"
    assert list_records(lake, "lead").height == 1


@pytest.fixture
def pair(lake, ends):
    """Two people who are one, each linked to the same firm."""
    ids = [ends[0], add_record(lake, "person", {"full_name": "Ann B."})]
    for id in ids:
        link_records(lake, id, "works_for", ends[1])
    merge(lake, ids)
    return ids


def test_what_several_members_say_of_one_record_is_one_link(lake, ends, pair):
    assert links_of(lake, pair[0] + 1).select("type", "other_id").rows() == [("works_for", ends[1])]
    assert links_of(lake, ends[1])["other_id"].to_list() == [pair[0] + 1]


def test_ending_a_link_of_a_golden_record_ends_it_for_all_members(lake, ends, pair):
    batch = unlink(lake, links_of(lake, pair[0] + 1)["link_id"][0])
    ended = links_of(lake, pair[0] + 1).height
    undo(lake, batch)

    assert ended == 0
    assert lake.query("select count(*) from link where ended_at is null").value() == 2


def test_a_golden_record_is_joined_by_the_link_of_any_member(lake, ends, pair):
    assert link_records(lake, pair[0] + 1, "works_for", ends[1]) == links_of(lake, pair[0] + 1)["link_id"][0]


def test_a_record_is_never_linked_to_itself(lake, pair):
    for one, other in ((pair[0], pair[0]), (pair[0], pair[1]), (pair[0] + 1, pair[1])):
        with pytest.raises(InvalidValue, match="is one with"):
            link_records(lake, one, "reports_to", other)


def test_a_merged_record_has_one_link_where_one_may_be(lake, ends):
    deals = [add_record(lake, "deal", {"name": "D", "stage": "Lead"}) for _ in range(2)]
    link_records(lake, deals[1], "for_organisation", ends[1])
    merge(lake, deals)

    with pytest.raises(InvalidValue, match="one for_organisation"):
        link_records(lake, deals[0], "for_organisation", add_record(lake, "organisation", {"name": "Other"}))


def test_a_link_to_a_deleted_record_gives_way_to_a_new_one_for_good(lake, ends):
    deal = add_record(lake, "deal", {"name": "D", "stage": "Lead"})
    link_records(lake, deal, "for_organisation", ends[1])
    deleted = delete_record(lake, ends[1])
    other = add_record(lake, "organisation", {"name": "Other"})
    link_records(lake, deal, "for_organisation", other)
    joined = last_batch(lake)

    undo(lake, deleted)
    only = links_of(lake, deal)["other_id"].to_list()
    undo(lake, joined)

    assert only == [other]
    assert links_of(lake, deal)["other_id"].to_list() == [ends[1]]
