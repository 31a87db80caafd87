"""HubSpot: every cell quoted, times without zone, owners by name, records as lists of ids."""

from tests.ingest.systems.cells import (
    KEY,
    always,
    aside,
    country,
    minute,
    named,
    ref,
    running,
    shown,
    value,
    yes_no,
)
from tests.ingest.systems.system import Sheet, System

VIEW = "hubspot-crm-exports-all-{}-2026-11-02.csv"
USERS = {"User ID": KEY, "First name": value("given_name"), "Last name": value("family_name"), "Email": value("email")}
COMPANIES = {
    "Record ID": KEY,
    "Company name": value("name"),
    "Company Domain Name": value("domain"),
    "Company owner": named("owned_by", "user"),
    "Industry": value("industry"),
    "Phone Number": value("phone"),
    "City": value("city"),
    "Country/Region": value("country", country),
    "Number of Employees": value("employees"),
    "Annual Revenue": value("annual_revenue"),
    "Lifecycle Stage": always("Customer"),
    "Create Date": value("created_on", minute),
}
CONTACTS = {
    "Record ID": KEY,
    "First Name": value("given_name"),
    "Last Name": value("family_name"),
    "Email": value("email"),
    "Phone Number": value("phone"),
    "Mobile Phone Number": value("mobile"),
    "Job Title": value("job_title"),
    "Company Name": shown("works_for", "organisation"),
    "Associated Company IDs": ref("works_for", "organisation"),
    "Contact owner": named("owned_by", "user"),
    "Street Address": value("street"),
    "City": value("city"),
    "Postal Code": value("postal_code"),
    "Country/Region": value("country", country),
    "Unsubscribed": value("email_opt_out", yes_no("true", "false")),
    "Create Date": value("created_on", minute),
}
DEALS = {
    "Record ID": KEY,
    "Deal Name": value("name"),
    "Pipeline": always("Sales Pipeline"),
    "Deal Stage": value("stage"),
    "Amount": value("amount"),
    "Currency": value("currency"),
    "Close Date": value("close_date", minute),
    "Create Date": value("opened_on", minute),
    "Deal owner": named("owned_by", "user"),
    "Associated Company IDs (Primary)": ref("for_organisation", "organisation"),
    "Associated Contact IDs": ref("involves", "person"),
    "Associated Company (Primary)": shown("for_organisation", "organisation"),
}
CALLS = {
    "Record ID": KEY,
    "Activity date": value("happened_at", minute),
    "Call outcome": always("Connected"),
    "Call title": value("subject"),
    "Call notes": value("body"),
    "Activity assigned to": named("owned_by", "user"),
    "Associated Contact IDs": ref("about", "person", of="person"),
    "Associated Deal IDs": ref("about", "deal", of="deal"),
}
TASKS = {
    "Record ID": KEY,
    "Activity date": aside("due_on", minute),
    "Task title": value("subject"),
    "Task status": value("status"),
    "Due date": value("due_on", minute),
    "Activity assigned to": named("owned_by", "user"),
    "Associated Contact IDs": ref("about", "person", of="person"),
    "Associated Deal IDs": ref("about", "deal", of="deal"),
}
HUBSPOT = System(
    "hubspot",
    running(9_410_000_003),
    (
        Sheet("hubspot-users.csv", "", "user", USERS),
        Sheet(VIEW.format("companies"), "hubspot/companies", "organisation", COMPANIES),
        Sheet(VIEW.format("contacts"), "hubspot/contacts", "person", CONTACTS),
        Sheet(VIEW.format("deals"), "hubspot/deals", "deal", DEALS),
        Sheet(VIEW.format("calls"), "hubspot/calls", "activity", CALLS),
        Sheet(VIEW.format("tasks"), "hubspot/tasks", "task", TASKS),
    ),
)
