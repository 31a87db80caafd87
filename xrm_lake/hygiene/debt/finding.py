"""Findings of governance debt, and what a part of it takes from the score."""

from dataclasses import dataclass

PARTS = {
    "G1": "Fields nobody uses", "G2": "Fields that are there twice", "G3": "Rules that contradict each other", "G4": "Stages",
    "G5": "Sources", "G6": "Permissions",
}  # fmt: skip
# How much of the score a share of 1 takes, and the most that the part may take. Conventions, declared here alone.
WEIGHTS = {"G1": (40.0, 25.0), "G2": (40.0, 20.0), "G4": (30.0, 15.0), "G5": (40.0, 25.0)}


@dataclass(frozen=True)
class Finding:
    """What is wrong with a field, stage or source (`subject`) of a type, in words, with the num of den that shows it."""

    part: str
    measure: str
    type: str
    subject: str
    verdict: str
    num: float | None = None
    den: float | None = None


def points(part: str, found: int, size: int) -> float:
    """
    What a part takes from the score of 100: min(cap, weight found / size). Source: quality.md §2.4.

    >>> points("G1", 5, 20), points("G1", 20, 20), points("G1", 0, 0)
    (10.0, 25.0, 0.0)
    """
    weight, cap = WEIGHTS[part]
    return min(cap, weight * found / size) if size else 0.0
