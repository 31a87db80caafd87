"""Twenty: compound fields as "<Field> / <Part>", UUIDs, options by their API names, what a note is about in a file of its own."""

import csv

from tests.ingest.systems.cells import (
    KEY,
    Cell,
    aside,
    calling_code,
    constant_case,
    country,
    guid,
    iso,
    named,
    national,
    ref,
    value,
)
from tests.ingest.systems.firm import Firm
from tests.ingest.systems.system import Sheet, System

USERS = {"User ID": KEY, "Name": value("name"), "Email": value("email")}
COMPANIES = {
    "Id": KEY,
    "Name": value("name"),
    "Domain Name / Link URL": value("domain", lambda domain: f"https://{domain}"),
    "Employees": value("employees"),
    "Annual Revenue / Amount": value("annual_revenue"),
    "Address / Address 1": value("street"),
    "Address / City": value("city"),
    "Address / Post Code": value("postal_code"),
    "Address / Country": value("country", country),
    "Creation Date": value("created_on", iso),
    "accountOwner.userEmail": named("owned_by", "user", shown="email"),
}
PEOPLE = {
    "Id": KEY,
    "Name / First Name": value("given_name"),
    "Name / Last Name": value("family_name"),
    "Emails / Primary Email": value("email"),
    "Emails / Additional Emails": Cell(constant="[]"),
    "Phones / Primary Phone Number": value("phone", national),
    "Phones / Primary Phone Calling Code": aside("phone", calling_code),
    "Job Title": value("job_title"),
    "City": value("city"),
    "Company Id": ref("works_for", "organisation"),
    "Contact Owner / User Email": named("owned_by", "user", shown="email"),
    "Creation Date": value("created_on", iso),
}
OPPORTUNITIES = {
    "Id": KEY,
    "Name": value("name"),
    "Amount / Amount": value("amount"),
    "Amount / Currency": value("currency"),
    "Close date": value("close_date", iso),
    "Stage": value("stage", constant_case),
    "Company Id": ref("for_organisation", "organisation"),
    "Point of Contact Id": ref("involves", "person", of="contact"),
    "Creation Date": value("opened_on", iso),
}
NOTES = {"Id": KEY, "Title": value("subject"), "Body": value("body"), "Creation Date": value("happened_at", iso)}
TASKS = {
    "Id": KEY,
    "Title": value("subject"),
    "Body": aside("subject"),
    "Status": value("status", constant_case),
    "Due Date": value("due_on", iso),
}
TARGETS = {
    "Note Id": Cell(of="note", to="activity"),
    "Person Id": Cell(of="person", to="person"),
    "Opportunity Id": Cell(of="deal", to="deal"),
}


def note_targets(firm: Firm) -> list[dict[str, object]]:
    """Whom and which deal each note is about, one in a row."""
    notes = list(enumerate(firm.records["activity"].select("person", "deal").rows()))
    people = [{"note": note, "person": person, "deal": None} for note, (person, _) in notes]
    return people + [{"note": note, "person": None, "deal": deal} for note, (_, deal) in notes if deal is not None]


TWENTY = System(
    "twenty",
    guid("twenty"),
    (
        Sheet("twenty-members.csv", "", "user", USERS, quoting=csv.QUOTE_MINIMAL),
        Sheet("companies.csv", "twenty/companies", "organisation", COMPANIES, quoting=csv.QUOTE_MINIMAL),
        Sheet("people.csv", "twenty/people", "person", PEOPLE, quoting=csv.QUOTE_MINIMAL),
        Sheet("opportunities.csv", "twenty/opportunities", "deal", OPPORTUNITIES, quoting=csv.QUOTE_MINIMAL),
        Sheet("notes.csv", "twenty/notes", "activity", NOTES, quoting=csv.QUOTE_MINIMAL),
        Sheet("tasks.csv", "twenty/tasks", "task", TASKS, quoting=csv.QUOTE_MINIMAL),
        Sheet("note_targets.csv", "twenty/note_targets", "", TARGETS, pairs=note_targets, link="about"),
    ),
)
