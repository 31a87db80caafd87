"""The tables of a nonprofit's Salesforce: standard and custom objects, junctions, and tables that have no place here."""

from pathlib import Path

import pytest

from tests.ingest.mapping.delivered import becomes, read
from xrm_lake.errors import ImportRefused
from xrm_lake.ingest.plan import FilePlan
from xrm_lake.ingest.recognise import plan_files
from xrm_lake.model.template import load_template

PLACED = (
    "Account", "Contact", "Opportunity", "Case", "Campaign", "CampaignMember", "OpportunityContactRole",
    "npe4__Relationship__c", "npe5__Affiliation__c", "Event", "Lead",
)  # fmt: skip
STRANGE = (
    "npe01__OppPayment__c", "npe03__Recurring_Donation__c", "npsp__Address__c", "npsp__Allocation__c",
    "npsp__Engagement_Plan_Task__c", "npsp__Engagement_Plan_Template__c", "npsp__Engagement_Plan__c",
    "npsp__General_Accounting_Unit__c", "npsp__Level__c", "npsp__Partial_Soft_Credit__c",
    "Account_rt_mapping", "Opportunity_rt_mapping", "CampaignMemberStatus",
)  # fmt: skip


@pytest.fixture(scope="module")
def npsp(shared_data: Path) -> Path:
    return shared_data / "exports" / "salesforce_npsp_trailhead"


@pytest.fixture(scope="module")
def plans(npsp: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, FilePlan]:
    deliveries = read(tmp_path_factory.mktemp("landing"), *(npsp / f"{name}.csv" for name in PLACED))
    return {plan.delivery.name.removesuffix(".csv"): plan for plan in plan_files(deliveries, load_template("crm"))}


def test_each_object_finds_its_type(plans):
    types = {name: (plan.link_type or plan.type, plan.source) for name, plan in plans.items()}

    assert types == {
        "Account": ("organisation", "salesforce"),
        "Contact": ("person", "salesforce"),
        "Opportunity": ("deal", "salesforce"),
        "Case": ("ticket", "salesforce"),
        "Campaign": ("campaign", "salesforce"),
        "CampaignMember": ("member_of", "salesforce"),
        "OpportunityContactRole": ("involves", "salesforce"),
        "npe4__Relationship__c": ("related_to", "salesforce"),
        "npe5__Affiliation__c": ("works_for", "salesforce"),
        "Event": ("activity", "salesforce"),
        "Lead": ("lead", "salesforce"),
    }


@pytest.mark.parametrize(
    ("name", "header", "expected"),
    [
        ("Contact", "account_id", "works_for organisation by id"),
        ("Contact", "npe01__HomeEmail__c", "email"),
        ("Contact", "HasOptedOutOfEmail", "email_opt_out"),
        ("Opportunity", "account_id", "for_organisation organisation by id"),
        ("Opportunity", "campaign_id", "from_campaign campaign by id"),
        ("Opportunity", "npsp__primary_contact__c", "involves person by id"),
        ("Case", "contact_id", "involves person by id"),
        ("Campaign", "parent_id", "child_of campaign by id"),
        ("Event", "WhoId", "about person|lead by id"),
        ("Event", "StartDateTime", "happened_at"),
        ("Lead", "Company", "works_for organisation by name"),
    ],
)
def test_columns_find_their_place(plans, name, header, expected):
    assert becomes(plans[name])[header] == expected


def test_the_primary_contact_of_a_deal_is_said_to_be_primary(plans):
    [link] = [column.link for column in plans["Opportunity"].columns if column.header == "npsp__primary_contact__c"]

    assert dict(link.fixed) == {"role": "Primary contact", "is_primary": "true"}


def test_a_junction_begins_and_ends_where_its_link_does(plans):
    roles, members = plans["OpportunityContactRole"], plans["CampaignMember"]

    assert [column.header for end in roles.ends for column in end] == ["opportunity_id", "contact_id"]
    assert [column.header for end in members.ends for column in end] == ["contact_id", "campaign_id"]
    assert becomes(roles)["Role"] == "link.role"
    assert becomes(plans["npe5__Affiliation__c"])["npe5__StartDate__c"] == "link.since"


def test_junctions_are_loaded_after_the_records_that_they_join(plans):
    shapes = [plan.shape for plan in plans.values()]

    assert shapes == sorted(shapes, reverse=True)
    assert list(plans).index("Account") < list(plans).index("Contact") < list(plans).index("Opportunity")


@pytest.mark.parametrize("name", STRANGE)
def test_what_has_no_place_is_refused_and_never_guessed(npsp, tmp_path, name):
    with pytest.raises(ImportRefused, match=name):
        plan_files(read(tmp_path, npsp / f"{name}.csv"), load_template("crm"))


def test_all_that_have_no_place_are_named_at_once(npsp, tmp_path):
    deliveries = read(
        tmp_path, *(npsp / f"{name}.csv" for name in ("Account", "npsp__Level__c", "npsp__Allocation__c"))
    )

    with pytest.raises(
        ImportRefused, match=r"2 of 3 files(?s:.*)npsp__Level__c(?s:.*)npsp__Allocation__c(?s:.*)--type"
    ):
        plan_files(deliveries, load_template("crm"))


def test_without_a_preset_headers_and_content_lead_to_the_same_types(npsp, tmp_path):
    names = [name for name in PLACED if not name.startswith("np")]

    found = plan_files(read(tmp_path, *(npsp / f"{name}.csv" for name in names)), load_template("crm"), preset="none")

    assert {plan.delivery.name.removesuffix(".csv"): plan.link_type or plan.type for plan in found} == {
        "Account": "organisation", "Contact": "person", "Opportunity": "deal", "Case": "ticket", "Campaign": "campaign",
        "CampaignMember": "member_of", "OpportunityContactRole": "involves", "Event": "activity", "Lead": "lead",
    }  # fmt: skip
    contact = next(becomes(plan) for plan in found if plan.type == "person" and plan.shape == "records")
    assert contact["account_id"] == "works_for organisation by id"
    assert contact["npe01__HomeEmail__c"] == "email"
