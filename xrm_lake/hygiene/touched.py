"""What was touched: the records of a type of which the ledger tells something since a change."""

from xrm_lake.hygiene.seen import organisation_links
from xrm_lake.model.entity_type import EntityType
from xrm_lake.store.lake import Lake


def touched_since(lake: Lake, entity_type: EntityType, seq: int, *, judged: int, limit: int | None = None) -> list[int]:
    """
    The records that were made, changed, linked, deleted or brought back since the change of that number, youngest change first.

    A person is seen with the name of their organisation, so those of an organisation that may be called otherwise now are
    among them: it was renamed, or merged with another, or parted from it, or a pin of it was set or taken back, by a batch after `judged`.
    """
    links = organisation_links(lake, entity_type)
    called = list(lake.catalog.type("organisation").caption) if links else []
    return lake.query(
        """
        with touched as (
            select entity_id as id, max(seq) as seq from change where seq > $seq and type = $type group by entity_id
            union all
            select l.from_id, max(c.seq) from change c join entity o on o.id = c.entity_id
            join link l on l.to_golden = coalesce(o.golden_id, o.id) and list_contains($links, l.type) and l.ended_at is null
            where c.seq > $seq and c.type = 'organisation' and (c.field is null or list_contains($called, c.field))
            and c.op <> 'create' and len($links) > 0
            group by l.from_id
            union all
            select l.from_id, $seq from (
                select decision_id, left_id as id from verdict union all select decision_id, right_id from verdict
                union all select batch_id, entity_id from change where op = 'pin' and type = 'organisation'
            ) v join batch b on b.batch_id = v.decision_id join entity o on o.id = v.id and o.type = 'organisation'
            join link l on l.to_golden = coalesce(o.golden_id, o.id) and list_contains($links, l.type) and l.ended_at is null
            where (b.batch_id > $judged or b.undone_by > $judged) and len($links) > 0
            group by l.from_id
        )
        select id from touched group by id order by max(seq) desc, id limit $limit
        """,
        seq=seq,
        type=entity_type.name,
        links=links,
        called=called,
        judged=judged,
        limit=limit,
    ).column()


def recent(lake: Lake, type_name: str, seq: int, *, limit: int) -> list[int]:
    """Records of a type that were themselves made or changed since, youngest change first; quicker than all that were touched."""
    return lake.query(
        "select entity_id from change where seq > $seq and type = $type group by entity_id order by max(seq) desc limit $limit",
        seq=seq,
        type=type_name,
        limit=limit,
    ).column()
