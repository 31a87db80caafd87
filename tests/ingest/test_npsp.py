"""A Salesforce organisation, end to end: eleven files that name each other by id."""

import pytest

from xrm_lake.ingest.load import import_files
from xrm_lake.ingest.pending import list_pending
from xrm_lake.store.read import show_record
from xrm_lake.store.undo import undo

from .files import same_state, state

FILES = (
    "Account", "Contact", "Opportunity", "Case", "Campaign", "OpportunityContactRole", "npe4__Relationship__c",
    "npe5__Affiliation__c", "CampaignMember", "Lead", "Event",
)  # fmt: skip


@pytest.fixture
def npsp(lake, shared_data):
    folder = shared_data / "exports" / "salesforce_npsp_trailhead"
    return lambda: import_files(lake, [folder / f"{name}.csv" for name in FILES], source="npsp")


def test_all_records_are_in_and_all_ids_are_resolved(lake, npsp):
    result = npsp()

    assert all(item.accounted for item in result.files)
    assert result.total("rejected") == 0
    assert dict(lake.query("select type, count(*) from entity group by type").rows()) == {
        "organisation": 115, "person": 169, "deal": 102, "ticket": 1, "campaign": 17, "lead": 3, "activity": 6,
    }  # fmt: skip
    assert list_pending(lake).filter(match_by="id").is_empty()
    made = dict(lake.query("select type, count(*) from link where ended_at is null group by type").rows())
    assert (made["member_of"], made["works_for"], made["role_of"]) == (228, 166 + 85, 3)


def test_a_deal_shows_its_people_with_their_roles(lake, npsp):
    npsp()
    id = lake.query("select id from entity where source_key = '0066g00000mEBiDAAW'").value()

    people = show_record(lake, id).links.filter(type="involves")

    roles = [fields for fields in people["fields"] if fields and "Donor" in fields]
    assert people["other_type"].unique().to_list() == ["person"]
    assert len(roles) == 1
    assert any(fields and "Solicitor" in fields for fields in people["fields"])


def test_again_nothing_is_new_and_undone_nothing_is_left(lake, npsp):
    before = state(lake)
    first = npsp()
    standing = state(lake)

    again = npsp()

    assert (again.total("new"), again.total("changed"), again.total("links"), again.total("pending")) == (0, 0, 0, 0)
    same_state(standing, state(lake), moments=True)
    for item in reversed(first.files):
        undo(lake, item.batch_id)
    same_state(before, state(lake))
