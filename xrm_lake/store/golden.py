"""
Clusters and golden records, worked out from the verdicts that stand.

Nothing here is decided, so nothing here is history: the same standing verdicts and the same members
always give the same golden records, links and search texts, whatever happened in between.

A deleted record still joins what was judged the same as it: it is no member and gives no value, but
what people pinned on it and linked to it stays with its cluster. A cluster has a golden record while two
members or more stand.
"""

from collections.abc import Iterable

import polars as pl

from xrm_lake.model.entity_type import EntityType
from xrm_lake.model.names import quoted
from xrm_lake.store.components import components
from xrm_lake.store.counters import golden_of_member
from xrm_lake.store.search import add_members, add_search
from xrm_lake.store.settings import Reader, settings_of
from xrm_lake.store.survivorship import golden_values
from xrm_lake.store.texts import cast_text
from xrm_lake.store.views import table_of
from xrm_lake.store.write import Batch

GOLDEN = "golden"
TRUST = "trust."


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
        _remove(batch, entity_type, part.filter(pl.col("golden_id").is_in(stale.implode()))["golden_id"].unique())
        _derive(batch, entity_type, part.filter(pl.col("new_golden").is_in(stale.implode())), edges)


def _closure(batch: Batch, start: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All records that are joined to these, or were; and the pairs that join them."""
    nodes = start
    while True:
        with batch.frame("touched", nodes):
            edges = _standing_pairs(batch).filter(pl.col("verdict") == "same")
            found = batch.query(
                """
                with clusters as (
                    select distinct golden_id from entity where id in (select id from touched) and golden_id is not null
                )
                select id, type, golden_id, deleted_at is not null as deleted from entity where id in (select id from touched)
                union
                select id, type, golden_id, deleted_at is not null from entity where golden_id in (select golden_id from clusters)
                """
            ).frame()
        reached = pl.concat([found["id"], edges["left_id"], edges["right_id"]]).unique().sort()
        if reached.equals(nodes["id"].sort()):
            return found.sort("id"), edges
        nodes = reached.alias("id").to_frame()


def _standing_pairs(batch: Batch) -> pl.DataFrame:
    """
    The last word on each pair that reaches `touched`, of decisions that were not undone.

    Returns left_id, right_id, verdict, made_at.
    """
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


def _place(nodes: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """Each record with the golden record it belongs to now: `new_golden`, null if fewer than two of its cluster stand."""
    roots = components(edges.select("left_id", "right_id").iter_rows())
    found = pl.DataFrame(list(roots.items()), schema={"id": pl.Int64, "root": pl.Int64}, orient="row")
    placed = nodes.join(found, on="id", how="left")
    standing = placed.filter(~pl.col("deleted"), pl.col("root").is_not_null())
    clusters = standing.group_by("root").agg(oldest=pl.col("id").min(), size=pl.len()).filter(pl.col("size") > 1)
    named = pl.Series("new_golden", [golden_of_member(id) for id in clusters["oldest"]], dtype=pl.Int64)
    return placed.join(clusters.select("root", named), on="root", how="left").drop("root")


def _move(batch: Batch, entity_type: EntityType, moved: pl.DataFrame) -> None:
    """Say of records which golden record they are in: spine, live rows, search and the ends of links."""
    if moved.is_empty():
        return
    table = table_of(entity_type.name)
    with batch.frame("moved", moved):
        batch.execute("update entity set golden_id = m.new_golden from moved m where entity.id = m.id")
        batch.execute(
            f"update {table} set live = m.new_golden is null and not m.deleted from moved m where {table}.id = m.id"
        )
        batch.execute("delete from search_doc where id in (select id from moved)")
        if moved["new_golden"].null_count():
            add_search(batch, entity_type, "r.id in (select id from moved)")
        for end in ("from", "to"):
            column = quoted(f"{end}_golden")
            batch.execute(
                f"update link set {column} = coalesce(m.new_golden, m.id) from moved m where link.{end}_id = m.id"
            )


def _remove(batch: Batch, entity_type: EntityType, gone: pl.Series) -> None:
    """Take golden records away; those that stay are derived anew."""
    if gone.is_empty():
        return
    with batch.frame("gone", gone.alias("id").to_frame()):
        for table in ("entity", "search_doc", table_of(entity_type.name)):
            batch.execute(f"delete from {table} where id in (select id from gone)")


def _derive(batch: Batch, entity_type: EntityType, members: pl.DataFrame, edges: pl.DataFrame) -> None:
    """Add the golden records of these members; the deleted among them have their pins to give, and nothing else."""
    if members.is_empty():
        return
    with batch.frame("members", members):
        rows, edits, pins = _read_members(batch, entity_type)
        golden = golden_values(rows, edits, source_trust(batch), entity_type)
        golden = _pinned(batch, entity_type, golden, pins)
        golden = golden.join(_versions(rows, members, edges, pins), on="golden_id").rename({"golden_id": "id"})
        batch.append(f"rec_{entity_type.name}", golden.with_columns(live=True).sort("id"))
        # All of it follows from the oldest member, so that the same cluster is the same record.
        batch.execute(
            """
            insert into entity
            select m.new_golden, e.type, md5(e.uid::varchar || 'golden')::uuid, 'golden', e.id::varchar, null, e.created_at, null, null
            from members m join entity e on e.id = m.id where m.new_golden = m.id + 1 order by m.id
            """
        )
        add_search(batch, entity_type, "r.id in (select new_golden from members)")
        add_members(batch, entity_type, "select new_golden from members")


def _read_members(batch: Batch, entity_type: EntityType) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Of `members`: the rows of those that stand, when a person set which of their fields, and what is pinned on any."""
    rows = batch.query(
        f"""
        select m.new_golden as golden_id, e.source as source_, r.* exclude (live, extra)
        from members m join {table_of(entity_type.name)} r on r.id = m.id join entity e on e.id = m.id
        where not m.deleted order by r.id
        """
    ).frame()
    edits = batch.query(
        """
        -- The batch that is being written has no row yet.
        select c.entity_id as id, c.field, max(c.made_at) as edited_
        from change c left join batch b on b.batch_id = c.batch_id
        where c.op = 'set' and coalesce(b.kind, $kind) = 'edit' and b.undone_by is null
          and c.entity_id in (select id from members)
        group by c.entity_id, c.field
        """,
        kind=batch.kind,
    ).frame()
    pins = batch.query(
        """
        select m.new_golden as golden_id, p.field, p.value, p.made_at as updated_at
        from pin p join members m on m.id = p.entity_id order by p.made_at
        """
    ).frame()
    return rows, edits, pins


def _versions(rows: pl.DataFrame, members: pl.DataFrame, edges: pl.DataFrame, pins: pl.DataFrame) -> pl.DataFrame:
    """`updated_at` of each golden record: when a member, a verdict or a pin of it was last changed."""
    ids = members.select("id", golden_id="new_golden")
    judged = edges.join(ids, left_on="left_id", right_on="id").select("golden_id", updated_at="made_at")
    parts = [rows.select("golden_id", "updated_at"), judged, pins.select("golden_id", "updated_at")]
    moments = pl.concat(parts, how="vertical_relaxed")
    return moments.group_by("golden_id").agg(pl.col("updated_at").max())


def _pinned(batch: Batch, entity_type: EntityType, golden: pl.DataFrame, pins: pl.DataFrame) -> pl.DataFrame:
    """The golden values with what people pinned put over them; the last pin on any member counts."""
    last = pins.group_by("golden_id", "field", maintain_order=True).last()
    for (name,), part in last.group_by(["field"], maintain_order=True):
        field = next(item for item in entity_type.fields if item.name == name)
        with batch.frame("pins", part):
            typed = batch.query(
                f"select golden_id, {cast_text(field, 'value')} as pin_, true as is_pinned_ from pins"
            ).frame()
        golden = (
            golden.join(typed, on="golden_id", how="left")
            .with_columns(
                pl.when(pl.col("is_pinned_")).then(pl.col("pin_")).otherwise(pl.col(field.name)).alias(field.name)
            )
            .drop("pin_", "is_pinned_")
        )
    return golden


def source_trust(reader: Reader) -> dict[str, float]:
    """How far each source is trusted, where somebody said so; 0 is usual, higher wins."""
    return {source: float(value) for source, value in settings_of(reader, TRUST).items()}
