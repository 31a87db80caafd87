"""
Histories: which values a field of each record has had, and since when.

Two sources tell it: the ledger of the lake, and histories that were imported as records of their own (a stage, the moment, and a link to the
record). A moment is `known` if a source says it: of a record that came in as it was, nobody knows since when it has been so. It is `exact`,
to the second, where a person made the change here or the imported history has a time of day.
"""

from collections.abc import Iterator

import polars as pl

from xrm_lake.history.lifetime import born_sql
from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.names import quoted
from xrm_lake.store.as_of import State

HISTORY = pl.Schema(
    {
        "id": pl.Int64(), "value": pl.String(), "since": pl.Datetime("us"), "known": pl.Boolean(), "exact": pl.Boolean(),
    }
)  # fmt: skip


def values_over_time(state: State, item: EntityType, field: str) -> pl.DataFrame:
    """
    Each value that a field of each live record has had, oldest first (frame HISTORY); a value that came again after another counts again.

    `value` is null from when it was cleared, and of a record that began without one. The first value stands since the record began. A golden
    record has the history of its oldest member.
    """
    ledger = state.query(_LEDGER.format(**_names(state, item, field)), type=item.name, field=field).frame()
    imported = pl.concat(
        [
            pl.DataFrame(schema=HISTORY),
            *(_imported(state, item, query, field) for query in _histories(state, item, field)),
        ]
    )
    # As what a record came in says less of its beginning than a history of it.
    of_a_history = pl.col("id").is_in(imported["id"].unique().implode())
    kept = pl.concat([imported, ledger.cast(HISTORY).filter(pl.col("known") | ~of_a_history)])
    ordered = kept.sort("id", "since", "known", maintain_order=True)
    begins = pl.col("id").ne_missing(pl.col("id").shift())
    return ordered.filter(begins | pl.col("value").ne_missing(pl.col("value").shift())).cast(HISTORY)


_LEDGER = """
    with subject as (
        select r.id, if(e.source = 'golden', r.id - 1, r.id) as member, {born} as born, r.{field}::varchar as value
        from {records} r join {entity} e on e.id = r.id where r.live
    ), moved as (
        select s.id, c.old, c.new, c.made_at, c.seq, b.kind = 'edit' as exact
        from {change} c join {batch} b on b.batch_id = c.batch_id join subject s on s.member = c.entity_id
        where c.type = $type and c.field = $field and c.op = 'set' and b.undone_by is null and b.kind <> 'undo'
    ), made as (
        select s.id, b.kind = 'edit' as here
        from subject s join {entity} e on e.id = s.member join {batch} b on b.batch_id = e.batch_id
    ), first as (
        select id, arg_min_null(old, seq) as old from moved group by id
    )
    select s.id, if(f.id is null, s.value, f.old) as value, s.born as since, m.here as known, m.here as exact
    from subject s left join first f on f.id = s.id join made m on m.id = s.id
    union all
    select id, new, made_at, true, exact from moved
"""


def _names(state: State, item: EntityType, field: str) -> dict[str, str]:
    return {
        "records": state.records(item.name), "entity": state.entity, "change": state.change, "batch": state.batch,
        "born": born_sql(item, "r"), "field": quoted(field),
    }  # fmt: skip


def _histories(state: State, item: EntityType, field: str) -> Iterator[str]:
    """Queries of the histories that were imported for a field: types without stages of their own that are linked to the record."""
    for other in state.catalog.active_types:
        dated = [each for each in other.active_fields if each.kind in ("datetime", "date") and each.name != field]
        moment = min(dated, key=lambda each: each.kind != "datetime", default=None)
        names = {each.name for each in other.active_fields}
        own = field if field in names else "stage" if field == item.stage_field and "stage" in names else ""
        if other.name == item.name or other.stages or moment is None or not own:
            continue
        for link in state.catalog.link_types:
            if not link.retired and other.name in link.from_types and item.name in link.to_types:
                yield (
                    f"select l.to_golden as id, h.{quoted(own)}::varchar as value, h.{quoted(moment.name)}::timestamp as since"
                    f" from {state.records(other.name)} h join {state.link} l on l.from_id = h.id and l.ended_at is null"
                    f" and l.type = '{link.name}' where h.live and h.{quoted(moment.name)} is not null"
                )


def _imported(state: State, item: EntityType, query: str, field: str) -> pl.DataFrame:
    found = state.query(f"select * from ({query}) order by id, since").frame()
    if field == item.stage_field:
        # A field of that name that holds other words is no history of these stages.
        named = found["value"].is_in([stage.name for stage in item.stages]).sum()
        if 2 * named < found.height:
            found = found.clear()
    return (
        found.with_columns(known=pl.lit(value=True), exact=pl.col("since").dt.time() != pl.time(0, 0))
        .select(list(HISTORY))
        .cast(HISTORY)
    )
