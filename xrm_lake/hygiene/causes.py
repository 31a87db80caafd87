"""Causes: from which source, and with whose records, what got worse came."""

from collections.abc import Iterable
from datetime import date

from xrm_lake.governance.sight import sees_people
from xrm_lake.hygiene.courses import Course
from xrm_lake.hygiene.odd_weeks import list_odd_weeks
from xrm_lake.hygiene.owners import list_owners
from xrm_lake.hygiene.series import Series, read_series
from xrm_lake.hygiene.trend.excess import excess
from xrm_lake.hygiene.trend.flows import weekly
from xrm_lake.hygiene.trend.words import began
from xrm_lake.model.metrics import FEWEST
from xrm_lake.store.lake import Lake

SPLITS = ("source", "owner")
# A part speaks for the rise if it brought so much of it.
SPEAKS = 0.25


def causes(lake: Lake, courses: Iterable[Course]) -> dict[tuple[str, str], str]:
    """
    For each metric and scope that gets worse, in words, the parts that more entered from than before, the greatest first.

    Of sources by name; of owners by name to those alone who may see figures about persons, and to others that it is one of so many.
    Nothing is told of an owner of fewer than 30 records. Empty where snapshots know no parts.
    """
    worse = [course for course in courses if course.trend.direction > 0]
    if not worse:
        return {}
    day = max(course.flows.day[-1] for course in worse).item()
    odd = tuple(list_odd_weeks(lake)["day"].to_list())
    series = read_series(lake, day, splits=SPLITS)
    names = dict(list_owners(lake).select("id", "caption").iter_rows()) if sees_people(lake) else {}
    told = {}
    for course in worse:
        mine = [each for each in series if (each.metric, each.scope) == (course.metric, course.scope)]
        parts = [_words(course, [each for each in mine if each.split == split], split, names, odd) for split in SPLITS]
        told[course.metric, course.scope] = " ".join(part for part in parts if part)
    return told


def _words(course: Course, parts: list[Series], split: str, names: dict[int, str], odd: tuple[date, ...]) -> str:
    since, before = began(course.trend), course.trend.assessment.baseline
    if since is None or before is None:
        return ""
    shown = [each for each in parts if split != "owner" or (each.part and each.den >= FEWEST)]
    more = {each.part: excess(weekly(each.taken, odd=odd), since, before.rate) for each in shown}
    whole = sum(value for value in more.values() if value > 0)
    leading = sorted(
        (part for part, value in more.items() if value >= 1 and value >= SPEAKS * whole), key=lambda part: -more[part]
    )
    if not leading:
        return ""
    if split == "source":
        return "More came from " + _list(leading, more, {part: part or "no source" for part in leading}) + "."
    if names:
        return "More is of " + _list(leading, more, {part: names.get(int(part), part) for part in leading}) + "."
    # Of one or two, a number would name them.
    if len(shown) < 3:
        return ""
    return f"{_times(len(leading))} of {len(shown)} owners {'has' if len(leading) == 1 else 'have'} most of it."


def _list(parts: list[str], more: dict[str, float], called: dict[str, str]) -> str:
    return ", ".join(f"{called[part]} (some {more[part]:,.0f} more than before)" for part in parts[:3])


def _times(count: int) -> str:
    return "One" if count == 1 else f"{count:,}"
