"""Reports by name. To add one: write its file in `gallery/`, list it here."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from xrm_lake.errors import Misuse, UnknownName
from xrm_lake.reports.gallery.pipeline import pipeline
from xrm_lake.reports.gallery.quality import quality
from xrm_lake.reports.gallery.waterfall import waterfall
from xrm_lake.reports.gallery.weekly import weekly
from xrm_lake.reports.overridden import with_overrides
from xrm_lake.reports.page import Page
from xrm_lake.reports.scope import Scope
from xrm_lake.store.lake import Lake

# What narrows any report that can be narrowed.
SCOPE = tuple(each.name for each in fields(Scope))


@dataclass(frozen=True)
class Report:
    """
    A report: its name, the question it answers, and who builds its page as of a day.

    One that is `scoped` can be narrowed by the fields of `Scope`, which are options like its own; its builder takes a `scope`.
    """

    name: str
    title: str
    question: str
    build: Callable[..., Page]
    options: tuple[str, ...] = ()
    scoped: bool = False

    @property
    def takes(self) -> tuple[str, ...]:
        """The names of all options: its own, and those that narrow it."""
        return self.options + (SCOPE if self.scoped else ())


REPORTS: tuple[Report, ...] = (
    Report("weekly", "Weekly hygiene report", "What decayed, why, and what to do first?", weekly, ("owners",)),
    Report("quality", "Before and after", "What decayed, what was mended, and what remains?", quality),
    Report("pipeline", "Pipeline", "What is open, won and lost, by stage, owner and month?", pipeline, ("type",)),
    Report(
        "waterfall",
        "Waterfall",
        "How did the open pipeline come from what it was to what it is?",
        waterfall,
        ("type", "since", "period"),
        True,
    ),
)


def build_report(lake: Lake, name: str, *, as_of: date | None = None, **options: Any) -> Page:
    """
    The page of a report as of a day (today, unless told otherwise).

    Raises UnknownName for a report that is not there, Misuse for an option that it does not take.
    """
    found = next((item for item in REPORTS if item.name == name), None)
    if found is None:
        raise UnknownName("report", name, [item.name for item in REPORTS])
    given = {key: value for key, value in options.items() if value is not None}
    unknown = sorted(set(given) - set(found.takes))
    if unknown:
        raise Misuse(
            f"The report {name} takes no option {', '.join(unknown)}. It takes: {', '.join(found.takes) or 'none'}."
        )
    if found.scoped:
        given["scope"] = Scope(**{key: given.pop(key) for key in SCOPE if key in given})
    now = lake.clock()
    page = found.build(lake, as_of=as_of or now.date(), made_at=now, **given)
    return with_overrides(lake, page)
