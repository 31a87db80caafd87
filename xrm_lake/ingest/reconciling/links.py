"""The links that a file names against those that stand in the lake, or wait for their other end."""

from collections.abc import Iterator, Mapping

import polars as pl

from xrm_lake.ingest.junction import ends_of
from xrm_lake.ingest.landed import Landed
from xrm_lake.ingest.links import split_texts
from xrm_lake.ingest.plan import ColumnPlan
from xrm_lake.ingest.resolve import resolve, sought
from xrm_lake.model.reconciliation import Measure
from xrm_lake.store.write import Batch

_NAMED = pl.Schema({"own": pl.Int64(), "other": pl.Int64(), "text": pl.String()})


def measure_links(batch: Batch, landed: Landed, rows: pl.DataFrame) -> Iterator[Measure]:
    """How many links each column of a file of records names, how many of them stand, and how many wait; by link type."""
    for column in landed.layout.links:
        if column.link is None:
            continue
        what = sought(column.link, batch.catalog, landed.layout.plan.source)
        named = _named(batch, landed, rows, column)
        yield _measure(batch, named, what.link.name, outward=what.direction == "out", header=column.header)
    if landed.layout.party is not None:
        roles = rows.filter(pl.col("party_id").is_not_null()).select(own="id", other="party_id", text=pl.lit(""))
        yield _measure(batch, roles.unique(), "role_of", outward=True, header="")


def measure_rows_of_links(batch: Batch, landed: Landed, counted: int, out: Mapping[str, int]) -> Iterator[Measure]:
    """How many links the rows of a table of links are, and how many of them stand or wait."""
    begin, end = (ends_of(batch, landed.layout, landed.rows, columns) for columns in landed.layout.plan.ends)
    pairs = begin.join(end, on="n", how="full", coalesce=True, suffix="_end")
    name = landed.layout.plan.link_type
    known = pairs.drop_nulls(["to_id", "to_id_end"])
    named = known.select(own="to_id", other="to_id_end", text=pl.lit("")).cast(_NAMED)
    standing = named.join(_standing(batch, name), on=["own", "other"], how="semi", nulls_equal=False).height
    half = pairs.filter(pl.col("to_id").is_null() | pl.col("to_id_end").is_null())
    waiting = min(half.height, batch.query(
        "select count(*) from pending_link where type = $type and resolved_id is null", type=name
    ).value())  # fmt: skip
    parts = {**out, "repeated": counted - sum(out.values()) - pairs.height, "waiting": waiting}
    why = ", ".join(f"{count} {word}" for word, count in parts.items() if count)
    yield Measure("links", name, counted, standing, sum(parts.values()), why)


def _named(batch: Batch, landed: Landed, rows: pl.DataFrame, column: ColumnPlan) -> pl.DataFrame:
    """What the cells of a column name, once for each record: own, other (null: nobody, or several), text."""
    assert column.link is not None
    what = sought(column.link, batch.catalog, landed.layout.plan.source)
    party = landed.layout.party is not None
    admitted = what.link.from_types if what.direction == "out" else what.link.to_types
    own = "party_id" if party and admitted and landed.layout.record.entity_type.name not in admitted else "id"
    cells = landed.rows.select("record_no", text=f"c{column.position}").join(rows, on="record_no")
    cells = split_texts(cells.select(own=own, text="text").drop_nulls(), column.link.separator)
    found = resolve(batch, cells["text"], what).select("text", other="to_id")
    return cells.join(found, on="text", how="left", maintain_order="left").unique().select(list(_NAMED)).cast(_NAMED)


def _measure(batch: Batch, named: pl.DataFrame, link_type: str, *, outward: bool, header: str) -> Measure:
    standing = _standing(batch, link_type)
    if not outward:
        standing = standing.select(own="other", other="own")
    golden = _golden(batch, pl.concat([named["own"], named["other"]]).drop_nulls().unique())
    shown = named.with_columns(
        own=pl.col("own").replace_strict(golden, default=pl.col("own"), return_dtype=pl.Int64),
        other=pl.col("other").replace_strict(golden, default=pl.col("other"), return_dtype=pl.Int64),
    )
    there = shown.join(standing, on=["own", "other"], how="semi", maintain_order="left")
    missing = shown.join(standing, on=["own", "other"], how="anti", maintain_order="left")
    # Whom a text means may have become unclear since: then what counts is that its record has a link more than is told otherwise.
    unclear = missing.filter(pl.col("other").is_null())
    spare = standing.join(there.select("own", "other"), on=["own", "other"], how="anti").group_by("own").len()
    spared = unclear.group_by("own").len().join(spare, on="own", suffix="_spare")
    made = int(spared.select(pl.min_horizontal("len", "len_spare").sum()).item() or 0)
    waiting = _waiting(batch, named.filter(pl.col("other").is_null()), link_type)
    waiting = min(waiting, missing.height - made)
    scope = f"{link_type} ({header})" if header else link_type
    return Measure("links", scope, named.height, there.height + made, waiting, f"{waiting} waiting" if waiting else "")


def _standing(batch: Batch, link_type: str) -> pl.DataFrame:
    return batch.query(
        """
        select distinct l.from_golden as own, l.to_golden as other from link l
        join entity f on f.id = l.from_golden and f.deleted_at is null join entity t on t.id = l.to_golden and t.deleted_at is null
        where l.type = $type and l.ended_at is null
        """,
        type=link_type,
    ).frame()


def _golden(batch: Batch, ids: pl.Series) -> dict[int, int]:
    with batch.frame("asked", ids.alias("id").to_frame()):
        return dict(batch.query(
            "select id, golden_id from entity where golden_id is not null and id in (select id from asked)"
        ).rows())  # fmt: skip


def _waiting(batch: Batch, unclear: pl.DataFrame, link_type: str) -> int:
    """How many of these texts wait for somebody to say whom they mean."""
    with batch.frame("asked", unclear.select("own", "text")):
        return int(batch.query(
            """
            select count(*) from (select distinct a.own, a.text from asked a join pending_link p
              on p.from_id = a.own and p.to_text = a.text and p.type = $type and p.resolved_id is null)
            """, type=link_type,
        ).value())  # fmt: skip
