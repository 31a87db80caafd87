"""
Conflicts: a source says something new of a value that a person has set. The person's stays until somebody answers.

An import only notes them in the ledger (op `source`); what is open is worked out afresh from it, so that an answer is undone like
any edit.
"""

from collections.abc import Sequence
from importlib.resources import files
from typing import Literal

import polars as pl

from xrm_lake.errors import UnknownName, UnknownRecord
from xrm_lake.model.catalog import Catalog
from xrm_lake.model.names import quoted
from xrm_lake.store.bulk import insert_links, set_field
from xrm_lake.store.golden import rebuild_golden
from xrm_lake.store.lake import Lake
from xrm_lake.store.links import set_ended
from xrm_lake.store.record_values import change_record
from xrm_lake.store.search import refresh_search
from xrm_lake.store.settings import Reader
from xrm_lake.store.texts import text_of
from xrm_lake.store.views import table_of
from xrm_lake.store.write import Batch

CONFLICTS = pl.Schema(
    {
        "conflict_id": pl.Int64(), "type": pl.String(), "record_id": pl.Int64(), "field": pl.String(), "mine": pl.String(),
        "theirs": pl.String(), "said_before": pl.String(), "source": pl.String(), "batch_id": pl.Int64(), "said_at": pl.Datetime("us"),
    }
)  # fmt: skip
_SQL = files("xrm_lake.store") / "conflicts.sql"

Answer = Literal["mine", "theirs"]


def list_conflicts(
    lake: Lake, type: str | None = None, *, source: str | None = None, limit: int | None = None
) -> pl.DataFrame:
    """
    The conflicts that nobody has answered, oldest first (frame CONFLICTS).

    `mine` is the value that stands here, `theirs` what the source says now, `said_before` what it said before. Of a link, `field` is
    its type and the values are the ids of the records that it leads to. Raises UnknownName if there is no such type.
    """
    if type is not None:
        lake.catalog.type(type)
    found = _open(lake, lake.catalog, type=type, source=source)
    return found if limit is None else found.head(limit)


def answer_conflicts(lake: Lake, conflict_ids: Sequence[int], answer: Answer, *, by: str | None = None) -> int:
    """
    Settle conflicts: `mine` keeps what stands, until the source says something else again; `theirs` takes what the source says.

    Gives the batch; undo of it opens them again. Raises UnknownRecord if one of them is not open, UnknownName for another answer.
    """
    if answer not in ("mine", "theirs"):
        raise UnknownName("answer", answer, ("mine", "theirs"))
    with lake.write("edit", by=by, source="manual") as batch:
        waiting = _open(batch, batch.catalog)
        missing = set(conflict_ids) - set(waiting["conflict_id"])
        if missing or not conflict_ids:
            raise UnknownRecord("open conflict", min(missing, default=0))
        chosen = waiting.filter(pl.col("conflict_id").is_in(list(conflict_ids)))
        if answer == "theirs":
            _take_theirs(batch, chosen)
        batch.log(
            (row["type"], row["record_id"], "answer", row["field"], row["theirs"], answer)
            for row in chosen.iter_rows(named=True)
        )
        return batch.id


def _open(reader: Reader, catalog: Catalog, *, type: str | None = None, source: str | None = None) -> pl.DataFrame:
    told = reader.query(_SQL.read_text(encoding="utf-8"), type=type, source=source).frame()
    parts = [pl.DataFrame(schema=CONFLICTS)]
    for (type_name, field), part in told.group_by(["type", "field"], maintain_order=True):
        mine = _standing(reader, catalog, str(type_name), str(field), part["record_id"].unique().to_list())
        parts.append(
            part.join(mine, on="record_id", how="left", maintain_order="left").select(list(CONFLICTS)).cast(CONFLICTS)
        )
    differs = pl.concat(parts).filter(pl.col("mine").ne_missing(pl.col("theirs")))
    return differs.sort("conflict_id")


def _standing(reader: Reader, catalog: Catalog, type_name: str, name: str, ids: list[int]) -> pl.DataFrame:
    """What stands here of a field, or of a link of which one only may stand: record_id, mine."""
    field = next((each for each in catalog.type(type_name).fields if each.name == name), None)
    if field is None:
        return reader.query(
            "select from_id as record_id, max(to_id)::varchar as mine from link"
            " where type = $name and ended_at is null and from_id in (select unnest($ids::bigint[])) group by from_id",
            name=name,
            ids=ids,
        ).frame()
    return reader.query(
        f"select id as record_id, {text_of(field, quoted(name))} as mine from {table_of(type_name)}"
        " where id in (select unnest($ids::bigint[]))",
        ids=ids,
    ).frame()


def _take_theirs(batch: Batch, chosen: pl.DataFrame) -> None:
    for (type_name, name), part in chosen.group_by(["type", "field"], maintain_order=True):
        entity_type = batch.catalog.type(str(type_name))
        ids = part.select(id="record_id").unique(maintain_order=True)
        if name not in {field.name for field in entity_type.fields}:
            _relink(batch, str(name), part)
            continue
        # Where several sources contest one value, the one that spoke last is meant.
        cells = part.unique("record_id", keep="last", maintain_order=True)
        golden = cells["record_id"] % 2 == 0
        for id, value in cells.filter(golden).select("record_id", "theirs").iter_rows():
            change_record(batch, entity_type, id, {str(name): value})
        set_field(batch, entity_type, str(name), cells.filter(~golden).select(entity_id="record_id", value="theirs"))
        with batch.frame("touched", ids):
            refresh_search(batch, entity_type.name, "touched")
        rebuild_golden(batch, cells.filter(~golden)["record_id"])


def _relink(batch: Batch, link_type: str, part: pl.DataFrame) -> None:
    with batch.frame("answered", part.select("record_id")):
        standing = batch.query(
            "select id from link where type = $type and ended_at is null and from_id in (select record_id from answered) order by id",
            type=link_type,
        ).frame()["id"]
    set_ended(batch, standing, ended=True)
    last = part.unique("record_id", keep="last", maintain_order=True)
    insert_links(
        batch,
        last.select(
            pl.lit(link_type).alias("type"), pl.col("record_id").alias("from_id"), pl.col("theirs").cast(pl.Int64).alias("to_id"),
            pl.lit(None, pl.String).alias("fields"), pl.lit(None, pl.Date).alias("since"), pl.lit(None, pl.Date).alias("until"),
        ),
    )  # fmt: skip
