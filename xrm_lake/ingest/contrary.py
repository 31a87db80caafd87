"""Files of one import that contradict each other: of one record they tell different values, and the one read last stands."""

from collections.abc import Mapping

from xrm_lake.store.write import Batch


def contrary_files(batch: Batch, files: Mapping[int, str]) -> dict[int, list[str]]:
    """
    For each batch of this import that wrote over what another of its files had told: a note for each such file, with how many records.

    `files` are the batches of the import with the names of their files. A cell that was empty before is no contradiction.
    """
    found = batch.query(
        """
        with own as (select * from change where batch_id in (select unnest($ids::bigint[]))),
        made as (select entity_id, min(batch_id) as batch_id from own where op = 'create' group by entity_id),
        written as (
            select batch_id, entity_id, old, new,
                   lag(batch_id) over (partition by entity_id, field order by seq) as before
            from own where op = 'set'
        )
        select w.batch_id, coalesce(w.before, m.batch_id) as over_batch, count(distinct w.entity_id) as records
        from written w left join made m on m.entity_id = w.entity_id
        where w.old is not null and w.new is not null and coalesce(w.before, m.batch_id) <> w.batch_id
        group by all order by all
        """,
        ids=list(files),
    ).rows()
    notes: dict[int, list[str]] = {}
    for own, over, records in found:
        of = "1 record" if records == 1 else f"{records} records"
        notes.setdefault(own, []).append(
            f"{files[over]} tells other values of {of} of this file: this file was read later and wrote over them."
            " Import one of the two alone if its values are to stay."
        )
    return notes
