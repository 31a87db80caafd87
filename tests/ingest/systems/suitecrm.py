"""
SuiteCRM: the labels of its language, dates and amounts as its user writes them, accounts by name alone; set to be read by Excel, it
writes UTF-16 with tabs.
"""

from typing import Any

from tests.ingest.systems.cells import KEY, always, american, country, grouped, guid, named, ref, shown, value
from tests.ingest.systems.system import Sheet, System

OWNER = {"Assigned to": shown("owned_by", "user"), "Assigned User": ref("owned_by", "user")}
CHANGED = {"Date Modified": always("11/01/2026 09:00"), "Deleted": always("0")}
USERS = {"User ID": KEY, "First Name": value("given_name"), "Last Name": value("family_name"), "Email": value("email")}
ACCOUNTS = {
    "Name": value("name"),
    "ID": KEY,
    "Website": value("website"),
    "Office Phone": value("phone"),
    "Billing Street": value("street"),
    "Billing City": value("city"),
    "Billing Postal Code": value("postal_code"),
    "Billing Country": value("country", country),
    "Industry": value("industry"),
    "Annual Revenue": value("annual_revenue"),
    "Employees": value("employees"),
    "Parent Account ID": always(""),
    **OWNER,
    "Date Created": value("created_on", american),
    **CHANGED,
}
CONTACTS = {
    "First Name": value("given_name"),
    "Last Name": value("family_name"),
    "ID": KEY,
    "Job Title": value("job_title"),
    "Account Name": named("works_for", "organisation"),
    "Email Address": value("email"),
    "Mobile": value("mobile"),
    "Office Phone": value("phone"),
    "Primary Address Street": value("street"),
    "Primary Address City": value("city"),
    "Primary Address Postal Code": value("postal_code"),
    "Primary Address Country": value("country", country),
    "Reports to ID": always(""),
    **OWNER,
    "Date Created": value("created_on", american),
    **CHANGED,
}
OPPORTUNITIES = {
    "Opportunity Name": value("name"),
    "ID": KEY,
    "Opportunity Amount": value("amount", grouped),
    "Expected Close Date": value("close_date", american),
    "Sales Stage": value("stage"),
    "Probability (%)": value("probability"),
    "Account Name": named("for_organisation", "organisation"),
    **OWNER,
    "Date Created": value("opened_on", american),
    **CHANGED,
}
CALLS = {
    "Subject": value("subject"),
    "ID": KEY,
    "Description": value("body"),
    "Status": always("Held"),
    "Direction": always("Outbound"),
    "Start Date": value("happened_at", american),
    "Duration Hours": always("0"),
    "Duration Minutes": always("30"),
    "Parent Type": always("Contacts"),
    "Related to ID": ref("about", "person", of="person"),
    **OWNER,
    **CHANGED,
}
TASKS = {
    "Subject": value("subject"),
    "ID": KEY,
    "Status": value("status"),
    "Due Date": value("due_on", american),
    "Priority": always("High"),
    "Parent Type": always("Opportunities"),
    "Parent ID": ref("about", "deal", of="deal"),
    "Contact ID": ref("about", "person", of="person"),
    "Assigned to": shown("owned_by", "user"),
    "assigned_user_id": ref("owned_by", "user"),
    **CHANGED,
}
FOR_EXCEL: dict[str, Any] = {"encoding": "utf-16", "delimiter": "\t"}
SUITECRM = System(
    "suitecrm",
    guid("suitecrm"),
    (
        Sheet("suitecrm-users.csv", "", "user", USERS, **FOR_EXCEL),
        Sheet("Accounts.csv", "suitecrm/accounts", "organisation", ACCOUNTS, **FOR_EXCEL),
        Sheet("Contacts.csv", "suitecrm/contacts", "person", CONTACTS, **FOR_EXCEL),
        Sheet("Opportunities.csv", "suitecrm/opportunities", "deal", OPPORTUNITIES, **FOR_EXCEL),
        Sheet("Calls.csv", "suitecrm/calls", "activity", CALLS, **FOR_EXCEL),
        Sheet("Tasks.csv", "suitecrm/tasks", "task", TASKS, **FOR_EXCEL),
    ),
)
