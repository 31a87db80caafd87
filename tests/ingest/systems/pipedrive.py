"""Pipedrive: every header begins with its entity; deals and people name their organisation, activities all they are about."""

from tests.ingest.systems.cells import KEY, aside, country, named, running, second, value
from tests.ingest.systems.system import Sheet, System

USERS = {"User ID": KEY, "Name": value("name"), "Email": value("email")}
ORGANIZATIONS = {
    "Organization - ID": KEY,
    "Organization - Name": value("name"),
    "Organization - Owner": named("owned_by", "user"),
    "Organization - Address - Street/road name of Address": value("street"),
    "Organization - Address - City/town/village/locality of Address": value("city"),
    "Organization - Address - ZIP/Postal code of Address": value("postal_code"),
    "Organization - Address - Country of Address": value("country", country),
    "Organization - Website": value("website"),
    "Organization - Industry": value("industry"),
    "Organization - Phone": value("phone"),
}
PEOPLE = {
    "Person - ID": KEY,
    "Person - Name": value("full_name"),
    "Person - First name": value("given_name"),
    "Person - Last name": value("family_name"),
    "Person - Organization": named("works_for", "organisation"),
    "Person - Email - Work": value("email"),
    "Person - Phone - Work": value("phone"),
    "Person - Phone - Mobile": value("mobile"),
    "Person - Job title": value("job_title"),
    "Person - Labels": value("tags"),
    "Person - Owner": named("owned_by", "user"),
    "Person - Person created": value("created_on", second),
}
DEALS = {
    "Deal - ID": KEY,
    "Deal - Title": value("name"),
    "Deal - Organization": named("for_organisation", "organisation"),
    "Deal - Contact person": named("involves", "person", of="contact"),
    "Deal - Value": value("amount"),
    "Deal - Currency": value("currency"),
    "Deal - Stage": value("stage"),
    "Deal - Probability": value("probability"),
    "Deal - Expected close date": value("close_date"),
    "Deal - Deal created": value("opened_on", second),
    "Deal - Owner": named("owned_by", "user"),
}
ACTIVITIES = {
    "Activity - ID": KEY,
    "Activity - Subject": value("subject"),
    "Activity - Type": aside("kind"),
    "Activity - Due date": value("happened_at", second),
    "Activity - Note": value("body"),
    "Activity - Assigned to user": named("owned_by", "user"),
    "Deal - Title": named("about", "deal", of="deal"),
    "Person - Name": named("about", "person", of="person"),
}
PIPEDRIVE = System(
    "pipedrive",
    running(31, step=1),
    (
        Sheet("pipedrive-users.csv", "", "user", USERS, encoding="utf-8-sig"),
        Sheet(
            "organizations-8123456-21.csv",
            "pipedrive/organizations",
            "organisation",
            ORGANIZATIONS,
            encoding="utf-8-sig",
        ),
        Sheet("people-8123456-22.csv", "pipedrive/people", "person", PEOPLE, encoding="utf-8-sig"),
        Sheet("deals-8123456-23.csv", "pipedrive/deals", "deal", DEALS, encoding="utf-8-sig"),
        Sheet("activities-8123456-24.csv", "pipedrive/activities", "activity", ACTIVITIES, encoding="utf-8-sig"),
    ),
)
