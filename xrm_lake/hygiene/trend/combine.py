"""What is told of a whole by its parts: the worst of them speaks."""

from collections.abc import Mapping
from dataclasses import replace

from xrm_lake.hygiene.trend.assess import Assessment
from xrm_lake.hygiene.trend.decide import State, Trend


def level_only(found: Assessment) -> Assessment:
    """What may be told of a whole whose flow is told by its parts: whether its share has crossed the limit."""
    return replace(found, shift=None, slope=None, step=None, season=None, passed=False)


def combine(whole: Trend, parts: Mapping[str, Trend], entered: Mapping[str, float]) -> tuple[str, Trend]:
    """
    The name of the part that speaks, and the state of all: what any part says, and what the whole says of its limit.

    Worse before better. Where no rule fired, the part of which most entered speaks. The figures are those of the part,
    the level is that of the whole. Without parts the whole is only told by its limit, and as too early to tell within it.
    """
    if not parts:
        return "", whole if whole.direction else Trend("no baseline", 0, "", Assessment(0, whole.assessment.gaps, None))
    for direction in (1, -1):
        fired = {name: part for name, part in parts.items() if part.direction == direction}
        crossed = "C" if "C" in whole.rules and whole.direction == direction else ""
        if not fired and not crossed:
            continue
        rules = "".join(sorted(set(crossed).union(*(part.rules for part in fired.values()))))
        name = max(fired or parts, key=lambda each: (len(parts[each].rules), entered[each]))
        spoken = replace(parts[name].assessment, level=whole.assessment.level, crossed=whole.assessment.crossed)
        return name, Trend(_state(rules, direction), direction, rules, spoken, parts[name].seasonal)
    name = max(parts, key=lambda each: entered[each])
    return name, parts[name]


def _state(rules: str, direction: int) -> State:
    if not rules.strip("A"):
        return "watch"
    return "better" if direction < 0 else "alert" if "A" in rules else "worse"
