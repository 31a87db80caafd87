"""Salesforce-like exports with API names: accounts, contacts, leads, users and products, by 18-character ids."""

import numpy as np

from xrm_lake.demo.generate.chance import Chance, Ints, Texts, texts
from xrm_lake.demo.generate.exports.desk import Desk, Form, based_in, country, flag, some_filled, tell_national
from xrm_lake.demo.generate.exports.ids import linked, salesforce_ids
from xrm_lake.demo.generate.faults.broken import break_rows
from xrm_lake.demo.generate.faults.draft import Draft
from xrm_lake.demo.generate.faults.spoil import Spoil, spoil
from xrm_lake.demo.generate.faults.vary import person_entries, vary_people
from xrm_lake.demo.generate.life.crm import Crm
from xrm_lake.demo.generate.life.drifts import OTHER
from xrm_lake.demo.generate.stamps import DAY, as_day, as_iso
from xrm_lake.demo.generate.truth import STALE_AFTER_DAYS
from xrm_lake.demo.generate.words import firm
from xrm_lake.demo.generate.world.writing import phone_text

SYSTEM = "salesforce"
NAMED = {"given": "FirstName", "family": "LastName", "email": "Email", "phone": "Phone"}
ACCOUNT_SPOILS = (
    Spoil("missing_required", "Name", 0.004),
    Spoil("missing_expected", "Industry", 0.15),
    Spoil("missing_expected", "BillingCity", 0.04),
    Spoil("missing_expected", "BillingCountry", 0.06),
    Spoil("bad_phone", "Phone", 0.012),
    Spoil("bad_postcode", "BillingPostalCode", 0.012),
    Spoil("bad_country", "BillingCountry", 0.012),
    Spoil("placeholder", "BillingCity", 0.01),
    Spoil("placeholder_other", "Industry", 0.08),
    Spoil("hostile_emoji", "Name", 0.001),
    Spoil("hostile_sql", "Name", 0.001),
)
CONTACT_SPOILS = (
    Spoil("missing_expected", "Email", 0.07),
    Spoil("missing_expected", "Phone", 0.10),
    Spoil("missing_expected", "Title", 0.09),
    Spoil("missing_expected", "MailingCountry", 0.05),
    Spoil("bad_email", "Email", 0.02),
    Spoil("bad_phone", "Phone", 0.02),
    Spoil("bad_postcode", "MailingPostalCode", 0.012),
    Spoil("bad_country", "MailingCountry", 0.01),
    Spoil("placeholder", "Title", 0.02),
    Spoil("placeholder", "MailingCity", 0.008),
    Spoil("hostile_html", "Description", 0.0006),
    Spoil("hostile_rtl", "LastName", 0.0004),
    Spoil("hostile_formula", "FirstName", 0.0004),
)
LEAD_SPOILS = (
    Spoil("missing_required", "Company", 0.02),
    Spoil("missing_expected", "Email", 0.08),
    Spoil("missing_expected", "Phone", 0.2),
    Spoil("bad_email", "Email", 0.03),
    Spoil("bad_phone", "Phone", 0.03),
    Spoil("placeholder", "Company", 0.03),
    Spoil("placeholder", "Title", 0.03),
)


def form(name: str) -> Form:
    """Where the data export puts an object."""
    return Form(f"salesforce/{name}.csv", SYSTEM)


def account_ids(crm: Crm) -> Texts:
    """The id of each account row."""
    return salesforce_ids("001", crm.company_entered.size)


def contact_ids(crm: Crm) -> Texts:
    """The id of each contact row."""
    return salesforce_ids("003", crm.contact_entered.size)


def user_ids(desk: Desk) -> Texts:
    """The id of each user of the firm, also of those of the other system."""
    return salesforce_ids("005", desk.scene.staff.email.size)


