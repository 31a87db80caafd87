"""Links that were proposed, made: where the record still has none, and both are there."""

import polars as pl

from xrm_lake.hygiene.fixes.outcome import CELLS, LEFT
from xrm_lake.store.bulk import insert_links
from xrm_lake.store.write import Batch


def join_cells(batch: Batch, cells: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Join records as told (CELLS: `field` is the type of link, `new` the other's id); gives what was joined, and what left (LEFT)."""
    if cells.is_empty():
        return pl.DataFrame(schema=CELLS), pl.DataFrame(schema=LEFT)
    with batch.frame("wanted", cells.with_columns(to_id=pl.col("new").cast(pl.Int64))):
        told = batch.query(
            """
            select w.type, w.record_id, w.field, w.old, w.new,
                   case when f.deleted_at is not null or t.id is null or t.deleted_at is not null then 'a record was deleted'
                        when coalesce(f.golden_id, f.id) = coalesce(t.golden_id, t.id) then 'both are one record by now'
                        when l.from_golden is not null then 'it is linked already'
                        when row_number() over (partition by w.record_id, w.field order by w.to_id) > 1 then 'another fix links it'
                   end as reason
            from wanted w join entity f on f.id = w.record_id left join entity t on t.id = w.to_id
            left join (select distinct type, from_golden from link where ended_at is null) l
              on l.type = w.field and l.from_golden = coalesce(f.golden_id, f.id)
            order by w.field, w.record_id, w.to_id
            """
        ).frame().cast(LEFT)  # fmt: skip
    ready, left = told.filter(pl.col("reason").is_null()), told.filter(pl.col("reason").is_not_null())
    insert_links(
        batch,
        ready.select(
            pl.col("field").alias("type"), pl.col("record_id").alias("from_id"), pl.col("new").cast(pl.Int64).alias("to_id"),
            pl.lit(None, pl.String).alias("fields"), pl.lit(None, pl.Date).alias("since"), pl.lit(None, pl.Date).alias("until"),
        ),
    )  # fmt: skip
    return ready.select(list(CELLS)), left.select(list(LEFT))
