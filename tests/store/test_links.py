"""Links: what may be joined, once, and that a link keeps its ends."""

import pytest

from xrm_lake.errors import InvalidValue, UnknownName, UnknownRecord
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
