"""A source's own records that were merged or mended here, each with what it is in its source and which one is to survive."""

import polars as pl

from xrm_lake.store.lake import Lake
from xrm_lake.store.ledger import ACTIVE
from xrm_lake.store.write import Registered

# `object` is the type of the file that a record came in: a person who came as a lead is a lead there. `survivor_id` is the
# record of the same source and object that its cluster is merged into; `standing` is what stands for it here.
RECORDS = pl.Schema(
    {
        "id": pl.Int64(), "type": pl.String(), "object": pl.String(), "source_key": pl.String(), "golden_id": pl.Int64(),
        "standing": pl.Int64(), "survivor_id": pl.Int64(), "survivor_key": pl.String(),
    }
)  # fmt: skip


# What an import calls a row that has no id in its source: the digest of its content.
DERIVED = r"^row-[0-9a-f]{24}(-\d+)?$"


def touched_records(lake: Lake, source: str) -> pl.DataFrame:
    """The standing records of a source that are merged, or of which something else than an import of it set a value: RECORDS."""
    found = lake.query(
        f"""
        with mended as (
            select distinct c.entity_id as id from change c join batch b on b.batch_id = c.batch_id
            where {ACTIVE} and c.op = 'set' and (b.kind <> 'import' or b.source is distinct from $source)
        ), parties as (
            select l.to_id as id, min(r.type) as object from link l
            join entity r on r.id = l.from_id and r.source = $source and r.deleted_at is null
            join entity p on p.id = l.to_id and p.source = $source and p.source_key = r.source_key
            where l.type = 'role_of' and l.ended_at is null group by l.to_id
        )
        select e.id, e.type, coalesce(p.object, e.type) as object, e.source_key, e.golden_id, coalesce(e.golden_id, e.id) as standing
        from entity e left join parties p on p.id = e.id
        where e.source = $source and e.deleted_at is null and e.source_key is not null
          and (e.golden_id is not null or e.id in (select id from mended))
        order by e.id
        """,  # noqa: S608
        source=source,
    ).frame()
    found = found.sort(pl.col("source_key").str.contains(DERIVED), "id")
    # The oldest record here came first from its source, so it is the one that most there refers to.
    group = ["standing", "object", "type"]
    survivors = found.with_columns(
        survivor_id=pl.col("id").first().over(group), survivor_key=pl.col("source_key").first().over(group)
    )
    return survivors.select(list(RECORDS)).cast(RECORDS).sort("id")


def moved_links(lake: Lake, source: str, records: pl.DataFrame) -> pl.DataFrame:
    """
    The standing links of records that give way to another of their source, where both ends are the source's own.

    Returns link, from_id and to_id (ids in the source), from_survivor_id and to_survivor_id: where the link is to run then.
    """
    ends = records.select("id", "source_key", "survivor_key", gives_way=pl.col("id") != pl.col("survivor_id"))
    with Registered(lake.engine.cursor(), "ends", ends):
        return lake.query(
            """
            select distinct l.type as link, f.source_key as from_id, t.source_key as to_id,
                   coalesce(x.survivor_key, f.source_key) as from_survivor_id, coalesce(y.survivor_key, t.source_key) as to_survivor_id
            from link l join entity f on f.id = l.from_id and f.source = $source join entity t on t.id = l.to_id and t.source = $source
            left join ends x on x.id = l.from_id left join ends y on y.id = l.to_id
            where l.ended_at is null and l.type <> 'role_of' and f.deleted_at is null and t.deleted_at is null
              and (coalesce(x.gives_way, false) or coalesce(y.gives_way, false))
            order by all
            """,
            source=source,
        ).frame()


def cross_reference(lake: Lake, sources: list[str]) -> pl.DataFrame:
    """The golden records that one of these sources has a part in, and another source too: golden_id, type, source, id (in that source)."""
    return lake.query(
        """
        with across as (
            select golden_id from entity where golden_id is not null and deleted_at is null
            group by golden_id having count(distinct source) > 1 and bool_or(list_contains($sources, source))
        )
        select golden_id, type, source, source_key as id from entity
        where deleted_at is null and golden_id in (select golden_id from across) order by golden_id, source, id
        """,
        sources=sources,
    ).frame()
