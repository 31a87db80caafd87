"""Salesforce: the weekly export, with API names, ids of 18 characters and times in UTC."""

from tests.ingest.systems.cells import KEY, Cell, always, country, iso, ref, salesforce, value, yes_no
from tests.ingest.systems.firm import Firm
from tests.ingest.systems.system import Sheet, System

NOT_DELETED = {"Id": KEY, "IsDeleted": always("false")}
OWNER = {"OwnerId": ref("owned_by", "user")}
USERS = {
    "Id": KEY,
    "Username": value("email"),
    "LastName": value("family_name"),
    "FirstName": value("given_name"),
    "Name": value("name"),
    "Email": value("email"),
    "IsActive": always("true"),
}
ACCOUNTS = {
    **NOT_DELETED,
    "Name": value("name"),
    "BillingStreet": value("street"),
    "BillingCity": value("city"),
    "BillingPostalCode": value("postal_code"),
    "BillingCountry": value("country", country),
    "Phone": value("phone"),
    "Website": value("website"),
    "Industry": value("industry"),
    "AnnualRevenue": value("annual_revenue"),
    "NumberOfEmployees": value("employees"),
    **OWNER,
    "CreatedDate": value("created_on", iso),
}
CONTACTS = {
    **NOT_DELETED,
    "AccountId": ref("works_for", "organisation"),
    "LastName": value("family_name"),
    "FirstName": value("given_name"),
    "Name": value("full_name"),
    "MailingStreet": value("street"),
    "MailingCity": value("city"),
    "MailingPostalCode": value("postal_code"),
    "MailingCountry": value("country", country),
    "Phone": value("phone"),
    "MobilePhone": value("mobile"),
    "Email": value("email"),
    "Title": value("job_title"),
    **OWNER,
    "HasOptedOutOfEmail": value("email_opt_out", yes_no("true", "false")),
    "CreatedDate": value("created_on", iso),
}
OPPORTUNITIES = {
    **NOT_DELETED,
    "AccountId": ref("for_organisation", "organisation"),
    "Name": value("name"),
    "StageName": value("stage"),
    "Amount": value("amount"),
    "Probability": value("probability"),
    "CloseDate": value("close_date"),
    "CurrencyIsoCode": value("currency"),
    **OWNER,
    "CreatedDate": value("opened_on", iso),
}
TASKS = {
    **NOT_DELETED,
    "WhoId": ref("about", "person", of="person"),
    "WhatId": ref("about", "deal", of="deal"),
    "Subject": value("subject"),
    "ActivityDate": value("due_on"),
    "Status": value("status"),
    "Priority": always("Normal"),
    **OWNER,
}
EVENTS = {
    **NOT_DELETED,
    "WhoId": ref("about", "person", of="person"),
    "WhatId": ref("about", "deal", of="deal"),
    "Subject": value("subject"),
    "StartDateTime": value("happened_at", iso),
    "DurationInMinutes": always("30"),
    "Description": value("body"),
    **OWNER,
}
ROLES = {
    "OpportunityId": Cell(of="deal", to="deal"),
    "ContactId": Cell(of="person", to="person"),
    "Role": always("Decision Maker"),
    "IsPrimary": always("false"),
}


def contact_roles(firm: Firm) -> list[dict[str, object]]:
    """Who takes part in which deal."""
    deals = firm.records["deal"]["involves"].to_list()
    return [{"deal": deal, "person": person} for deal, people in enumerate(deals) for person in people]


SALESFORCE = System(
    "salesforce",
    salesforce,
    (
        Sheet("User.csv", "salesforce/user", "user", USERS),
        Sheet("Account.csv", "salesforce/account", "organisation", ACCOUNTS),
        Sheet("Contact.csv", "salesforce/contact", "person", CONTACTS),
        Sheet("Opportunity.csv", "salesforce/opportunity", "deal", OPPORTUNITIES),
        Sheet(
            "OpportunityContactRole.csv", "salesforce/opportunity_contact_role", "", ROLES, pairs=contact_roles, link="involves",
        ),
        Sheet("Event.csv", "salesforce/event", "activity", EVENTS),
        Sheet("Task.csv", "salesforce/task", "task", TASKS),
    ),
)  # fmt: skip
