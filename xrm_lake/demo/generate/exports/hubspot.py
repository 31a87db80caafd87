"""HubSpot-like exports: companies and contacts, users and products."""

import numpy as np

from xrm_lake.demo.generate.chance import Mask, Texts, texts
from xrm_lake.demo.generate.exports.desk import Desk, Form, based_in, country, flag, some_filled, tell_national
from xrm_lake.demo.generate.exports.ids import linked, numbers
from xrm_lake.demo.generate.faults.broken import break_rows
from xrm_lake.demo.generate.faults.draft import Draft
from xrm_lake.demo.generate.faults.spoil import Spoil, spoil
from xrm_lake.demo.generate.life.crm import Crm
from xrm_lake.demo.generate.stamps import as_minute
from xrm_lake.demo.generate.words import firm
from xrm_lake.demo.generate.world.writing import phone_text

SYSTEM = "hubspot"
STAGES = ("Lead", "Marketing Qualified Lead", "Opportunity", "Customer")
COMPANY_SPOILS = (
    Spoil("missing_required", "Company name", 0.004),
    Spoil("missing_expected", "Industry", 0.12),
    Spoil("missing_expected", "City", 0.03),
    Spoil("missing_expected", "Country/Region", 0.05),
    Spoil("bad_phone", "Phone Number", 0.01),
    Spoil("bad_country", "Country/Region", 0.01),
    Spoil("placeholder_other", "Industry", 0.06),
    Spoil("placeholder", "City", 0.01),
    Spoil("hostile_html", "Company name", 0.001),
    Spoil("hostile_formula", "Company name", 0.001),
    Spoil("hostile_rtl", "Company name", 0.001),
    Spoil("hostile_newline", "Description", 0.002),
)
CONTACT_SPOILS = (
    Spoil("missing_required", "Last Name", 0.005),
    Spoil("missing_expected", "Email", 0.05),
    Spoil("missing_expected", "Phone Number", 0.08),
    Spoil("missing_expected", "Job Title", 0.07),
    Spoil("missing_expected", "Country/Region", 0.04),
    Spoil("bad_email", "Email", 0.015),
    Spoil("bad_phone", "Phone Number", 0.015),
    Spoil("bad_postcode", "Postal Code", 0.01),
    Spoil("bad_country", "Country/Region", 0.008),
    Spoil("placeholder", "Job Title", 0.015),
    Spoil("placeholder", "Phone Number", 0.008),
    Spoil("placeholder_other", "Lead source", 0.04),
    Spoil("hostile_formula", "Job Title", 0.0006),
    Spoil("hostile_html", "First Name", 0.0004),
    Spoil("hostile_emoji", "Job Title", 0.0008),
    Spoil("hostile_rtl", "Last Name", 0.0004),
    Spoil("hostile_sql", "Last Name", 0.0003),
    Spoil("hostile_newline", "Message", 0.001),
    Spoil("hostile_long", "Message", 0.0003),
)


def form(desk: Desk, what: str) -> Form:
    """Where HubSpot would put the export of a view, by its date."""
    return Form(f"hubspot/hubspot-crm-exports-{what}-{desk.scene.calendar.today}.csv", SYSTEM)


def company_ids(crm: Crm) -> Texts:
    """The record id of each company row."""
    return numbers(7_204_110_031, crm.company_entered.size)


def contact_ids(crm: Crm) -> Texts:
    """The record id of each contact row."""
    return numbers(51_300_402, crm.contact_entered.size)


def write_companies(desk: Desk, crm: Crm) -> None:
    """Draft the companies."""
    chance, scene = desk.scene.chance.stream("hubspot companies"), desk.scene
    text, culture, n = crm.companies.text, crm.companies.culture, crm.companies.who.size
    cells = {
        "Record ID": company_ids(crm),
        "Company name": text["name"],
        "Company Domain Name": text["domain"],
        "Company owner": scene.staff.name[crm.company_owner],
        "Industry": text["industry"],
        "Type": chance.often_first(("Prospect", "Customer", "Partner", "Vendor"), n, first=0.5),
        "Phone Number": phone_text(chance, text["phone"], culture),
        "Street Address": text["street"],
        "City": text["city"],
        "Postal Code": text["postcode"],
        "Country/Region": country(chance, culture, usual=0.85),
        "Number of Employees": texts([str(x) for x in scene.firms.employees[crm.companies.who].tolist()]),
        "Annual Revenue": texts([str(x) for x in scene.firms.revenue[crm.companies.who].tolist()]),
        "Lifecycle Stage": chance.choose(STAGES, n),
        "Description": some_filled(chance, "Met through " + chance.choose(firm().lists["lead_sources"], n), 0.4),
        "Create Date": as_minute(crm.company_entered),
        "Last Activity Date": as_minute(crm.activities.last_seen(crm.activities.company, n)),
    }
    draft = desk.draft(form(desk, "all-companies"), "organisation", "Record ID", cells)
    columns = {"name": "Company name", "domain": "Company Domain Name"}
    desk.tell_firms(draft, crm.companies, scene.roll.casts["hub companies"], columns)
    draft.note("stale_organisation", "", np.flatnonzero(crm.stale("organisation", scene.calendar)))
    tell_national(draft, "Phone Number")
    spoil(chance, draft, COMPANY_SPOILS)


