"""Real exports and graphs, each folder by one command: the records and links are those that the files themselves tell."""

import json
from pathlib import Path

import polars as pl
import pytest

from xrm_lake.ingest.load import import_files
from xrm_lake.ingest.pending import list_pending
from xrm_lake.model.results import ImportResult


class Export:
    """The files of a folder, and what they tell of one another."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, name: str) -> pl.DataFrame:
        return pl.read_csv(self.folder / f"{name}.csv", infer_schema=False)

    def rows(self, name: str) -> int:
        return self.read(name).height

    def named(self, name: str, column: str, other: str, key: str = "sf_id") -> int:
        """How many rows name a row of another file."""
        return int(self.read(name)[column].is_in(self.read(other)[key].implode()).sum())


def taken_in(lake, folder: Path) -> ImportResult:
    """The folder imported; every row of it accounted for, every waiting link explained."""
    result = import_files(lake, [folder])
    assert all(item.accounted for item in result.files)
    assert result.total("pending") == result.total("absent") == list_pending(lake).height
    return result


def records(lake) -> dict[str, int]:
    return dict(lake.query("select type, count(*) from entity where deleted_at is null group by type").rows())


def links(lake) -> dict[str, int]:
    return dict(lake.query("select type, count(*) from link where ended_at is null group by type").rows())


@pytest.fixture
def exports(shared_data):
    return shared_data / "exports"


def test_a_parliament(lake, exports):
    files = Export(exports / "congress")

    result = taken_in(lake, files.folder)

    assert records(lake) == {
        "person": files.rows("people"), "committee": files.rows("committees"), "office": files.rows("offices"),
        "term": files.rows("terms"),
    }  # fmt: skip
    assert links(lake) == {
        "committee_parent": files.named("committees", "parent", "committees", "thomas_id"),
        "office_person": files.named("offices", "bioguide", "people", "bioguide"),
        "term_person": files.named("terms", "bioguide", "people", "bioguide"),
        "membership": files.rows("memberships"),
    }
    assert lake.query("select count(twitter) from person").value() == files.read("social")["twitter"].count()
    assert (result.total("pending"), result.total("rejected")) == (0, 0)


def test_a_shop(lake, exports):
    files = Export(exports / "ms_powerapps")

    taken_in(lake, files.folder)

    made = links(lake)
    [to_customer], [to_product] = (
        [count for name, count in made.items() if what in name] for what in ("customer", "product")
    )
    assert to_customer == files.named("order", "customer_id", "customer", "customer_id")
    assert to_product == files.named("order", "product_id", "product", "product_id")
    assert sorted(records(lake).values())[-3:] == sorted(files.rows(name) for name in ("customer", "order", "product"))


def test_a_sales_team(lake, exports):
    files = Export(exports / "sample_sales_crm")

    result = taken_in(lake, files.folder)

    found, made = records(lake), links(lake)
    assert (found["person"], found["activity"], found["deal"], found["product"], found["sales"]) == tuple(
        files.rows(name) for name in ("Contacts", "Activity", "Opportunity", "Products", "Sales")
    )
    assert made["about"] == files.named("Activity", "LeadID", "Leads", "LeadID") + files.named(
        "Opportunity", "ActivityID", "Activity", "ActivityID"
    )
    assert made["sales_line"] == files.rows("SalesLines")
    assert made["deal_sales"] == files.named("Opportunity", "SalesID", "Sales", "SalesID")
    assert made["sales_person"] == files.named("Sales", "ContactID", "Contacts", "ContactID")
    assert result.total("pending") == 0


def test_recurring_gifts(lake, exports):
    files = Export(exports / "salesforce_npsp_recurring")
    gifts = "npe03__Recurring_Donation__c"

    taken_in(lake, files.folder)

    assert records(lake) == {
        "organisation": files.rows("Account"), "person": files.rows("Contact"), "recurring_donation": files.rows(gifts),
        "account_rt_mapping": files.rows("Account_rt_mapping"),
    }  # fmt: skip
    made = links(lake)
    assert made["works_for"] == files.named("Contact", "account_id", "Account")
    assert made["recurring_donation_person"] == files.named(gifts, "npe03__contact__c", "Contact")


def test_a_nonprofit_with_all_its_objects(lake, exports):
    files = Export(exports / "salesforce_npsp_trailhead")
    new = {
        "address": "npsp__Address__c", "allocation": "npsp__Allocation__c", "level": "npsp__Level__c",
        "opp_payment": "npe01__OppPayment__c", "recurring_donation": "npe03__Recurring_Donation__c",
        "engagement_plan_task": "npsp__Engagement_Plan_Task__c", "engagement_plan_template": "npsp__Engagement_Plan_Template__c",
        "general_accounting_unit": "npsp__General_Accounting_Unit__c", "campaign_member_status": "CampaignMemberStatus",
    }  # fmt: skip

    result = taken_in(lake, files.folder)

    assert {name: count for name, count in records(lake).items() if name in new} == {
        name: files.rows(table) for name, table in new.items()
    }
    made = links(lake)
    allocation, payment = new["allocation"], new["opp_payment"]
    assert made["allocation_deal"] == files.named(allocation, "npsp__opportunity__c", "Opportunity")
    assert made["allocation_campaign"] == files.named(allocation, "npsp__campaign__c", "Campaign")
    assert made["opp_payment_deal"] == files.named(payment, "npe01__opportunity__c", "Opportunity")
    assert made["person_current_address"] == files.named("Contact", "npsp__current_address__c", new["address"])
    assert made["deal_recurring_donation"] == files.named(
        "Opportunity", "npe03__recurring_donation__c", new["recurring_donation"]
    )
    assert made["partial_soft_credit"] == files.rows("npsp__Partial_Soft_Credit__c")
    assert {(item.file, item.absent) for item in result.files if item.pending} == {("Lead.csv", 3)}


def test_graphs(lake, shared_data):
    files = Export(shared_data / "graph")

    result = taken_in(lake, files.folder)

    assert (records(lake)["donation"], records(lake)["expert"]) == (files.rows("donations"), files.rows("experts"))
    owners = files.read("opensanctions_fixtures/testdataset3")
    named = owners["owner_id"].is_in(owners["id"].implode()).sum()
    assert [count for name, count in links(lake).items() if name.endswith("_owner")] == [named]
    assert {each.file for each in result.left_out} >= {"README.md", "donations.yml"}


def names(folder: Path, file: str, key: str, value: str) -> dict[str, str]:
    """What the records of an SFDX tree say in one field, by another."""
    found = json.loads((folder / file).read_text(encoding="utf-8"))["records"]
    return {record[key]: record[value] for record in found}


def test_houses_and_their_brokers(lake, exports):
    folder = exports / "salesforce_sfdx_dreamhouse"
    brokers = json.loads((folder / "brokers-data.json").read_text(encoding="utf-8"))["records"]
    called = {"@" + record["attributes"]["referenceId"]: record["Name"] for record in brokers}

    result = taken_in(lake, folder)

    sold_by = dict(
        lake.query(
            "select p.name, b.full_name from link l join property p on p.id = l.from_id join person b on b.id = l.to_id"
            " where l.type = 'property_person'"
        ).rows()
    )
    assert sold_by == {
        house: called[broker] for house, broker in names(folder, "properties-data.json", "Name", "Broker__c").items()
    }
    assert (records(lake)["person"], result.total("pending")) == (13, 0)


def test_bicycles_and_their_families(lake, exports):
    folder = exports / "salesforce_sfdx_ebikes"
    families = json.loads((folder / "Product_Family__cs.json").read_text(encoding="utf-8"))["records"]
    called = {"@" + record["attributes"]["referenceId"]: record["Name"] for record in families}

    taken_in(lake, folder)

    belongs = dict(
        lake.query(
            "select p.name, f.name from link l join product p on p.id = l.from_id join product_family f on f.id = l.to_id"
        ).rows()
    )
    assert belongs == {
        bike: called[family] for bike, family in names(folder, "Product__cs.json", "Name", "Product_Family__c").items()
    }


def test_contacts_whose_companies_are_in_no_file(lake, exports):
    files = Export(exports / "atomic_crm")

    result = taken_in(lake, files.folder)

    [contacts] = [item for item in result.files if item.file == "contacts.csv"]
    assert (contacts.new, contacts.rejected) == (files.rows("contacts"), 0)
    assert (
        contacts.absent
        == files.read("contacts").select(pl.col("company_id", "sales_id").count()).sum_horizontal().item()
    )


def test_payments_of_donors_to_parties(lake, shared_data):
    """A graph in one file: entities of five sorts that name each other by id."""
    lines = (shared_data / "graph" / "donations.ijson").read_text(encoding="utf-8").splitlines()
    entities = [json.loads(line) for line in lines]
    sorts = pl.Series([entity["schema"] for entity in entities])

    def named(schema: str | None, field: str) -> int:
        return sum(len(each["properties"].get(field, ())) for each in entities if schema in (None, each["schema"]))

    result = import_files(lake, [shared_data / "graph" / "donations.ijson"], propose=True)

    assert records(lake) == {
        "payment": (sorts == "Payment").sum(), "address": (sorts == "Address").sum(), "person": (sorts == "Person").sum(),
        "organisation": sorts.is_in(["Company", "Organization"]).sum(),
    }  # fmt: skip
    made = links(lake)
    assert (made["payment_payer"], made["payment_beneficiary"]) == (
        named("Payment", "payer"),
        named("Payment", "beneficiary"),
    )
    assert made["person_address_entity"] + made["organisation_address_entity"] == named(None, "addressEntity")
    assert (sum(item.counted for item in result.files), result.total("pending")) == (len(entities), 0)