def write_accounts(desk: Desk, crm: Crm) -> None:
    """Draft the accounts."""
    chance, scene, entry = desk.scene.chance.stream("salesforce accounts"), desk.scene, crm.companies
    text, n = entry.text, entry.who.size
    website = np.where(text["domain"] == "", "", "https://www." + text["domain"])
    seen = crm.activities.last_seen(crm.activities.company, n)
    cells = {
        "Id": account_ids(crm),
        "IsDeleted": texts(["false"] * n),
        "Name": text["name"],
        "Type": chance.choose(("Prospect", "Customer - Direct", "Customer - Channel", "Technology Partner"), n),
        "BillingStreet": text["street"],
        "BillingCity": text["city"],
        "BillingPostalCode": text["postcode"],
        "BillingCountry": country(chance, entry.culture, usual=0.9),
        "Phone": phone_text(chance, text["phone"], entry.culture),
        "Website": website,
        "Industry": text["industry"],
        "AnnualRevenue": texts([str(x) for x in scene.firms.revenue[entry.who].tolist()]),
        "NumberOfEmployees": texts([str(x) for x in scene.firms.employees[entry.who].tolist()]),
        "OwnerId": user_ids(desk)[crm.company_owner],
        "CreatedDate": as_iso(crm.company_entered),
        "LastModifiedDate": as_iso(np.maximum(seen, crm.company_entered)),
        "SystemModstamp": as_iso(np.maximum(seen, crm.company_entered)),
        "LastActivityDate": as_day(seen),
    }
    draft = desk.draft(form("Account"), "organisation", "Id", cells)
    desk.tell_firms(draft, entry, scene.roll.casts["sf accounts"], {"name": "Name", "domain": "Website"})
    draft.note("stale_organisation", "", np.flatnonzero(crm.stale("organisation", scene.calendar)))
    tell_national(draft, "Phone")
    spoil(chance, draft, ACCOUNT_SPOILS)


def write_contacts(desk: Desk, crm: Crm) -> None:
    """Draft the contacts, linked to accounts by id."""
    chance, scene, entry = desk.scene.chance.stream("salesforce contacts"), desk.scene, crm.contacts
    text, n, at_work = entry.text, entry.who.size, crm.contacts.firm >= 0
    seen = crm.activities.last_seen(crm.activities.contact, n)
    based = based_in(scene, entry)
    cells = {
        "Id": contact_ids(crm),
        "IsDeleted": texts(["false"] * n),
        "AccountId": linked(account_ids(crm), crm.company_of),
        "LastName": text["family"],
        "FirstName": text["given"],
        "Salutation": some_filled(chance, chance.choose(("Mr.", "Ms.", "Dr."), n), 0.3),
        "MailingStreet": np.where(at_work, scene.firms.street[entry.firm], text["street"]),
        "MailingCity": np.where(at_work, scene.firms.city[entry.firm], text["city"]),
        "MailingPostalCode": np.where(at_work, scene.firms.postcode[entry.firm], text["postcode"]),
        "MailingCountry": country(chance, based, usual=0.9),
        "Phone": phone_text(chance, text["phone"], based),
        "MobilePhone": some_filled(chance, phone_text(chance, text["mobile"], entry.culture), 0.5),
        "Email": text["email"],
        "Title": np.where(at_work, text["title"], "Private customer"),
        "Department": some_filled(chance, text["department"], 0.6),
        "LeadSource": chance.choose(firm().lists["lead_sources"], n),
        "Description": some_filled(chance, "Knows " + chance.choose(list(firm().products), n), 0.25),
        "OwnerId": user_ids(desk)[crm.owner_of],
        "HasOptedOutOfEmail": flag(chance.chance(n, 0.06)),
        "DoNotCall": flag(chance.chance(n, 0.03)),
        "CreatedDate": as_iso(crm.contact_entered),
        "LastModifiedDate": as_iso(np.maximum(seen, crm.contact_entered)),
        "SystemModstamp": as_iso(np.maximum(seen, crm.contact_entered)),
        "LastActivityDate": as_day(seen),
    }
    draft = desk.draft(form("Contact"), "person", "Id", cells)
    desk.tell_persons(draft, entry, scene.roll.casts["sf contacts"], NAMED)
    for field in ("HasOptedOutOfEmail", "DoNotCall"):
        draft.note("opt_out", field, np.flatnonzero(cells[field] == "true"))
    draft.note("stale_person", "", np.flatnonzero(crm.stale("person", scene.calendar)))
    creep(desk, draft, crm.contact_entered)
    _spoil_contacts(chance, draft)


def _spoil_contacts(chance: Chance, draft: Draft) -> None:
    _unlink(chance, draft)
    tell_national(draft, "Phone", "MobilePhone")
    spoil(chance, draft, CONTACT_SPOILS)
    break_rows(chance, draft)


