"""EspoCRM: the names of attributes as headers, each link a pair of id and name, lists as JSON, the user's delimiter."""

from tests.ingest.systems.cells import (
    KEY,
    Cell,
    always,
    country,
    hexadecimal,
    json_list,
    ref,
    second,
    shown,
    value,
)
from tests.ingest.systems.system import Sheet, System


def pair(name: str, link: str, to: str, *, of: str = "") -> dict[str, Cell]:
    """A link as its id and its name."""
    return {
        f"{name}Id": ref(link, to, of=of),
        f"{name}Name": shown(of or link, to, "full_name" if to == "person" else "name"),
    }


OWNER = pair("assignedUser", "owned_by", "user")
USERS = {
    "id": KEY,
    "userName": value("email"),
    "firstName": value("given_name"),
    "lastName": value("family_name"),
    "emailAddress": value("email"),
    "isActive": always("1"),
    "type": always("regular"),
}
ACCOUNTS = {
    "id": KEY,
    "name": value("name"),
    "website": value("website"),
    "phoneNumber": value("phone"),
    "type": always("Customer"),
    "industry": value("industry"),
    "sicCode": always(""),
    "billingAddressStreet": value("street"),
    "billingAddressCity": value("city"),
    "billingAddressPostalCode": value("postal_code"),
    "billingAddressCountry": value("country", country),
    "createdAt": value("created_on", second),
    **OWNER,
}
CONTACTS = {
    "id": KEY,
    "name": value("full_name"),
    "salutationName": always(""),
    "firstName": value("given_name"),
    "lastName": value("family_name"),
    "title": value("job_title"),
    "emailAddress": value("email"),
    "phoneNumber": value("phone"),
    "doNotCall": always("0"),
    "addressStreet": value("street"),
    "addressCity": value("city"),
    "addressPostalCode": value("postal_code"),
    "addressCountry": value("country", country),
    **pair("account", "works_for", "organisation"),
    "accountsIds": ref("works_for", "organisation", join=json_list),
    "createdAt": value("created_on", second),
    **OWNER,
}
OPPORTUNITIES = {
    "id": KEY,
    "name": value("name"),
    "amount": value("amount"),
    "amountCurrency": value("currency"),
    "stage": value("stage"),
    "probability": value("probability"),
    "closeDate": value("close_date"),
    **pair("account", "for_organisation", "organisation"),
    "contactsIds": ref("involves", "person", join=json_list),
    "createdAt": value("opened_on", second),
    **OWNER,
}
CALLS = {
    "id": KEY,
    "name": value("subject"),
    "status": always("Held"),
    "dateStart": value("happened_at", second),
    "direction": always("Outbound"),
    "description": value("body"),
    "parentType": always("Opportunity"),
    "parentId": ref("about", "deal", of="deal"),
    "contactsIds": Cell(of="person", link="about", to="person", join=json_list),
    **OWNER,
}
TASKS = {
    "id": KEY,
    "name": value("subject"),
    "status": value("status"),
    "priority": always("Normal"),
    "dateEnd": value("due_on"),
    "parentType": always("Opportunity"),
    "parentId": ref("about", "deal", of="deal"),
    **pair("contact", "about", "person", of="person"),
    **OWNER,
}
ESPOCRM = System(
    "espocrm",
    hexadecimal,
    (
        Sheet("User.csv", "espocrm/user", "user", USERS, delimiter=";"),
        Sheet("Account.csv", "espocrm/account", "organisation", ACCOUNTS, delimiter=";"),
        Sheet("Contact.csv", "espocrm/contact", "person", CONTACTS, delimiter=";"),
        Sheet("Opportunity.csv", "espocrm/opportunity", "deal", OPPORTUNITIES, delimiter=";"),
        Sheet("Call.csv", "espocrm/call", "activity", CALLS, delimiter=";"),
        Sheet("Task.csv", "espocrm/task", "task", TASKS, delimiter=";"),
    ),
)
