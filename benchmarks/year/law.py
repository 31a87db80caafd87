"""The law of the year: how much comes each week, how often what happens, and what each drift changes in that."""

from dataclasses import dataclass
from typing import Literal, get_args

Drift = Literal["stage_meaning", "neglect", "duplicates", "other", "shadow", "restated"]
DRIFTS: tuple[Drift, ...] = get_args(Drift)
WEEKS, BEGINS = 52, 30

REPS = ("Ann Archer", "Bob Baker", "Cleo Carter", "Dan Dale")
NEGLECTS, BLURS = "Bob Baker", "Cleo Carter"
PEOPLE = {"crm": 40, "webform": 40}
DEALS, EVENTS = 40, 3
FIRMS = 6
OPEN_STAGES = ("Prospecting", "Qualification", "Proposal", "Negotiation")
ORIGINS = ("Fair", "Web", "Referral", "Partner", "Cold call")


@dataclass(frozen=True)
class Law:
    """
    How often what happens: all are chances (0..1), of a new record if not said otherwise.

    `copied` by source: the person is there already; `bare`: comes without most values; `other`: the deal's source is "Other". By the week:
    `invited`: comes to an event,     `met`: something happens about an open deal, `moves`: an open
    deal moves on, `edited`: the amount of a deal that was won four to twelve weeks ago.
    `skips`, `returns`: of a move, over a stage or back to one; `sheet`: people that a spreadsheet writes over.
    """

    copied: dict[str, float]
    bare: float = 0.14
    invited: float = 0.22
    other: float = 0.05
    met: float = 0.55
    moves: float = 0.30
    wins: float = 0.45
    edited: float = 0.0
    sheet: int = 0
    skips: float = 0.04
    returns: float = 0.02


AT_REST = Law({"crm": 0.03, "webform": 0.03})


def law(rep: str, drifts: frozenset[Drift]) -> Law:
    """What holds for a rep's deals, and for all that is nobody's, while these drifts are on."""
    copied = AT_REST.copied | ({"webform": 0.35} if "duplicates" in drifts else {})
    idle, blurs = "neglect" in drifts and rep == NEGLECTS, "stage_meaning" in drifts and rep == BLURS
    return Law(
        copied,
        other=0.40 if "other" in drifts else AT_REST.other,
        met=0.0 if idle else AT_REST.met,
        moves=0.0 if idle else AT_REST.moves,
        edited=0.3 if "restated" in drifts else 0.0,
        sheet=40 if "shadow" in drifts else 0,
        skips=0.7 if blurs else AT_REST.skips,
        returns=0.5 if blurs else AT_REST.returns,
    )
