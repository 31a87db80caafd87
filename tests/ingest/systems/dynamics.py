"""Dynamics 365: "Export to Excel", three hidden columns first, display names, lookups by name, dates as numbers of the sheet."""

from tests.ingest.systems.cells import KEY, Cell, always, cell_date, country, guid, named, number, value
from tests.ingest.systems.system import Sheet, System


def columns(entity: str, rest: dict[str, Cell]) -> dict[str, Cell]:
    """The hidden columns of an entity, then those of the view."""
    return {
        f"(Do Not Modify) {entity}": KEY,
        "(Do Not Modify) Row Checksum": always("s1Vx0a/8h3Zl3QYvT2pYfA=="),
        "(Do Not Modify) Modified On": always("02/11/2026 08:00"),
        **rest,
    }


OWNER = {"Owner": named("owned_by", "user")}
USERS = {"User ID": KEY, "Full name": value("name"), "Email": value("email")}
ACCOUNTS = {
    "Account Name": value("name"),
    "Main Phone": value("phone"),
    "Website": value("website"),
    "Address 1: Street 1": value("street"),
    "Address 1: City": value("city"),
    "Address 1: ZIP/Postal Code": value("postal_code"),
    "Address 1: Country/Region": value("country", country),
    "Industry": value("industry"),
    "Number of Employees": value("employees", number),
    "Annual Revenue": value("annual_revenue", number),
    **OWNER,
    "Created On": value("created_on", cell_date),
    "Status": always("Active"),
}
CONTACTS = {
    "Full Name": value("full_name"),
    "First Name": value("given_name"),
    "Last Name": value("family_name"),
    "Job Title": value("job_title"),
    "Email": value("email"),
    "Company Name": named("works_for", "organisation"),
    "Business Phone": value("phone"),
    "Mobile Phone": value("mobile"),
    "Address 1: City": value("city"),
    "Address 1: Country/Region": value("country", country),
    **OWNER,
    "Status": always("Active"),
}
OPPORTUNITIES = {
    "Topic": value("name"),
    "Account": named("for_organisation", "organisation"),
    "Contact": named("involves", "person", of="contact"),
    "Est. revenue": value("amount", number),
    "Est. Close Date": value("close_date", cell_date),
    "Probability": value("probability", number),
    "Pipeline Phase": value("stage"),
    **OWNER,
    "Created On": value("opened_on", cell_date),
    "Status": always("Open"),
}
CALLS = {
    "Subject": value("subject"),
    "Regarding": named("about", "deal", of="deal"),
    "Recipient": named("about", "person", of="person"),
    "Due": value("happened_at", cell_date),
    "Description": value("body"),
    **OWNER,
}
TASKS = {
    "Subject": value("subject"),
    "Regarding": named("about", "deal", of="deal"),
    "Due Date": value("due_on", cell_date),
    "Activity Status": value("status"),
    **OWNER,
}
DYNAMICS = System(
    "dynamics",
    guid("dynamics"),
    (
        Sheet("dynamics-users.xlsx", "", "user", USERS),
        Sheet("Active Accounts.xlsx", "dynamics/accounts", "organisation", columns("Account", ACCOUNTS)),
        Sheet("Active Contacts.xlsx", "dynamics/contacts", "person", columns("Contact", CONTACTS)),
        Sheet("Open Opportunities.xlsx", "dynamics/opportunities", "deal", columns("Opportunity", OPPORTUNITIES)),
        Sheet("My Phone Calls.xlsx", "dynamics/phone_calls", "activity", columns("Phone Call", CALLS)),
        Sheet("My Tasks.xlsx", "dynamics/tasks", "task", columns("Task", TASKS)),
    ),
)
