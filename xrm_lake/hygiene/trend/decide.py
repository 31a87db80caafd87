"""Alert levels: what the rules say together, of one series and of all that stand in one report."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from xrm_lake.hygiene.trend.assess import Assessment
from xrm_lake.hygiene.trend.slope import STEEP, SURE
from xrm_lake.hygiene.trend.step import FAR
from xrm_lake.hygiene.trend.together import stand_together

State = Literal["alert", "worse", "watch", "steady", "better", "too few", "no baseline"]


@dataclass(frozen=True)
class Trend:
    """
    The state of one series. `direction` is 1 if the flow into the bad state grows, -1 if it shrinks, 0 if neither is told.

    `alert`: rule B, C or D says worse, and A too; `worse`: B, C or D; `watch`: A alone, either way; `better`: B, C or D says better,
    and A does not say worse; `too few`: no rule could have told; `no baseline`: fewer than 14 weeks. `rules` are those that fired
    in that direction. `seasonal`: what rules A, B or D saw is as it was in the same weeks of last year, and does not count.
    """

    state: State
    direction: int
    rules: str
    assessment: Assessment
    seasonal: bool = False


def decide(assessed: Sequence[Assessment]) -> list[Trend]:
    """The state of each series of one report: what rules B and D find must stand among all of them."""
    slopes = _standing({place: each.slope.p for place, each in enumerate(assessed) if each.slope and each.is_enough})
    steps = _standing({place: each.step.p for place, each in enumerate(assessed) if each.step and each.is_enough})
    return [
        _state(each, _sloping(each) if place in slopes else 0, _stepped(each) if place in steps else 0)
        for place, each in enumerate(assessed)
    ]


def _standing(p: dict[int, float]) -> set[int]:
    stands = stand_together(np.array(list(p.values())))
    return {place for place, found in zip(p, stands.tolist(), strict=True) if found}


def _state(found: Assessment, sloping: int, stepped: int) -> Trend:
    if found.baseline is None:
        return Trend("no baseline", 0, "", found)
    shifted = _shifted(found)
    told = stepped or sloping or shifted
    seasonal = told != 0 and found.season is not None and found.season.direction != told
    if seasonal:
        shifted = sloping = stepped = 0
    crossed = found.level.direction if found.level else 0
    for direction in (1, -1):
        fired = {"A": shifted, "B": sloping, "C": crossed, "D": stepped}
        rules = "".join(rule for rule, way in fired.items() if way == direction)
        if direction == -1 and shifted == 1:
            break
        if rules.strip("A"):
            state: State = "better" if direction < 0 else "alert" if "A" in rules else "worse"
            return Trend(state, direction, rules, found, seasonal)
    if shifted:
        return Trend("watch", shifted, "A", found, seasonal)
    return Trend("steady" if found.is_enough or _is_empty(found) else "too few", 0, "", found, seasonal)


def _shifted(found: Assessment) -> int:
    return found.shift.direction if found.shift and found.is_enough and not found.passed else 0


def _sloping(found: Assessment) -> int:
    if found.slope is None or found.slope.p >= SURE or abs(found.steepness) < STEEP:
        return 0
    return 1 if found.steepness > 0 else -1


def _stepped(found: Assessment) -> int:
    is_far = found.step is not None and abs(found.step.errors) > FAR
    if found.step is None or not is_far or abs(found.step.now - found.step.before) < STEEP * found.step.before:
        return 0
    return 1 if found.step.errors > 0 else -1


def _is_empty(found: Assessment) -> bool:
    """Nothing entered although many could have: that is steady, not unknown."""
    return found.baseline is not None and found.baseline.rate == 0 and found.now is not None and found.now.value == 0
