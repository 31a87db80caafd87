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
from xrm_lake.store.golden_rows import Members, golden_rows, judged_at
from xrm_lake.store.search import add_members, add_search
from xrm_lake.store.settings import Reader, settings_of
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
    placed = place(nodes, edges)
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


def rebuild_golden_of(batch: Batch, type_name: str) -> None:
    """Work out anew all golden records of a type: what is declared of it decides which values survive."""
    ids = batch.query(
        "select min(id) from entity where type = $type and golden_id is not null group by golden_id", type=type_name
    ).column()
    rebuild_golden(batch, ids)


def decides_otherwise(before: EntityType, after: EntityType) -> bool:
    """Whether other values may survive a merge by what is declared of a type's fields now."""

    def rules(entity_type: EntityType) -> dict[str, tuple[object, ...]]:
        return {item.name: (item.kind, item.many, item.keep, item.group, item.allowed) for item in entity_type.fields}

    old, new = rules(before), rules(after)
    return any(old[name] != new[name] for name in set(old) & set(new))


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


def place(nodes: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
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
        golden = golden_rows(batch, entity_type, _read_members(batch, entity_type, judged_at(members, edges)))
        batch.append(f"rec_{entity_type.name}", golden.with_columns(live=True))
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


def _read_members(batch: Batch, entity_type: EntityType, judged: pl.DataFrame) -> Members:
    """All that the golden records of `members` follow from."""
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
    return Members(rows, edits, pins, judged, source_trust(batch))


def source_trust(reader: Reader) -> dict[str, float]:
    """How far each source is trusted, where somebody said so; 0 is usual, higher wins."""
    return {source: float(value) for source, value in settings_of(reader, TRUST).items()}
