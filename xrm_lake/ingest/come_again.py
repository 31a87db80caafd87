"""What waited of an earlier import and comes again with this one: a row that was held back, a reject that was mended since."""

import polars as pl

from xrm_lake.ingest.landed import Landed
from xrm_lake.ingest.write import Written
from xrm_lake.store.write import Batch

# Earlier imports of the source with the type of their rows; of an import that kept rows for later, how it read its file is kept.
_BEFORE = """
    before as (
        select b.batch_id from batch b join batch_plan p on p.batch_id = b.batch_id
        where b.source = $source and b.undone_by is null and b.batch_id <> $me
          and coalesce(nullif((p.plan->>'$.file')::json->>'$.link_type', ''), (p.plan->>'$.file')::json->>'$.type') = $type
    )
"""


def settle_held(batch: Batch, landed: Landed, written: Written | None, held: pl.DataFrame) -> None:
    """Let rows that were held back wait no more when they came in with this import, or are held back by it in their turn."""
    if written is None or batch.query("select 1 from held_row limit 1").one() is None:
        return
    keys = pl.concat([written.rows["source_key"], landed.source_keys(held["row"])["source_key"]]).unique()
    plan = landed.layout.plan
    with batch.frame("came", keys.alias("source_key").to_frame()):
        batch.execute(
            f"""
            with {_BEFORE}
            update held_row set settled_by = $me where source_key in (select source_key from came)
              and batch_id in (select batch_id from before)
              and (settled_by is null or settled_by in (select batch_id from batch where undone_by is not null))
            """,  # noqa: S608
            source=plan.source, type=plan.type, me=batch.id,
        )  # fmt: skip


def mended_before(batch: Batch, landed: Landed, found: pl.DataFrame) -> pl.DataFrame:
    """
    Rejects (with source_key) with the import that mended each, as far as it stands, in `mended_by`.

    It is the same reject if the same cell of the row with this key says the same, or the record as a whole.
    """
    if batch.query("select 1 from reject where mended_by is not null limit 1").one() is None:
        return found.with_columns(mended_by=pl.lit(None, pl.Int64))
    plan = landed.layout.plan
    numbered = found.with_row_index("place")
    with batch.frame("found", numbered.select("place", "column_name", "raw", "source_key")):
        known = batch.query(
            f"""
            with {_BEFORE}
            select f.place, max(r.mended_by) as mended_by
            from found f join reject r on r.column_name is not distinct from f.column_name and r.raw is not distinct from f.raw
              and case when f.column_name is null then f.raw is not null else r.source_key = f.source_key end
            join before on before.batch_id = r.batch_id
            join batch m on m.batch_id = r.mended_by and m.undone_by is null
            group by f.place
            """,  # noqa: S608
            source=plan.source, type=plan.link_type or plan.type, me=batch.id,
        ).frame()  # fmt: skip
    return numbered.join(
        known.cast({"place": numbered.schema["place"]}), on="place", how="left", maintain_order="left"
    ).drop("place")
