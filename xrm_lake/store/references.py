"""Which record a reference of an export means, such as `person/0196c5e4-…`; and what was written here since it was made."""

import polars as pl

from xrm_lake.model.own_file import REFERENCE
from xrm_lake.store.lake import Lake
from xrm_lake.store.ledger import ACTIVE
from xrm_lake.store.write import Batch

FOUND = pl.Schema({"ref": pl.String(), "id": pl.Int64(), "golden_id": pl.Int64(), "state": pl.String()})


def by_reference(reader: Lake | Batch, refs: pl.Series) -> pl.DataFrame:
    """
    The records that references mean (frame FOUND): none for one that is not here.

    `state` is `here`, `deleted` (by a person) or `withdrawn` (it went with an import that was undone).
    """
    asked = refs.alias("ref").drop_nulls().unique().to_frame()
    asked = asked.with_columns(
        type=pl.col("ref").str.extract(REFERENCE, 1), uid=pl.col("ref").str.extract(REFERENCE, 2)
    )
    asked = asked.drop_nulls("uid")
    if asked.is_empty():
        return pl.DataFrame(schema=FOUND)
    with reader.frame("asked", asked):
        return (
            reader.query(
                f"""
                with met as (
                    select a.ref, e.id, e.golden_id, e.deleted_at is not null as gone
                    from asked a join entity e on e.uid = a.uid::uuid and e.type = a.type
                ), last as (
                    select c.entity_id as id, coalesce(arg_max(c.op, c.seq) filter (where {ACTIVE}), '') as op
                    from change c join batch b on b.batch_id = c.batch_id
                    where c.op in ('create', 'delete', 'restore') and c.entity_id in (select id from met where gone)
                    group by c.entity_id
                )
                select m.ref, m.id, m.golden_id,
                       case when not m.gone then 'here' when l.op = 'delete' then 'deleted' else 'withdrawn' end as state
                from met m left join last l on l.id = m.id
                """
            )
            .frame()
            .cast(FOUND)
        )


def golden_of(batch: Batch, ids: pl.Series) -> pl.DataFrame:
    """What stands for each of these records now: id, golden (its golden record, or itself)."""
    with batch.frame("asked", ids.alias("id").unique().to_frame()):
        return batch.query(
            "select e.id, coalesce(e.golden_id, e.id) as golden from asked a join entity e on e.id = a.id"
        ).frame()


def by_origin(batch: Batch, type_name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """The standing records by source and key: `rows` has n, source, key; returns n, id."""
    with batch.frame("origins", rows.select("n", "source", "key")):
        return batch.query(
            """
            select o.n, min(e.id) as id from origins o
            join entity e on e.source = o.source and e.source_key = o.key and e.type = $type and e.deleted_at is null
            group by o.n
            """,
            type=type_name,
        ).frame()


def values_then(batch: Batch, ids: pl.DataFrame) -> pl.DataFrame:
    """
    What was changed of records since an export: `ids` has entity_id and version (the lake's last batch then).

    Returns entity_id, field (null: what stands beside the fields) and base, the value that it had then, as canonical text.
    """
    with batch.frame("exported", ids.select("entity_id", "version")):
        return batch.query(
            """
            select c.entity_id, c.field, arg_min_null(c.old, c.seq) as base
            from change c join exported x on x.entity_id = c.entity_id and c.batch_id > x.version
            where c.op in ('set', 'pin', 'extra') group by c.entity_id, c.field
            """
        ).frame()


def noted_since(batch: Batch, ids: pl.DataFrame) -> pl.DataFrame:
    """What was noted last of contested values since an export, answered or not: entity_id, field, new; `ids` as in `values_then`."""
    with batch.frame("exported", ids.select("entity_id", "version")):
        return batch.query(
            """
            select c.entity_id, c.field, arg_max_null(c.new, c.seq) as new
            from change c join exported x on x.entity_id = c.entity_id and c.batch_id > x.version
            where c.op = 'source' group by c.entity_id, c.field
            """
        ).frame()


def golden_changed(batch: Batch, ids: pl.DataFrame) -> pl.Series:
    """Those of golden records of which a member or a verdict was written since an export: `ids` as in `values_then`."""
    with batch.frame("exported", ids.select("entity_id", "version")):
        found = batch.query(
            """
            with member as (
                select x.entity_id, x.version, e.id from exported x join entity e on e.golden_id = x.entity_id
                union all select entity_id, version, entity_id from exported
            )
            select distinct m.entity_id from member m join change c on c.entity_id = m.id and c.batch_id > m.version
            where c.op not in ('link', 'unlink', 'source', 'answer', 'pin')
            union
            select m.entity_id from member m join verdict v on m.id in (v.left_id, v.right_id)
            join batch b on b.batch_id = v.decision_id where greatest(b.batch_id, coalesce(b.undone_by, 0)) > m.version
            """
        ).frame()
    return found["entity_id"].cast(pl.Int64)


def links_then(batch: Batch, link_type: str, ids: pl.DataFrame) -> pl.DataFrame:
    """
    The links of a type that leave from records, now or when they were exported: `ids` has id (golden where merged) and version.

    Returns link_id, id, to_golden, fields (JSON text), since, until, stands (now), stood (then) and fresh (made after that).
    """
    with batch.frame("exported", ids.select("id", "version").unique("id")):
        return batch.query(
            """
            with led as (
                select l.id as link_id, x.id, x.version, l.from_id, l.to_golden, l.ended_at is null as stands, l.fields::varchar as fields,
                       l.since, l.until, l.batch_id > x.version as fresh
                from link l join exported x on x.id = l.from_golden where l.type = $type
            ), since as (
                select d.link_id, arg_min(c.op, c.seq) as op
                from led d join change c on c.entity_id = d.from_id and c.batch_id > d.version and c.op in ('link', 'unlink')
                 and coalesce(c.new, c.old) = d.link_id::varchar
                group by d.link_id
            )
            select d.link_id, d.id, d.to_golden, d.fields, d.since, d.until, d.stands, coalesce(s.op = 'unlink', d.stands) as stood, d.fresh
            from led d left join since s on s.link_id = d.link_id order by d.link_id
            """,
            type=link_type,
        ).frame()
