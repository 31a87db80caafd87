"""Zoho CRM: the data backup, one file a module; each lookup is an id and a name."""

from tests.ingest.systems.cells import (
    KEY,
    Cell,
    always,
    country,
    ref,
    second,
    semicolons,
    shown,
    value,
    yes_no,
    zoho,
)
from tests.ingest.systems.system import Sheet, System


def owner(of: str) -> dict[str, Cell]:
    """The pair of the owner of a module."""
    return {f"{of} Owner.id": ref("owned_by", "user"), f"{of} Owner": shown("owned_by", "user")}


def pair(lookup: str, link: str, to: str, *, of: str = "", name: str = "name") -> dict[str, Cell]:
    """The pair of a lookup."""
    return {
        f"{lookup}.id": ref(link, to, of=of),
        lookup: shown(of or link, to, "full_name" if to == "person" else name),
    }


USERS = {"User Id": KEY, "First Name": value("given_name"), "Last Name": value("family_name"), "Email": value("email")}
ACCOUNTS = {
    "Record Id": KEY,
    **owner("Account"),
    "Account Name": value("name"),
    "Phone": value("phone"),
    "Website": value("website"),
    "Industry": value("industry"),
    "Billing Address - City": value("city"),
    "Billing Address - Country / Region": value("country", country),
    "Created Time": value("created_on", second),
}
CONTACTS = {
    "Record Id": KEY,
    **owner("Contact"),
    "First Name": value("given_name"),
    "Last Name": value("family_name"),
    **pair("Account Name", "works_for", "organisation"),
    "Email": value("email"),
    "Title": value("job_title"),
    "Phone": value("phone"),
    "Mobile": value("mobile"),
    "Mailing Street": value("street"),
    "Mailing City": value("city"),
    "Mailing Zip": value("postal_code"),
    "Mailing Country": value("country", country),
    "Tag": value("tags", semicolons),
    "Email Opt Out": value("email_opt_out", yes_no("true", "false")),
    "Created Time": value("created_on", second),
}
DEALS = {
    "Record Id": KEY,
    **owner("Deal"),
    "Amount": value("amount"),
    "Deal Name": value("name"),
    "Closing Date": value("close_date"),
    **pair("Account Name", "for_organisation", "organisation"),
    "Stage": value("stage"),
    "Currency": value("currency"),
    "Probability (%)": value("probability"),
    **pair("Contact Name", "involves", "person", of="contact"),
    "Created Time": value("opened_on", second),
}
CALLS = {
    "Record Id": KEY,
    "Subject": value("subject"),
    "Call Type": always("Outbound"),
    "Call Start Time": value("happened_at", second),
    "Call Agenda": value("body"),
    **owner("Call"),
    **pair("Contact Name", "about", "person", of="person"),
    **pair("Related To", "about", "deal", of="deal"),
    "Related To Module": always("Deals"),
}
TASKS = {
    "Record Id": KEY,
    **owner("Task"),
    "Subject": value("subject"),
    "Due Date": value("due_on"),
    "Status": value("status"),
    "Priority": always("High"),
    **pair("Contact Name", "about", "person", of="person"),
    **pair("Related To", "about", "deal", of="deal"),
}
ZOHO = System(
    "zoho",
    zoho,
    (
        Sheet("Users_001.csv", "", "user", USERS),
        Sheet("Accounts_001.csv", "zoho/accounts", "organisation", ACCOUNTS),
        Sheet("Contacts_001.csv", "zoho/contacts", "person", CONTACTS),
        Sheet("Deals_001.csv", "zoho/deals", "deal", DEALS),
        Sheet("Calls_001.csv", "zoho/calls", "activity", CALLS),
        Sheet("Tasks_001.csv", "zoho/tasks", "task", TASKS),
    ),
)
