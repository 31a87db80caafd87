"""
Clusters and golden records, worked out from the verdicts that stand.

Nothing here is decided, so nothing here is history: the same standing verdicts and the same members
always give the same golden records, links and search texts, whatever happened in between.
"""

from collections.abc import Iterable

import polars as pl

from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.names import quoted
from xrm_lake.store.components import components
from xrm_lake.store.counters import golden_of_member
from xrm_lake.store.search import refresh_search
from xrm_lake.store.survivorship import golden_values
from xrm_lake.store.texts import cast_text
from xrm_lake.store.views import table_of
from xrm_lake.store.write import Batch

GOLDEN = "golden"


def rebuild_golden(batch: Batch, ids: Iterable[int]) -> None:
    """Work out anew the clusters that these records are in, or were in, and all that hangs on them."""
    start = pl.DataFrame({"id": pl.Series(list(ids), dtype=pl.Int64)}).unique()
    if start.is_empty() or not batch.query("select count(*) from verdict").value():
        return
    nodes, edges = _closure(batch, start)
    if edges.is_empty() and nodes["golden_id"].null_count() == nodes.height:
        return
    placed = _place(nodes, edges)
    moved = placed.filter(pl.col("golden_id").ne_missing(pl.col("new_golden")))
    stirred = placed.join(start, on="id", how="semi")
    stale = pl.concat([moved["golden_id"], moved["new_golden"], stirred["new_golden"]]).drop_nulls().unique().sort()
    if stale.is_empty():
        return
    for (type_name,), part in placed.group_by("type", maintain_order=True):
        entity_type = batch.catalog.type(str(type_name))
        _move(batch, entity_type, moved.filter(pl.col("type") == type_name))
        _derive(batch, entity_type, part.filter(pl.col("new_golden").is_in(stale.implode())), stale, edges)
    _relink(batch, moved)


def standing_pairs(batch: Batch, nodes: pl.DataFrame) -> pl.DataFrame:
    """
    The last word on each pair that touches these records, of decisions that were not undone.

    Returns left_id, right_id, verdict, made_at.
    """
    with batch.frame("touched", nodes.select("id")):
        return batch.query(
            """
            -- The batch that is being written has no row yet: it counts.
            select left_id, right_id, arg_max(verdict, seq) as verdict, arg_max(v.made_at, seq) as made_at
            from verdict v left join batch b on b.batch_id = v.decision_id
            where b.undone_by is null
              and (left_id in (select id from touched) or right_id in (select id from touched))
            group by left_id, right_id
            """
        ).frame()


