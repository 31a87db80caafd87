"""Timelines: what happened around a record, told by the dates of what it is linked to."""

import polars as pl

from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.names import quoted
from xrm_lake.store.lake import Lake
from xrm_lake.store.search import captions_of
from xrm_lake.store.views import table_of

EVENTS = pl.Schema(
    {
        "happened_at": pl.Datetime("us"),
        "type": pl.String(),
        "id": pl.Int64(),
        "caption": pl.String(),
        "what": pl.String(),
    }
)


def record_timeline(lake: Lake, id: int, *, limit: int = 30) -> pl.DataFrame:
    """
    The records that are linked to this one and bear a date, latest first.

    Returns happened_at (of a date: its midnight), type, id, caption, what (its first choice, such as the sort of an activity).
    """
    linked = lake.query(
        """
        select distinct e.id, e.type from link l
        join entity e on e.id = case when l.from_golden = $id then l.to_golden else l.from_golden end
        where (l.from_golden = $id or l.to_golden = $id) and l.ended_at is null and e.deleted_at is null and e.id <> $id
        """,
        id=id,
    ).frame()
    parts = [
        _events(lake, lake.catalog.type(str(name)), part["id"].to_list(), limit)
        for (name,), part in linked.group_by("type", maintain_order=True)
    ]
    events = pl.concat([pl.DataFrame(schema=EVENTS).drop("caption"), *parts])
    latest = events.sort("happened_at", "id", descending=[True, True]).head(limit)
    captions = captions_of(lake, latest["id"].to_list(), latest["type"].to_list())
    named = latest.with_columns(caption=pl.Series([captions[id] for id in latest["id"]], dtype=pl.String))
    return named.select(EVENTS.names())


def _events(lake: Lake, entity_type: EntityType, ids: list[int], limit: int) -> pl.DataFrame:
    moment = _first(entity_type, "datetime") or _first(entity_type, "date")
    if moment is None:
        return pl.DataFrame(schema=EVENTS).drop("caption")
    sort = _first(entity_type, "choice")
    what = quoted(sort) if sort else "null"
    return (
        lake.query(
            f"""
            select {quoted(moment)}::timestamp as happened_at, $type as type, id, {what}::varchar as what
            from {table_of(entity_type.name)} where list_contains($ids, id) and {quoted(moment)} is not null
            order by 1 desc, id desc limit $limit
            """,
            type=entity_type.name,
            ids=ids,
            limit=limit,
        )
        .frame()
        .cast({name: kind for name, kind in EVENTS.items() if name != "caption"})
    )


def _first(entity_type: EntityType, kind: str) -> str | None:
    return next((field.name for field in entity_type.active_fields if field.kind == kind), None)
