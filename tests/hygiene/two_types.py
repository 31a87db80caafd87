"""Candidates beside persons: a type of a user's own, some of whose records mean somebody who is a person already."""

from typing import Any

from tests.hygiene.many import add_many, someone
from xrm_lake.model.entity_type import EntityType, Field
from xrm_lake.store.lake import Lake
from xrm_lake.store.model import add_type

CANDIDATE = EntityType(
    "candidate",
    "Candidate",
    "Candidates",
    caption=("name",),
    fields=(
        Field("name", "Name", "full_name"),
        Field("mail", "Mail", "email"),
        Field("mobile_number", "Mobile", "phone"),
        Field("available_from", "Available from", "date"),
        Field("wish", "Salary wish", "number"),
    ),
)


def candidate(place: int) -> dict[str, Any]:
    """The candidate that means the person of that number (see `someone`)."""
    one = someone(place)
    return {"name": one["full_name"], "mail": one["email"], "mobile_number": one["phone"], "wish": float(place)}


def add_both(lake: Lake, *, common: int = 3, others: int = 60) -> list[tuple[int, int]]:
    """The type, persons, and candidates of whom the first few are persons too; gives their pairs: candidate, person."""
    add_type(lake, CANDIDATE)
    people = add_many(lake, "person", [someone(place) for place in range(others)])
    far = range(others, others + others // 2)
    candidates = add_many(lake, "candidate", [candidate(place) for place in (*range(common), *far)])
    return list(zip(candidates[:common], people[:common], strict=True))
