"""Undo of stages: those that came with imports stand for as long as an import that brought them, or a record in them."""

from dataclasses import replace

from xrm_lake.model.entity_type import EntityType, Stage
from xrm_lake.model.names import quoted
from xrm_lake.store.catalog_io import write_types
from xrm_lake.store.ledger import ACTIVE
from xrm_lake.store.views import table_of
from xrm_lake.store.write import Batch


def settle_stages(batch: Batch, subject: int, redo: bool) -> None:
    """Take out the stages that came with imports of which none counts and which no record is in; a redo brings back what its records need."""
    names = batch.query(
        "select distinct type from change where op = 'add_stage' and type in"
        " (select type from change where batch_id = $subject) order by type",
        subject=subject,
    ).column()
    for name in names:
        _settle(batch, batch.catalog.type(name), redo)


def _settle(batch: Batch, entity_type: EntityType, redo: bool) -> None:
    brought = batch.query(
        f"""
        select c.field, arg_max(c.new, c.seq) as outcome, count(*) filter (where {ACTIVE}) > 0 as counts
        from change c join batch b on b.batch_id = c.batch_id
        where c.op = 'add_stage' and c.type = $type group by c.field order by min(c.seq)
        """,
        type=entity_type.name,
    ).rows()
    # The members of a golden record are not live, and are in their stages all the same.
    used = set(
        batch.query(
            f"select distinct r.{quoted(entity_type.stage_field)} from {table_of(entity_type.name)} r"
            " join entity e on e.id = r.id and e.deleted_at is null"
        ).column()
    )
    gone = {name for name, _, counts in brought if not counts and name not in used}
    stages = [stage for stage in entity_type.stages if stage.name not in gone]
    known = {stage.name for stage in stages}
    missing = [(name, outcome) for name, outcome, _ in brought if redo and name in used and name not in known]
    last = max((stage.position for stage in stages), default=0)
    stages += [Stage(name, last + place, outcome) for place, (name, outcome) in enumerate(missing, 1)]
    if tuple(stages) != entity_type.stages:
        write_types(batch, [replace(entity_type, stages=tuple(stages))])
