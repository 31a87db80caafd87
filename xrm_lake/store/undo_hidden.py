"""What goes out of sight with the records that an undo withdraws, though it was done later than what is undone."""

import polars as pl

from xrm_lake.store.ledger import ACTIVE
from xrm_lake.store.write import Batch


def hidden_work(batch: Batch, subject: int, withdrawn: pl.DataFrame) -> pl.DataFrame:
    """
    Later changes, pins, links and verdicts on records that are withdrawn (`id`): entity_id, field, reason.

    `field` is the field, the type of the link or the verdict. Links that an import made are not told: they come again with it.
    """
    with batch.frame("withdrawn", withdrawn.select("id")):
        return batch.query(
            f"""
            with done as (
                select c.entity_id, c.field, 'changed' as how, c.batch_id
                from change c where c.op = 'set' and c.entity_id in (select id from withdrawn)
                union all
                select p.entity_id, p.field, 'pinned', p.batch_id from pin p
                union all
                select unnest([l.from_id, l.to_id]), l.type, 'linked', l.batch_id
                from link l join batch m on m.batch_id = l.batch_id and m.kind <> 'import'
                where l.ended_at is null and l.type <> 'role_of' and l.batch_id > $subject
                union all
                select unnest([v.left_id, v.right_id]), v.verdict, 'judged', v.decision_id
                from verdict v where v.decision_id > $subject and v.verdict <> 'open'
            )
            select d.entity_id, d.field, 'withdrawn, though it was ' || d.how || ' by batch ' || max(d.batch_id) as reason
            from done d join batch b on b.batch_id = d.batch_id and {ACTIVE}
            where d.batch_id > $subject and d.entity_id in (select id from withdrawn)
            group by d.entity_id, d.field, d.how order by d.entity_id, d.field, d.how
            """,
            subject=subject,
        ).frame()