def _unlink(chance: Chance, draft: Draft) -> None:
    draft.note("contact_without_firm", "AccountId", np.flatnonzero(draft.cells["AccountId"] == ""))
    alone = draft.pick(chance, "AccountId", 0.035)
    draft.empty("contact_without_firm", ("AccountId",), alone)
    rows = draft.pick(chance, "AccountId", 0.004)
    draft.plant("dangling_company", "AccountId", rows, salesforce_ids("001", rows.size, start=900_000))


def creep(desk: Desk, draft: Draft, entered: Ints) -> None:
    """Let 'Other' creep into the lead source of what is entered, week by week."""
    chance = desk.scene.chance.stream(f"other {draft.file}")
    share = OTHER.level(desk.scene.calendar.week(entered))
    rows = np.flatnonzero(chance.chance(entered.size, share))
    draft.plant("placeholder_other", "LeadSource", rows, texts(["Other"] * rows.size))


def write_leads(desk: Desk) -> None:
    """Draft the leads: persons whose firm is named only in text."""
    chance, scene = desk.scene.chance.stream("salesforce leads"), desk.scene
    cast, entered = scene.roll.casts["sf leads"], scene.roll.entered["sf leads"]
    entry = person_entries(scene.people, cast.who)
    entry = vary_people(chance, entry, cast.repeat | cast.known, np.arange(scene.roll.firms), scene.firms)
    text, n, at_work = entry.text, entry.who.size, entry.firm >= 0
    based = based_in(scene, entry)
    owners = np.flatnonzero(scene.staff.system == SYSTEM)
    seen = np.minimum(entered + (chance.skewed(n, 1.2) * 40).astype(np.int64) * DAY, scene.calendar.now - DAY)
    cells = {
        "Id": salesforce_ids("00Q", n),
        "IsDeleted": texts(["false"] * n),
        "LastName": text["family"],
        "FirstName": text["given"],
        "Title": text["title"],
        "Company": np.where(at_work, scene.firms.name[entry.firm], ""),
        "City": np.where(at_work, scene.firms.city[entry.firm], text["city"]),
        "Country": country(chance, based, usual=0.9),
        "Phone": phone_text(chance, text["phone"], based),
        "Email": text["email"],
        "LeadSource": chance.choose(firm().lists["lead_sources"], n),
        "Status": chance.choose(("Open - Not Contacted", "Working - Contacted", "Closed - Not Converted"), n),
        "Rating": chance.choose(("Hot", "Warm", "Cold"), n),
        "OwnerId": user_ids(desk)[owners[chance.whole(0, owners.size, n)]],
        "IsConverted": texts(["false"] * n),
        "CreatedDate": as_iso(entered),
        "LastModifiedDate": as_iso(seen),
        "LastActivityDate": as_day(seen),
    }
    draft = desk.draft(form("Lead"), "lead", "Id", cells)
    desk.tell_persons(draft, entry, cast, NAMED)
    limit = scene.calendar.now - STALE_AFTER_DAYS["lead"] * DAY
    draft.note("stale_lead", "", np.flatnonzero(np.maximum(seen, entered) < limit))
    draft.note("missing_required", "Company", np.flatnonzero(~at_work))
    creep(desk, draft, entered)
    tell_national(draft, "Phone")
    spoil(chance, draft, LEAD_SPOILS)


def write_users(desk: Desk) -> None:
    """Draft the users of the system."""
    staff = desk.scene.staff
    rows = np.flatnonzero(staff.system == SYSTEM)
    cells = {
        "Id": user_ids(desk)[rows],
        "Username": staff.email[rows],
        "FirstName": staff.given[rows],
        "LastName": staff.family[rows],
        "Email": staff.email[rows],
        "Department": staff.team[rows],
        "Title": texts(["Account Executive"] * rows.size),
        "IsActive": texts(["true"] * rows.size),
    }
    desk.draft(form("User"), "user", "Id", cells)


def write_products(desk: Desk) -> None:
    """Draft the products."""
    products, n = firm().products, len(firm().products)
    cells = {
        "Id": salesforce_ids("01t", n),
        "Name": texts(list(products)),
        "ProductCode": texts([f"GH-{number:03d}" for number in range(1, n + 1)]),
        "Family": texts([name.split()[0] for name in products]),
        "IsActive": texts(["true"] * n),
        "IsDeleted": texts(["false"] * n),
    }
    desk.draft(form("Product2"), "product", "Id", cells)
