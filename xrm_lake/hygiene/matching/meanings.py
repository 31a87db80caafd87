"""
What a field says about sameness: its levels of agreement, and its role in a table.

A level is a step of agreement between two values, from 0 (different) up to the
last (exact); one more stands for "missing on a side", which is no evidence.
A role says what an agreement is shared with. A colleague shares the company and
the street, so these are context; only a duplicate shares the e-mail, so that is
identity; a switchboard number is a bit of both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Role = Literal["identity", "context", "both", "group"]


@dataclass(frozen=True, slots=True)
class Meaning:
    """One semantic type: its name and the labels of its levels, from different to exact."""

    name: str
    labels: tuple[str, ...]

    @property
    def exact(self) -> int:
        """The highest level: the same text."""
        return len(self.labels) - 1

    @property
    def missing(self) -> int:
        """The level that stands for no value on at least one side."""
        return len(self.labels)


_TWO = ("different", "exact")
_THREE = ("different", "close", "exact")
_FOUR = ("different", "far", "close", "exact")
_FIVE = ("different", "far", "close", "close", "exact")

MEANINGS: dict[str, Meaning] = {
    name: Meaning(name, labels)
    for name, labels in {
        "person_name": _FIVE,
        "person_full_name": _FIVE,
        "company_name": _FIVE,
        "email": _FOUR,
        "phone": _FOUR,
        "date": _FIVE,
        "address": _FOUR,
        "city": _THREE,
        "postcode": _FOUR,
        "id": _FOUR,
        "id_weak": _TWO,
        "number": _THREE,
        "free_text": _FIVE,
        "category": _TWO,
    }.items()
}

_PERSON = {"person_name", "person_full_name"}
_IDENTITY = {*_PERSON, "id", "date", "email"}
_CONTEXT = {"address", "postcode", "city", "number", "id_weak"}
# Where no field is identity by nature, the first of these that is there has to serve.
_STAND_INS = ("phone", "address")


def roles(meaning: Mapping[str, str]) -> dict[str, Role]:
    """
    The role of each column, given what the others are.

    A company name is identity in a table of companies and context in a table of
    people. Where nothing can be identity, no column has that role.

    >>> roles({"name": "company_name", "mail": "email"})
    {'name': 'identity', 'mail': 'identity'}
    >>> roles({"surname": "person_name", "firm": "company_name", "phone": "phone"})
    {'surname': 'identity', 'firm': 'context', 'phone': 'both'}
    >>> roles({"street": "address", "town": "city", "kind": "category"})
    {'street': 'identity', 'town': 'context', 'kind': 'group'}
    """
    present = set(meaning.values())
    people, named = bool(present & _PERSON), bool(present & (_PERSON | {"company_name"}))
    found: dict[str, Role] = {column: _role(name, people, named) for column, name in meaning.items()}
    if "identity" not in found.values():
        for stand_in in _STAND_INS:
            of_that = [column for column, name in meaning.items() if name == stand_in]
            if of_that:
                found[of_that[0]] = "identity"
                break
    return found


def _role(name: str, people: bool, named: bool) -> Role:
    if name in _IDENTITY:
        return "identity"
    if name == "phone":
        return "both"
    if name == "company_name":
        return "context" if people else "identity"
    if name == "free_text":
        return "context" if named else "identity"
    return "context" if name in _CONTEXT else "group"
