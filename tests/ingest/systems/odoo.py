"""Odoo: technical names, external ids, organisations and people in one file, many records in a cell with commas."""

import csv

from tests.ingest.systems.cells import KEY, Cell, always, country, named, odoo, ref, second, tight, value
from tests.ingest.systems.system import Sheet, System

NOTHING = always("")


def partner(mine: dict[str, Cell]) -> dict[str, Cell]:
    """The columns of res.partner, with what an organisation or a person fills of them."""
    return {
        "id": KEY, "name": NOTHING, "is_company": NOTHING, "parent_id/id": NOTHING, "function": NOTHING, "email": NOTHING,
        "phone": value("phone"), "mobile": NOTHING, "street": value("street"), "zip": value("postal_code"),
        "city": value("city"), "country_id": value("country", country), "website": NOTHING,
        "category_id": NOTHING, "user_id": named("owned_by", "user"), "create_date": value("created_on", second),
    } | mine  # fmt: skip


USERS = {"id": KEY, "name": value("name"), "login": value("email")}
COMPANIES = partner({"name": value("name"), "is_company": always("True"), "website": value("website")})
PEOPLE = partner(
    {
        "name": value("full_name"), "is_company": always("False"), "parent_id/id": ref("works_for", "organisation"),
        "function": value("job_title"), "category_id": value("tags", tight), "email": value("email"), "mobile": value("mobile"),
    }
)  # fmt: skip
OPPORTUNITIES = {
    "id": KEY,
    "type": always("Opportunity"),
    "name": value("name"),
    "partner_id/id": ref("for_organisation", "organisation"),
    "stage_id": value("stage"),
    "expected_revenue": value("amount"),
    "probability": value("probability"),
    "date_deadline": value("close_date"),
    "user_id": named("owned_by", "user"),
    "create_date": value("opened_on", second),
}
MEETINGS = {
    "id": KEY,
    "name": value("subject"),
    "start": value("happened_at", second),
    "duration": always("0.5"),
    "user_id": named("owned_by", "user"),
    "partner_ids/id": ref("about", "person", of="person", join=",".join),
    "opportunity_id/id": ref("about", "deal", of="deal"),
    "description": value("body"),
}
ODOO = System(
    "odoo",
    odoo,
    (
        Sheet("User (res.users).csv", "odoo/users", "user", USERS, quoting=csv.QUOTE_MINIMAL),
        Sheet("Contact (res.partner).csv", "odoo/companies", "organisation", COMPANIES, quoting=csv.QUOTE_MINIMAL),
        Sheet("Contact (res.partner).csv", "odoo/people", "person", PEOPLE, quoting=csv.QUOTE_MINIMAL),
        Sheet("Lead (crm.lead).csv", "odoo/opportunities", "deal", OPPORTUNITIES, quoting=csv.QUOTE_MINIMAL),
        Sheet("Calendar Event (calendar.event).csv", "odoo/meetings", "activity", MEETINGS, quoting=csv.QUOTE_MINIMAL),
    ),
)
