"""Stages (G4): steps of a pipeline that nobody takes, that are there twice, or whose chances contradict each other."""

from collections.abc import Iterable
from datetime import timedelta

from xrm_lake.hygiene.debt.finding import Finding
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.metrics import FEWEST
from xrm_lake.model.names import quoted
from xrm_lake.store.as_of import State

DAYS = 90


def unused_stages(state: State, item: EntityType) -> list[Finding]:
    """Stages in which no record is, and none came or went in 90 days; of fewer than 30 records none is told. Source: quality.md §2.4, G4."""
    if not item.stages or not item.stage_field:
        return []
    stage = quoted(item.stage_field)
    records = state.query(f"select {stage}, count(*) from {state.records(item.name)} where live group by all").rows()
    if sum(n for _, n in records) < FEWEST:
        return []
    moved = state.query(
        f"""
        select distinct unnest([c.old, c.new]) from {state.change} c
        join {state.batch} b on b.batch_id = c.batch_id and b.undone_by is null and b.kind <> 'undo'
        where c.type = $type and c.field = $field and c.op = 'set' and c.made_at >= $since::date + interval 1 day
        """,
        type=item.name,
        field=item.stage_field,
        since=state.day - timedelta(days=DAYS),
    ).column()
    met = {name for name, _ in records} | set(moved)
    words = f"no record is in it, and none was in {DAYS} days"
    return [
        Finding("G4", "unused_stage", item.name, each.name, words, 0) for each in item.stages if each.name not in met
    ]


def double_stages(item: EntityType) -> list[Finding]:
    """Stages of a type whose names are the same but for case, blanks and signs. Source: quality.md §2.4, G4."""
    first: dict[str, str] = {}
    found = []
    for stage in sorted(item.stages, key=lambda each: each.position):
        plain = "".join(sign for sign in stage.name.casefold() if sign.isalnum()) or stage.name
        if first.setdefault(plain, stage.name) != stage.name:
            found.append(Finding("G4", "same_name", item.name, stage.name, f"is called like {first[plain]}"))
    return found


def contradictory_chances(item: EntityType) -> list[Finding]:
    """
    Stages whose stated chance to win contradicts their place: an open one below the one before it, won that is not 1, lost that is not 0.

    Source: quality.md §2.4, G4. Stages without a stated chance say nothing.
    """
    found, highest = [], 0.0
    for stage in sorted(item.stages, key=lambda each: each.position):
        chance = stage.probability
        if chance is None:
            continue
        sure = {"won": 1.0, "lost": 0.0}.get(stage.outcome)
        if sure is not None and chance != sure:
            words = f"{stage.outcome} has a chance of {100 * chance:g}%"
        elif sure is None and chance < highest:
            words = f"a chance of {100 * chance:g}%, and of {100 * highest:g}% before it"
        else:
            words = ""
        if words:
            found.append(Finding("G4", "contradictory_chance", item.name, stage.name, words, chance))
        if sure is None:
            highest = max(highest, chance)
    return found


def chances_of_two(types: Iterable[EntityType]) -> list[Finding]:
    """Stages that an earlier type has by the same name, with another chance. Source: quality.md §2.4, G4."""
    first: dict[str, tuple[str, float]] = {}
    found = []
    for item in types:
        for stage in item.stages:
            if stage.probability is None:
                continue
            other, chance = first.setdefault(stage.name.casefold(), (item.name, stage.probability))
            if chance != stage.probability:
                words = f"a chance of {100 * stage.probability:g}%, and of {100 * chance:g}% in {other}"
                found.append(Finding("G4", "two_chances", item.name, stage.name, words, stage.probability))
    return found
