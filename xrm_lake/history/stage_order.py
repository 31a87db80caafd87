"""
The order of stages: which one is further on.

Stages that somebody declared stand in their order. One that an import has met stands where it was met, which says nothing: it has a
place only by its chance to win, the stage's own or what the records in it state, and only if all declared ones have a chance too.
"""

import polars as pl

from xrm_lake.model.entity_type import EntityType, Stage
from xrm_lake.model.names import quoted
from xrm_lake.store.as_of import State

STAGES = pl.Schema({"stage": pl.String(), "outcome": pl.String(), "place": pl.Int64(), "probability": pl.Float64()})
_CHANCE = "probability"


def placed_stages(state: State, item: EntityType) -> pl.DataFrame:
    """The stages of a type (frame STAGES): outcome, place among the open ones from 0, and probability (0..1); null where unknown."""
    met = set(
        state.query(
            f"""
            select c.field from {state.change} c join {state.batch} b on b.batch_id = c.batch_id
            where c.type = $type and c.op = 'add_stage' and b.kind = 'import'
            """,
            type=item.name,
        ).column()
    )
    stated = _stated(state, item)
    chances = {
        stage.name: stage.probability if stage.probability is not None else stated.get(stage.name)
        for stage in item.stages
    }
    places = {name: place for place, name in enumerate(order(item.stages, met, chances))}
    rows = [(stage.name, stage.outcome, places.get(stage.name), chances[stage.name]) for stage in item.stages]
    return pl.DataFrame(rows, schema=STAGES, orient="row")


def order(stages: tuple[Stage, ...], met: set[str], chances: dict[str, float | None]) -> list[str]:
    """
    The open stages whose place is known, in their order; `met` are those that an import has added.

    >>> open_ = tuple(Stage(name, place) for place, name in enumerate(("New", "Offer", "Met late", "Unclear")))
    >>> order(open_, {"Met late", "Unclear"}, {"New": 0.1, "Offer": 0.6, "Met late": 0.3, "Unclear": None})
    ['New', 'Met late', 'Offer']
    >>> order(open_, {"Met late", "Unclear"}, {"New": None, "Offer": None, "Met late": 0.3, "Unclear": None})
    ['New', 'Offer']
    """
    opened = sorted((stage for stage in stages if stage.outcome == "open"), key=lambda stage: stage.position)
    declared = [stage.name for stage in opened if stage.name not in met]
    if any(chances[name] is None for name in declared):
        return declared
    known = [(chance, stage.name) for stage in opened if (chance := chances[stage.name]) is not None]
    # Two that state the same chance keep the order of their declaration.
    return [name for _, name in sorted(known, key=lambda each: each[0])]


def _stated(state: State, item: EntityType) -> dict[str, float]:
    """The median chance (0..1) that the records in a stage state, of those that state one."""
    if not any(field.name == _CHANCE and field.kind == "percent" for field in item.active_fields):
        return {}
    rows = state.query(
        f"""
        select {quoted(item.stage_field)}::varchar, (median({quoted(_CHANCE)}) / 100)::double from {state.records(item.name)}
        where live and {quoted(_CHANCE)} is not null group by all
        """
    ).rows()
    return {str(stage): float(chance) for stage, chance in rows}