def write_contacts(desk: Desk, crm: Crm) -> None:
    """Draft the contacts, linked to companies by record id."""
    chance, scene, entry = desk.scene.chance.stream("hubspot contacts"), desk.scene, crm.contacts
    text, n = entry.text, entry.who.size
    worked, based = entry.firm >= 0, based_in(scene, entry)
    opted_out = chance.chance(n, 0.05)
    seen = crm.activities.last_seen(crm.activities.contact, n)
    cells = {
        "Record ID": contact_ids(crm),
        "First Name": text["given"],
        "Last Name": text["family"],
        "Email": text["email"],
        "Phone Number": phone_text(chance, text["phone"], based),
        "Mobile Phone Number": some_filled(chance, phone_text(chance, text["mobile"], entry.culture), 0.45),
        "Job Title": np.where(worked, text["title"], chance.choose(("Private customer", "Hobby grower"), n)),
        "Company Name": np.where(worked, scene.firms.name[entry.firm], ""),
        "Associated Company IDs": linked(company_ids(crm), crm.company_of),
        "Contact owner": scene.staff.name[crm.owner_of],
        "Lifecycle Stage": chance.choose(STAGES, n),
        "Lead source": chance.choose(firm().lists["lead_sources"], n),
        "Street Address": np.where(worked, scene.firms.street[entry.firm], text["street"]),
        "City": np.where(worked, scene.firms.city[entry.firm], text["city"]),
        "Postal Code": np.where(worked, scene.firms.postcode[entry.firm], text["postcode"]),
        "Country/Region": country(chance, based, usual=0.85),
        "Unsubscribed": flag(opted_out),
        "Message": some_filled(chance, "Asked about " + chance.choose(list(firm().products), n), 0.3),
        "Create Date": as_minute(crm.contact_entered),
        "Last Activity Date": as_minute(seen),
        "Last Modified Date": as_minute(np.maximum(seen, crm.contact_entered)),
    }
    draft = desk.draft(form(desk, "all-contacts"), "person", "Record ID", cells)
    columns = {"given": "First Name", "family": "Last Name", "email": "Email", "phone": "Phone Number"}
    desk.tell_persons(draft, entry, scene.roll.casts["hub contacts"], columns)
    draft.note("opt_out", "Unsubscribed", np.flatnonzero(opted_out))
    draft.note("stale_person", "", np.flatnonzero(crm.stale("person", scene.calendar)))
    _unlink(desk, draft, worked)
    tell_national(draft, "Phone Number", "Mobile Phone Number")
    spoil(chance, draft, CONTACT_SPOILS)
    break_rows(chance, draft)


def _unlink(desk: Desk, draft: Draft, worked: Mask) -> None:
    """Some contacts lose their company, some point to one that is not there."""
    chance = desk.scene.chance.stream("hubspot unlink")
    draft.note("contact_without_firm", "Associated Company IDs", np.flatnonzero(~worked))
    gone = draft.pick(chance, "Associated Company IDs", 0.03)
    draft.empty("contact_without_firm", ("Associated Company IDs", "Company Name"), gone)
    rows = draft.pick(chance, "Associated Company IDs", 0.004)
    draft.plant("dangling_company", "Associated Company IDs", rows, numbers(9_990_000_001, rows.size))


def write_users(desk: Desk) -> None:
    """Draft the users of the system."""
    staff = desk.scene.staff
    rows = np.flatnonzero(staff.system == SYSTEM)
    cells = {
        "User ID": numbers(30_010, rows.size),
        "First name": staff.given[rows],
        "Last name": staff.family[rows],
        "Email": staff.email[rows],
        "Primary team": staff.team[rows],
        "Role": texts(["Sales"] * rows.size),
        "Active": texts(["true"] * rows.size),
    }
    desk.draft(Form("hubspot/hubspot-users.csv", SYSTEM), "user", "User ID", cells)


def write_products(desk: Desk) -> None:
    """Draft the product library."""
    products = firm().products
    cells = {
        "Record ID": numbers(610_001, len(products)),
        "Name": texts(list(products)),
        "SKU": texts([f"GH-{number:03d}" for number in range(1, len(products) + 1)]),
        "Unit price": texts([f"{price:.2f}" for price in products.values()]),
        "Currency": texts(["EUR"] * len(products)),
    }
    desk.draft(form(desk, "all-products"), "product", "Record ID", cells)
