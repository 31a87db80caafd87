"""What was said of a row that was nearly like a record holds for the same row when its source delivers it again."""

import polars as pl

from xrm_lake.ingest.layout import Side
from xrm_lake.store.write import Batch


def answered_before(batch: Batch, side: Side, source: str, rows: pl.DataFrame) -> dict[int, int | None]:
    """The records that rows of a source (record_no, source_key) were said to be, as far as they stand; undo of the answer takes it back."""
    with batch.frame("asked", rows.select("record_no", "source_key")):
        found = batch.query(
            f"""
            select a.record_no, arg_max(e.id, s.batch_id) as id
            from asked a join held_row h on h.source_key = a.source_key and len(h.candidates) > 0
            join batch b on b.batch_id = h.batch_id
            join batch s on s.batch_id = h.settled_by and s.source = $source and s.file_sha256 = b.file_sha256 and s.undone_by is null
            join delivered_row d on d.batch_id = s.batch_id and d.record_no = h.record_no
            join entity e on e.id = {"d.party_id" if side.prefix == "p." else "d.id"} and e.type = $type and e.deleted_at is null
            group by a.record_no
            """,  # noqa: S608
            source=source,
            type=side.entity_type.name,
        )
        return {int(row[0]): int(row[1]) for row in found.rows()}
