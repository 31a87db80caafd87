"""
Salesforce's own JSON: records that say their type, and refer to each other by `@name`.

`sf data export tree` writes such files, and a plan that names the order in which to load them. The REST API writes records
alike, without references.
"""

from collections.abc import Iterator
from typing import Any


def is_salesforce(value: Any) -> bool:
    """Whether an element is a record of Salesforce: an object that says of which type it is."""
    match value:
        case {"attributes": {"type": str()}}:
            return True
    return False


def is_plan(value: Any) -> bool:
    """Whether an element of a document is a step of a plan: a type and the files that hold its records."""
    match value:
        case {"sobject": str(), "files": [*_]}:
            return True
    return False


def salesforce_records(record: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """
    A record with its type, and those that stand in it as its children, each with the field that names their parent.

    The reference becomes the Id, and a value `@name` the Id that it names.

    >>> ann = {"attributes": {"type": "Contact", "referenceId": "C1"}, "LastName": "Smith"}
    >>> acme = {"attributes": {"type": "Account", "referenceId": "A1"}, "Name": "Acme", "Contacts": {"records": [ann]}}
    >>> list(salesforce_records(acme))
    [('Account', {'Id': 'A1', 'Name': 'Acme'}), ('Contact', {'Id': 'C1', 'LastName': 'Smith', 'AccountId': 'A1'})]
    """
    attributes = record["attributes"]
    sort, reference = str(attributes["type"]), attributes.get("referenceId")
    own: dict[str, Any] = {} if reference is None or "Id" in record else {"Id": reference}
    children: list[dict[str, Any]] = []
    for name, value in record.items():
        if name == "attributes":
            continue
        if _are_children(value):
            children += [_of_parent(child, sort, own.get("Id") or record.get("Id")) for child in value["records"]]
        else:
            own[name] = _plain(value, referring=reference is not None)
    yield sort, own
    for child in children:
        yield from salesforce_records(child)


def _are_children(value: Any) -> bool:
    return isinstance(value, dict) and bool(value.get("records")) and all(map(is_salesforce, value["records"]))


def _of_parent(child: dict[str, Any], parent: str, id: Any) -> dict[str, Any]:
    field = parent if parent.endswith("__c") else f"{parent}Id"
    return child if field in child or id is None else {**child, field: id}


def _plain(value: Any, *, referring: bool) -> Any:
    """A value without what says its type, and a reference as the Id that it is."""
    if isinstance(value, dict):
        return {name: _plain(item, referring=referring) for name, item in value.items() if name != "attributes"}
    if referring and isinstance(value, str) and value.startswith("@"):
        return value[1:]
    return value
