"""Faults in words: what to do about a check, what is wrong with a record, and where the app shows it."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from xrm_lake.store.lake import Lake

DO = {
    "required_missing": "Fill in", "expected_missing": "Complete", "placeholder": "Say more in", "malformed": "Correct",
    "not_allowed": "Choose a value for", "not_unique": "Tell apart by", "probable_duplicate": "Review the duplicates",
    "stale": "Get in touch, or close", "dangling_link": "Mend the links", "unconfirmed": "Confirm", "ends_before_start": "Correct",
    "currency_missing": "Say the currency of", "foreign_domain": "Compare with the firm", "foreign_number": "Compare with the country",
    "foreign_postcode": "Compare with the country",
}  # fmt: skip
WRONG = {
    "probable_duplicate": "probably double",
    "stale": "no sign of life",
    "dangling_link": "link to a deleted record",
    "foreign_domain": "mail at another domain than the firm's",
}


def to_do(lake: Lake, fault: Mapping[str, object]) -> str:
    """What is to be done about a row of `issue_count`."""
    name = str(fault["check_name"])
    if fault["message"]:
        return f"Mend: {fault['message']}"
    if name.startswith("no_"):
        return f"Link to {_ends(lake, name)}"
    label = f" {_label(lake, fault)}" if fault["field"] else ""
    return DO.get(name, name) + label


def wrong(lake: Lake, fault: Mapping[str, object]) -> str:
    """What is wrong, in a few words: check_name, type and field of an issue."""
    name = str(fault["check_name"])
    if name.startswith("no_"):
        return f"link to {_ends(lake, name)}"
    return WRONG.get(name) or (_label(lake, fault) if fault["field"] else name)


def issues_address(fault: Mapping[str, object]) -> str:
    """Where the app lists the records of a check."""
    return address("/issues", type=fault["type"], check=fault["check_name"])


def address(path: str, **query: object) -> str:
    """An address of the app."""
    return f"{path}?{urlencode(query, quote_via=quote)}"


def _ends(lake: Lake, name: str) -> str:
    link_type = lake.catalog.link_type(name.removeprefix("no_"))
    return " or ".join(lake.catalog.type(end).label.lower() for end in link_type.to_types) or "a record"


def _label(lake: Lake, fault: Mapping[str, object]) -> str:
    return lake.catalog.field(str(fault["type"]), str(fault["field"])).label
