"""A later delivery of a source that is there already, told by its headers, its ids and what its records are called."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from xrm_lake.ingest.met import Met, met
from xrm_lake.ingest.plan import ColumnPlan, FilePlan
from xrm_lake.ingest.plan_text import headers_text
from xrm_lake.store.lake import Lake
from xrm_lake.store.mappings import saved_plans
from xrm_lake.store.sources import sources_unmapped

_Noted = tuple[FilePlan, tuple[str, ...]]


def of_known_sources(lake: Lake, plans: Sequence[FilePlan]) -> list[_Noted]:
    """
    The plans, those of a source that nobody named with the known source that they are a delivery of, and the notes that say so.

    That is one whose files had the same headers, or that came in by an export of another lake, whose ids are met again, and whose
    records are called the same under them; those that have no name but their key are the same in all other cells. Where they are
    not, or too little tells, the plan stays of its own source, and a note says that. A file that nothing is known of is of the
    source of the files beside it if it holds its records, or if they name each other's records and it holds no others under its ids.
    """
    found = _Found(lake, plans)
    for place in range(len(plans)):
        found.look_up(place)
    found.look_beside()
    while found.follow():
        pass
    return [found.renamed(place) for place in range(len(plans))]


def with_linked_sources(saved: Sequence[FilePlan], fresh: Sequence[FilePlan]) -> list[FilePlan]:
    """Saved plans whose links name records of the sources that the files of this delivery are of, as the fresh plans say."""
    return [
        replace(plan, columns=tuple(_sourced(column, fresh, place) for column in plan.columns))
        for place, plan in enumerate(saved)
    ]


def _sourced(column: ColumnPlan, fresh: Sequence[FilePlan], place: int) -> ColumnPlan:
    now = next((each for each in fresh[place].columns if each.position == column.position), None)
    if column.link is None or now is None or now.link is None or not _targets(fresh, place, now):
        return column
    return (
        replace(column, link=replace(column.link, source=now.link.source)) if column.link.match_by == "id" else column
    )


@dataclass
class _Found:
    """
    What was found so far: by place of a plan its `source` (None: its own, and that is known), and hints for those that stay apart.

    `met` are those told by their records.
    """

    lake: Lake
    plans: Sequence[FilePlan]
    source: dict[int, str | None] = field(default_factory=dict)
    met: set[int] = field(default_factory=set)
    hints: dict[int, str] = field(default_factory=dict)

    def look_up(self, place: int) -> None:
        """Look a plan up among the sources whose files had its headers, and those of which no file was seen."""
        plan = self.plans[place]
        if plan.preset is not None:
            self.source[place] = None
            return
        if not self._tells(plan):
            return
        before = saved_plans(self.lake, headers_text(plan.delivery.headers))
        if any(row["source"] == plan.source for row in before):
            self.source[place] = None
            return
        seen = dict.fromkeys(str(row["source"]) for row in before if row["type"] == plan.type)
        unseen = sources_unmapped(self.lake, plan.type)
        self._take(place, [found for source in seen if (found := met(self.lake, plan, source))], hint=True)
        if place not in self.source and place not in self.hints:
            self._take(place, [found for source in unseen if (found := met(self.lake, plan, source))], hint=False)

    def look_beside(self) -> None:
        """Look the others up in the sources of the files beside them, whatever their headers are."""
        for place in self._open():
            plan = self.plans[place]
            beside = {self._source_of(each) for each in self.source if self.plans[each].source == plan.source}
            beside -= {plan.source}
            if self._tells(plan):
                self._take(place, [found for source in beside if (found := met(self.lake, plan, source))], hint=True)

    def follow(self) -> bool:
        """Let those that are still open be of the one source of the files that they are linked with; whether any was."""
        told = {}
        for place in self._open():
            sources = {self._source_of(each) for each in self.source if self._linked_with(place, each)}
            if len(sources) == 1:
                (source,) = sources
                told[place] = source if source != self.plans[place].source else None
        self.source |= told
        return bool(told)

    def renamed(self, place: int) -> _Noted:
        """A plan with its source, and the sources of what its links name."""
        plan, source = self.plans[place], self._source_of(place)
        columns = tuple(self._linked(place, column) for column in plan.columns)
        found = replace(plan, source=source, columns=columns)
        if source == plan.source:
            return found, (self.hints[place],) if place in self.hints else ()
        why = "whose records it has" if place in self.met else "like the files that it is linked with"
        note = f"It is taken for a delivery of the source {source}, {why}. If it is none: --source {plan.source}"
        return found, (note,)

    def _tells(self, plan: FilePlan) -> bool:
        return plan.shape == "records" and self.lake.catalog.has_type(plan.type)

    def _open(self) -> list[int]:
        return [place for place in range(len(self.plans)) if place not in self.source and place not in self.hints]

    def _take(self, place: int, found: list[Met], *, hint: bool) -> None:
        best = max(found, key=lambda each: each.called, default=None)
        if best is not None and best.same:
            self.source[place] = best.source
            self.met.add(place)
        elif best is not None and hint:
            own = self.plans[place].source
            self.hints[place] = (
                f"{best.known} of its ids are those of the source {best.source}, but under them stand other records, or"
                f" too little tells that they are the same, so it is taken for a source of its own: {own}. If it comes"
                f" from there: --source {best.source}"
            )

    def _source_of(self, place: int) -> str:
        return self.source.get(place) or self.plans[place].source

    def _linked_with(self, place: int, other: int) -> bool:
        return other in _named(self.plans, place) or place in _named(self.plans, other)

    def _linked(self, place: int, column: ColumnPlan) -> ColumnPlan:
        link = column.link
        if link is None or link.match_by != "id":
            return column
        own, named = self._source_of(place), link.source
        targets = {self._source_of(each) for each in _targets(self.plans, place, column)}
        if targets:
            named = own if own in targets else min(targets)
        return replace(column, link=replace(link, source="" if named == own else named))


def _named(plans: Sequence[FilePlan], place: int) -> set[int]:
    """The places of the plans whose records a plan names by their ids."""
    return {target for column in plans[place].columns for target in _targets(plans, place, column)}


def _targets(plans: Sequence[FilePlan], place: int, column: ColumnPlan) -> list[int]:
    link = column.link
    if link is None or link.match_by != "id":
        return []
    source = link.source or plans[place].source
    of_type = [each for each, plan in enumerate(plans) if plan.shape == "records" and plan.source == source]
    return [each for each in of_type if not link.to_types or plans[each].type in link.to_types]