def _closure(batch: Batch, start: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All records that are joined to these, or were; and the pairs that join them."""
    nodes = start
    while True:
        edges = standing_pairs(batch, nodes).filter(pl.col("verdict") == "same")
        ends = pl.concat([edges["left_id"], edges["right_id"]]).alias("id").to_frame()
        known = pl.concat([nodes, ends]).unique()
        with batch.frame("touched", known):
            found = batch.query(
                """
                with clusters as (
                    select distinct golden_id from entity where id in (select id from touched) and golden_id is not null
                )
                select id, type, golden_id, deleted_at is not null as deleted from entity
                where id in (select id from touched) or golden_id in (select golden_id from clusters)
                """
            ).frame()
        if found.height == nodes.height:
            return found.sort("id"), edges
        nodes = found.select("id")


def _place(nodes: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """Each record with the golden record that it belongs to now: `new_golden`, null if it stands alone."""
    standing = nodes.filter(~pl.col("deleted")).select("id")
    pairs = edges.join(standing, left_on="left_id", right_on="id", how="semi").join(
        standing, left_on="right_id", right_on="id", how="semi"
    )
    oldest = components(pairs.select("left_id", "right_id").iter_rows())
    rows = [(id, golden_of_member(root)) for id, root in oldest.items()]
    found = pl.DataFrame(rows, schema={"id": pl.Int64, "new_golden": pl.Int64}, orient="row")
    return nodes.join(found, on="id", how="left")


def _move(batch: Batch, entity_type: EntityType, moved: pl.DataFrame) -> None:
    if moved.is_empty():
        return
    table = table_of(entity_type.name)
    with batch.frame("moved", moved):
        batch.execute("update entity set golden_id = m.new_golden from moved m where entity.id = m.id")
        batch.execute(
            f"update {table} set live = m.new_golden is null and not m.deleted from moved m where {table}.id = m.id"
        )
        refresh_search(batch, entity_type.name, "moved")


def _derive(
    batch: Batch, entity_type: EntityType, members: pl.DataFrame, stale: pl.Series, edges: pl.DataFrame
) -> None:
    """Put the golden records of these members in place of what stood there."""
    gone = stale.alias("id").to_frame()
    table = table_of(entity_type.name)
    with batch.frame("stale", gone):
        batch.execute(f"delete from {table} where id in (select id from stale)")
        batch.execute("delete from entity where id in (select id from stale) and type = $type", type=entity_type.name)
        batch.execute(
            "delete from search_doc where id in (select id from stale) and type = $type",
            type=entity_type.name,
        )
    if members.is_empty():
        return
    with batch.frame("members", members):
        rows = batch.query(
            f"""
            select m.new_golden as golden_id, e.source as source_, r.* exclude (live, extra)
            from members m join {table} r on r.id = m.id join entity e on e.id = m.id order by r.id
            """
        ).frame()
        edits = batch.query(
            """
            select c.entity_id as id, c.field, max(c.made_at) as edited_
            from change c join batch b on b.batch_id = c.batch_id and b.kind = 'edit' and b.undone_by is null
            where c.op = 'set' and c.entity_id in (select id from members)
            group by c.entity_id, c.field
            """
        ).frame()
    golden = golden_values(rows, edits, source_trust(batch), entity_type)
    golden = _pinned(batch, entity_type, golden, members)
    stamped = golden.join(_versions(rows, members, edges, batch), on="golden_id").rename({"golden_id": "id"})
    batch.append(f"rec_{entity_type.name}", stamped.with_columns(live=True).sort("id"))
    with batch.frame("fresh", stamped.select("id")):
        # All of it follows from the oldest member, so that the same cluster is the same record.
        batch.execute(
            """
            insert into entity
            select f.id, e.type, md5(e.uid::varchar || 'golden')::uuid, 'golden', e.id::varchar, null, e.created_at, null, null
            from fresh f join entity e on e.id = f.id - 1 order by f.id
            """
        )
        refresh_search(batch, entity_type.name, "fresh")


def _versions(rows: pl.DataFrame, members: pl.DataFrame, edges: pl.DataFrame, batch: Batch) -> pl.DataFrame:
    """`updated_at` of each golden record: when a member, a verdict or a pin of it was last changed."""
    ids = members.select("id", golden_id="new_golden")
    judged = edges.join(ids, left_on="left_id", right_on="id").select("golden_id", updated_at="made_at")
    with batch.frame("members", members):
        pins = batch.query(
            "select entity_id as id, made_at as updated_at from pin where entity_id in (select id from members)"
        ).frame()
    pinned = pins.join(ids, on="id").select("golden_id", "updated_at")
    moments = pl.concat([rows.select("golden_id", "updated_at"), judged, pinned], how="vertical_relaxed")
    return moments.group_by("golden_id").agg(pl.col("updated_at").max())


def _pinned(batch: Batch, entity_type: EntityType, golden: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """The golden values with what people pinned put over them; the last pin on any member counts."""
    with batch.frame("members", members):
        names = batch.query(
            "select distinct field from pin where entity_id in (select id from members) order by field"
        ).column()
        for field in (item for item in entity_type.fields if item.name in names):
            pins = batch.query(
                f"""
                select m.new_golden as golden_id, arg_max_null({cast_text(field, "p.value")}, p.made_at) as pin_, true as is_pinned_
                from pin p join members m on m.id = p.entity_id where p.field = $field group by m.new_golden
                """,
                field=field.name,
            ).frame()
            golden = (
                golden.join(pins, on="golden_id", how="left")
                .with_columns(
                    pl.when(pl.col("is_pinned_")).then(pl.col("pin_")).otherwise(pl.col(field.name)).alias(field.name)
                )
                .drop("pin_", "is_pinned_")
            )
    return golden


def _relink(batch: Batch, moved: pl.DataFrame) -> None:
    with batch.frame("moved", moved):
        for end in ("from", "to"):
            column = quoted(f"{end}_golden")
            batch.execute(
                f"update link set {column} = coalesce(m.new_golden, m.id) from moved m where link.{end}_id = m.id"
            )


def source_trust(batch: Batch) -> dict[str, float]:
    """How far each source is trusted, where somebody said so; 0 is usual, higher wins."""
    rows = batch.query("select key, value from meta where starts_with(key, 'trust.')").rows()
    return {key.removeprefix("trust."): float(value) for key, value in rows}
