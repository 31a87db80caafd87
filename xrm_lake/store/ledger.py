"""The ledger read back: which batches count, what happened to a record, what happened at all."""

import polars as pl

from xrm_lake.store.lake import Lake
from xrm_lake.store.read import resolve_id

# A batch counts unless it was undone; an undo only says which batch does not count. For `batch b`.
ACTIVE = "(b.undone_by is null and b.kind <> 'undo')"


def list_batches(lake: Lake, *, limit: int = 50, kind: str | None = None) -> pl.DataFrame:
    """
    What happened, newest first.

    Returns batch_id, kind, source, made_by, made_at, file_name, rows_read, rows_new, rows_changed, rows_same,
    rows_rejected, rows_held, changes (rows in the ledger), note, undone_by.
    """
    return lake.query(
        """
        select b.batch_id, b.kind, b.source, b.made_by, b.made_at, b.file_name, b.rows_read, b.rows_new, b.rows_changed,
               b.rows_same, b.rows_rejected, b.rows_held, coalesce(c.changes, 0) as changes, b.note, b.undone_by
        from (from batch where $kind::varchar is null or kind = $kind order by batch_id desc limit $limit) b
        left join (select batch_id, count(*) as changes from change group by batch_id) c on c.batch_id = b.batch_id
        order by b.batch_id desc
        """,
        kind=kind,
        limit=limit,
    ).frame()


def record_history(lake: Lake, id: int) -> pl.DataFrame:
    """
    What happened to a record, and to the members it was merged from, newest first.

    Returns made_at, made_by, batch_id, kind, source, record_id, op (create, set, pin, source, answer, delete, restore, link, unlink,
    same, different, unsure, open), field, old, new, undone_by (the batch that took it back),
    note (of the batch; of a verdict its reason). Raises UnknownRecord.
    """
    id = resolve_id(lake, id)
    return (
        lake.query(
            """
        with subject as (select $id as id union select e.id from entity e where e.golden_id = $id)
        select c.made_at, c.made_by, c.batch_id, b.kind, b.source, c.entity_id as record_id, c.op, c.field, c.old, c.new,
               b.undone_by, b.note, c.seq as place
        from change c join batch b on b.batch_id = c.batch_id where c.entity_id in (select id from subject)
        union all
        select v.made_at, v.made_by, v.decision_id, b.kind, b.source, least(v.left_id, v.right_id), v.verdict, null,
               v.left_id::varchar, v.right_id::varchar, b.undone_by, coalesce(v.reason, b.note), v.seq
        from verdict v join batch b on b.batch_id = v.decision_id
        where v.left_id in (select id from subject) or v.right_id in (select id from subject)
        order by 3 desc, 13 desc
        """,
            id=id,
        )
        .frame()
        .drop("place")
    )
